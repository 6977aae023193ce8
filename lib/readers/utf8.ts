/** Where bytes stop being UTF-8. */
import { isUtf8 } from "../platform/bytes.js";

/** Offset of the first byte that is not part of valid UTF-8; the length when all is valid. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return bytes.length;
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Prefix(bytes, middle)) good = middle;
    else bad = middle;
  }
  return isUtf8Prefix(bytes, bad) ? bad : startOfCharacter(bytes, good);
}

/** True when the first `length` bytes are valid, a last character cut in two included. */
function isUtf8Prefix(bytes: Uint8Array, length: number): boolean {
  for (let cut = 0; cut <= 3 && cut <= length; cut++) {
    if (isUtf8(bytes.subarray(0, length - cut))) return cut === 0 || isUtf8Start(bytes, length - cut, length);
  }
  return false;
}

/** True when the bytes may begin one character that goes on after them. */
function isUtf8Start(bytes: Uint8Array, start: number, end: number): boolean {
  const lead = bytes[start]!;
  const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  if (lead > 0xf4 || end - start >= length) return false;
  for (let i = start + 1; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) return false;
  return true;
}

function startOfCharacter(bytes: Uint8Array, at: number): number {
  for (let cut = 0; cut <= 3 && cut <= at; cut++) if (isUtf8(bytes.subarray(0, at - cut))) return at - cut;
  return at;
}
