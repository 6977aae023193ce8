/** A question asked of all lines of a capture, however large, without a string of it all. */
import type { Source } from "../../source/source.js";
import { cleanCapture } from "./clean-capture.js";

const BLOCK_BYTES = 1 << 20;

/** Whether each line, as the tool printed it, is so. */
export function everyLine(capture: Source, isSo: (line: string) => boolean): boolean {
  const { size, read } = cleanCapture(capture).source;
  const decoder = new TextDecoder();
  let open = "";
  for (let at = 0; at < size; at += BLOCK_BYTES) {
    const lines = (open + decoder.decode(read(at, Math.min(size, at + BLOCK_BYTES)), { stream: true })).split("\n");
    open = lines.pop()!;
    if (!lines.every(isSo)) return false;
  }
  return isSo(open + decoder.decode());
}
