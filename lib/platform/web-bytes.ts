/** Bytes and their encodings in a browser; a browser build puts this in the place of `bytes.ts`. */
// The package is named by its file: the bare name is Node's own module.
import { Buffer } from "buffer/index.js";
export { Buffer };

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const plainToString = Buffer.prototype.toString;

/** Of UTF-8 that is not well formed, the package makes other characters than Node and browsers do. */
Buffer.prototype.toString = function (this: Buffer, encoding?: string, start = 0, end = this.length): string {
  if (encoding !== undefined && encoding !== "utf8" && encoding !== "utf-8")
    return plainToString.call(this, encoding as "latin1", start, end);
  return end > start
    ? lenient.decode(new Uint8Array(this.buffer, this.byteOffset, this.length).subarray(start, end))
    : "";
};

const strict = new TextDecoder("utf-8", { fatal: true });

/** Whether every byte is below 128. */
export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}

/** Whether the bytes are well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
