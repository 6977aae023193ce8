/** Anchors, aliases, tags and directives. */
import { isSpaceOrEnd } from "./characters.js";
import { YAMLRefusal } from "./refusal.js";
import { passBreak, type Scanner } from "./scanner.js";
import type { PropertyToken, Token } from "./tokens.js";

const NAME = /[0-9A-Za-z_-]*/y;
const TAG = /!<[^>\s]*>|!(?:[0-9A-Za-z_-]*!)?(?:%[0-9A-Fa-f]{2}|[-\w;/?:@&=+$.,!~*'()[\]])*/y;
const AFTER_NAME = new Set([..."?:,]}%@`"].map((c) => c.charCodeAt(0)));

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + pattern.exec(text)![0].length;
}

/** Reads `&name` or `*name`. */
export function scanAnchor(scanner: Scanner, kind: "anchor" | "alias"): PropertyToken {
  const { text, at } = scanner;
  const end = matchAt(NAME, text, at + 1);
  const next = text.charCodeAt(end);
  if (end === at + 1 || !(isSpaceOrEnd(next) || AFTER_NAME.has(next)))
    throw new YAMLRefusal(`the name of an ${kind} is of letters, digits, "-" and "_"`, at);
  scanner.at = end;
  return { kind, at: at + 1, end };
}

/** As TAG, where punctuation of the collection around it ends it. */
const TAG_IN_FLOW = /!<[^>\s]*>|!(?:[0-9A-Za-z_-]*!)?(?:%[0-9A-Fa-f]{2}|[-\w;/?:@&=+$.!~*'()])*/y;

/** Reads `!`, `!name`, `!handle!name` or `!<name>`. */
export function scanTag(scanner: Scanner): PropertyToken {
  const { text, at } = scanner;
  const end = matchAt(scanner.flowLevel > 0 ? TAG_IN_FLOW : TAG, text, at);
  const next = text.charCodeAt(end);
  if (!isSpaceOrEnd(next) && !(scanner.flowLevel > 0 && (next === 44 || next === 93 || next === 125)))
    throw new YAMLRefusal("expected a blank after this tag", at);
  scanner.at = end;
  return { kind: "tag", at, end };
}

/** Reads a line that begins with "%". */
export function scanDirective(scanner: Scanner): Token {
  const { text, at } = scanner;
  const lineEnd = text.indexOf("\n", at);
  const line = text.slice(at + 1, lineEnd < 0 ? text.length : lineEnd);
  if (!/^[A-Za-z]/.test(line)) throw new YAMLRefusal('expected the name of a directive after "%"', at);
  scanner.at = lineEnd < 0 ? text.length : lineEnd;
  if (lineEnd >= 0) passBreak(scanner);
  const words = line
    .replace(/\s#.*$/, "")
    .trim()
    .split(/\s+/);
  return { kind: "directive", at, words };
}
