/** Literal (`|`) and folded (`>`) scalars. */
import { breakText, isBlank, isBreak } from "./characters.js";
import { YAMLRefusal } from "./refusal.js";
import { columnOf, passBreak, skipBlanks, type Scanner } from "./scanner.js";
import type { ScalarToken } from "./tokens.js";

interface Header {
  readonly isFolded: boolean;
  readonly chomping: "clip" | "strip" | "keep";
  /** Columns beyond the collection around it; 0 when the first line of text tells. */
  readonly increment: number;
}

/** Reads the block scalar whose indicator is at the scanner's place. */
export function scanBlockScalar(scanner: Scanner): ScalarToken {
  const { text, at } = scanner;
  const { isFolded, chomping, increment } = scanHeader(scanner);
  const around = Math.max(scanner.indent, 0);
  let column = increment > 0 ? around + increment : 0;
  const pieces: string[] = [];
  let blankLines: string;
  [blankLines, column] = skipIndentation(scanner, column);
  let lineBreak = "";
  let wasIndented = false;
  let end = scanner.at;
  while (columnOf(scanner) === column && scanner.at < text.length) {
    const isIndented = isBlank(text.charCodeAt(scanner.at));
    const isJoined = isFolded && lineBreak === "\n" && !wasIndented && !isIndented;
    pieces.push(isJoined ? (blankLines === "" ? " " : "") : lineBreak, blankLines);
    wasIndented = isIndented;
    end = endOfLine(text, scanner.at);
    pieces.push(text.slice(scanner.at, end));
    scanner.at = end;
    lineBreak = end < text.length ? breakText(text.charCodeAt(end)) : "";
    if (end < text.length) passBreak(scanner);
    [blankLines] = skipIndentation(scanner, column);
  }
  if (chomping !== "strip") pieces.push(lineBreak);
  if (chomping === "keep") pieces.push(blankLines);
  return { kind: "scalar", at, end, style: "block", value: pieces.join("") };
}

function scanHeader(scanner: Scanner): Header {
  const { text, at } = scanner;
  const [, indicator, first = "", second = ""] = /^([|>])([+-]|[0-9])?([+-]|[0-9])?/.exec(text.slice(at, at + 3))!;
  const signs = [first, second].filter((c) => c === "+" || c === "-");
  const digits = [first, second].filter((c) => c !== "" && c !== "+" && c !== "-");
  if (signs.length > 1 || digits.length > 1)
    throw new YAMLRefusal("this block scalar has two indicators of a kind", at);
  if (digits[0] === "0") throw new YAMLRefusal("the indentation of a block scalar is from 1 to 9", at);
  scanner.at += 1 + first.length + second.length;
  skipBlanks(scanner);
  if (text.charCodeAt(scanner.at) === 35) scanner.at = endOfLine(text, scanner.at);
  if (scanner.at < text.length && !isBreak(text.charCodeAt(scanner.at)))
    throw new YAMLRefusal(`expected a line end after "${indicator}"`, scanner.at);
  if (scanner.at < text.length) passBreak(scanner);
  return {
    isFolded: indicator === ">",
    chomping: signs[0] === "+" ? "keep" : signs[0] === "-" ? "strip" : "clip",
    increment: Number(digits[0] ?? 0),
  };
}

function endOfLine(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isBreak(text.charCodeAt(end))) end++;
  return end;
}

/** Moves past blank lines and the next line's indentation. Returns the blank lines and the column of the text. */
function skipIndentation(scanner: Scanner, column: number): [blankLines: string, column: number] {
  const { text } = scanner;
  const breaks: string[] = [];
  let deepest = 0;
  for (;;) {
    while ((column === 0 || columnOf(scanner) < column) && text.charCodeAt(scanner.at) === 32) scanner.at++;
    deepest = Math.max(deepest, columnOf(scanner));
    const c = text.charCodeAt(scanner.at);
    if (c === 9 && (column === 0 || columnOf(scanner) < column))
      throw new YAMLRefusal("a tab stands where only spaces may indent", scanner.at);
    if (!isBreak(c)) break;
    breaks.push(breakText(c));
    passBreak(scanner);
  }
  return [breaks.join(""), column > 0 ? column : Math.max(deepest, scanner.indent + 1, 1)];
}
