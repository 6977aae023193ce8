/** Scalars without quotes. */
import { isBreak, isBlank, isSpaceOrEnd } from "./characters.js";
import { readGap } from "./fold.js";
import { YAMLRefusal } from "./refusal.js";
import { isAtMarker, type Scanner } from "./scanner.js";
import type { ScalarToken } from "./tokens.js";

/** Reads a plain scalar; it goes on over lines that are indented further than the collection around it. */
export function scanPlain(scanner: Scanner): ScalarToken {
  const { text, at: start } = scanner;
  const least = scanner.indent + 1;
  const inFlow = scanner.flowLevel > 0;
  const pieces: string[] = [];
  let pieceStart = start;
  let end = start;
  let passedLine = false;
  const noTab = (index: number, lineStart: number) => {
    if (text.charCodeAt(index) === 9 && index - lineStart < least)
      throw new YAMLRefusal("a tab stands where only spaces may indent", index);
  };
  for (;;) {
    if (isAtMarker(scanner) || text.charCodeAt(scanner.at) === 35) break;
    const wordEnd = endOfWord(text, scanner.at, inFlow);
    if (wordEnd === scanner.at) break;
    if (passedLine) pieceStart = scanner.at;
    scanner.at = end = wordEnd;
    passedLine = false;
    const c = text.charCodeAt(end);
    if (!isBlank(c) && !isBreak(c)) break;
    const gap = readGap(text, end, false, noTab);
    scanner.at = gap.end;
    if (gap.lineStart === undefined) continue;
    scanner.lineStart = gap.lineStart;
    passedLine = true;
    pieces.push(text.slice(pieceStart, end), gap.text);
    if (!inFlow && scanner.at - scanner.lineStart < least) break;
  }
  if (passedLine) {
    scanner.isKeyAllowed = true;
    // The last gap led to no further word.
    pieces.pop();
  } else if (pieces.length > 0) pieces.push(text.slice(pieceStart, end));
  const token = { kind: "scalar", at: start, end, style: "plain" } as const;
  return pieces.length > 1 ? { ...token, value: pieces.join("") } : { ...token, slice: [start, end] };
}

/** The end of the stretch without blanks at `at`; `at` itself at a character that ends the scalar. */
function endOfWord(text: string, at: number, inFlow: boolean): number {
  let end = at;
  for (let c = text.charCodeAt(end); !isSpaceOrEnd(c); c = text.charCodeAt(++end)) {
    if (c === 58 && isSpaceOrEnd(text.charCodeAt(end + 1))) break;
    if (inFlow && (c === 44 || c === 91 || c === 93 || c === 123 || c === 125)) break;
  }
  return end;
}
