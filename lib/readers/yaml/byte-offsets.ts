/** Indexes of a text as offsets in bytes. */
import { Buffer } from "../../platform/bytes.js";

/** A function from indexes (UTF-16 units) to offsets; asked in ascending order it looks at every character once. */
export function byteOffsets(text: string): (index: number) => number {
  let [at, offset] = [0, 0];
  return (index) => {
    if (index < at) [at, offset] = [0, 0];
    offset += Buffer.byteLength(text.slice(at, index));
    at = index;
    return offset;
  };
}
