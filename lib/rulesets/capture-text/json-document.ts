/** JSON that a shell's lines stand around. */
import { isShellLine } from "./shell-line.js";

/** How the documents of nft -j and ip -j begin. */
const OPENER = /^(\{\s*"nftables"|\[\s*\{\s*"ifindex")/m;
const NOTHING = /^\s*(`{3,}\S*|~{3,}\S*)?\s*$/;
/** Characters behind a document that are looked at. */
const TAIL = 8192;

const saysNothing = (line: string) => NOTHING.test(line) || isShellLine(line);

/**
 * Whether JSON of a tool begins in `head`, behind lines of a shell alone, or lines of a shell stand behind it in its `tail`.
 */
export function isJSONAmongShellLines(head: string, tail: () => string): boolean {
  const start = OPENER.exec(head.slice(0, TAIL))?.index;
  if (start === undefined || !head.slice(0, start).split("\n").every(saysNothing)) return false;
  if (start > 0) return true;
  const end = tail().trimEnd();
  return endOfDocument(end) < end.length;
}

/** The document alone, with as many blank lines in front as lines stood there. */
export function withoutShellLines(text: string): string {
  const start = OPENER.exec(text)?.index ?? 0;
  const before = text.slice(0, start).split("\n").length - 1;
  return "\n".repeat(before) + text.slice(start, endOfDocument(text));
}

/** Where the last lines begin that a shell wrote. */
function endOfDocument(text: string): number {
  let end = text.length;
  const limit = Math.max(0, end - TAIL);
  for (let at = text.lastIndexOf("\n", end - 1); at >= limit; at = text.lastIndexOf("\n", at - 1)) {
    if (!saysNothing(text.slice(at + 1, end))) return end;
    end = at;
    if (at === 0) break;
  }
  return end;
}
