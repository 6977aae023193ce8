/** Line ends and blanks between the words of a plain or quoted scalar. */
import { afterBreak, breakText, isBlank, isBreak, NEWLINE } from "./characters.js";

export interface Gap {
  /** What the gap is in the value. */
  readonly text: string;
  /** The index after it, and the start of the line there when it passed a line end. */
  readonly end: number;
  readonly lineStart?: number;
}

/**
 * The blanks and line ends at `at`: on one line they are kept, one line end is a space, more are one fewer.
 * `isFolding`: a line end was passed already and leaves nothing (`\` at the end of a line). `onLineBlank` is told of
 * each blank in front of a line's text.
 */
export function readGap(
  text: string,
  at: number,
  isFolding = false,
  onLineBlank?: (index: number, lineStart: number) => void,
): Gap {
  let end = at;
  let first: number | undefined;
  let rest = "";
  let lineStart: number | undefined = isFolding ? at : undefined;
  for (let c = text.charCodeAt(end); ; c = text.charCodeAt(end)) {
    if (isBlank(c)) {
      if (lineStart !== undefined) onLineBlank?.(end, lineStart);
      end++;
    } else if (isBreak(c)) {
      if (lineStart === undefined) first = c;
      else rest += breakText(c);
      end = afterBreak(text, end);
      lineStart = end;
    } else break;
  }
  if (lineStart === undefined) return { text: text.slice(at, end), end };
  if (first === undefined) return { text: rest, end, lineStart };
  const head = breakText(first);
  return { text: head.charCodeAt(0) === NEWLINE ? rest || " " : head + rest, end, lineStart };
}
