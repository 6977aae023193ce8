/** Lines of a source. */
import { LineNumbers } from "./line-numbers.js";
import type { Source } from "./source.js";
import { textsOf } from "./texts-of.js";

/**
 * Calls `visit` with every line, without its line end (LF or CRLF), and its number in the file.
 * The bytes are decoded piece by piece, so the source may be larger than the longest string.
 * Returns whether the last line had a line end.
 */
export function eachLine(source: Source, visit: (line: string, number: number) => void): boolean {
  const numbers = new LineNumbers(source.leftOut);
  let endsWithNewline = true;
  for (const text of textsOf(source)) {
    for (let at = 0; at < text.length;) {
      let stop = text.indexOf("\n", at);
      endsWithNewline = stop >= 0;
      if (stop < 0) stop = text.length;
      visit(text.slice(at, stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop), numbers.next());
      at = stop + 1;
    }
  }
  return endsWithNewline;
}
