/** A question asked of all lines of a capture, however large, without a string of it all. */
import type { Source } from "../../source/source.js";
import { cleanCapture } from "./clean-capture.js";

/** Read at once in the end; less at first, since mostly one of the first lines is not so. */
const BLOCK_BYTES = 1 << 20;
const FIRST_BYTES = 1 << 14;

/** Whether each line, as the tool printed it, is so. */
export function everyLine(capture: Source, isSo: (line: string) => boolean): boolean {
  const { size, read } = cleanCapture(capture).source;
  const decoder = new TextDecoder();
  let open = "";
  for (let at = 0, wanted = FIRST_BYTES; at < size; wanted = BLOCK_BYTES) {
    const end = Math.min(size, at + wanted);
    const lines = (open + decoder.decode(read(at, end), { stream: true })).split("\n");
    at = end;
    open = lines.pop()!;
    if (!lines.every(isSo)) return false;
  }
  return isSo(open + decoder.decode());
}
