/** Blocks of chains and sets as every nft prints them, found as a whole. */

/** Behind "\tchain " and its like. */
const NAME = /[^\s"#,;{}]+ \{\n/y;
const KINDS = ["chain", "set", "map"] as const;
/** " {" and the line feed behind a name. */
const BRACE_LENGTH = 3;
/**
 * A rule: what begins like no other line of a chain, without anything that would need a closer look; braces and quotes
 * only at its end, but for the name of an interface.
 */
const RULE =
  /\t\t(?:ct |[abd-oq-su-z])[^\r\n"#;{}]*(?:(?<= iif(?:name)? (?:!= )?)"[^\r\n"#;{}]*"[^\r\n"#;{}]*)?(?:\{[^\r\n"#;{}]*\}|"[^\r\n"#;{}]*")?(?: # handle \d{1,15})?\n/y;
/** Lines of a set that say one thing each, and its closing brace: a set that has no elements. */
const SET = /(?:\t\t(?:type|flags|timeout|size) [^\r\n\t"#;{}]{1,200}\n){1,8}\t\}\n/y;
const CLOSE = "\t}\n";
const TAB = 9;
const SPACE = 32;

/** Where its lines stand in the text: from `start`, behind its header, up to `end`, where its closing brace stands. */
export interface PlainBlock {
  readonly kind: "chain" | "set" | "map";
  readonly nameAt: number;
  readonly start: number;
  readonly end: number;
  /** Lines between its header and its closing brace. */
  readonly count: number;
  /** Behind the line of its closing brace. */
  readonly next: number;
}

/** The block that begins at `at`, a line's begin; undefined for anything that may be something else. */
export function findPlainBlock(text: string, at: number): PlainBlock | undefined {
  const kind = KINDS.find((word) => text.startsWith(word, at + 1));
  if (kind === undefined || text.charCodeAt(at) !== TAB || text.charCodeAt(at + 1 + kind.length) !== SPACE)
    return undefined;
  const nameAt = at + kind.length + 2;
  NAME.lastIndex = nameAt;
  if (!NAME.test(text)) return undefined;
  const start = NAME.lastIndex;
  return kind === "chain" ? findChain(text, nameAt, start) : findSet(text, kind, nameAt, start);
}

/** Its name. */
export function nameOfBlock(text: string, { nameAt, start }: PlainBlock): string {
  return text.slice(nameAt, start - BRACE_LENGTH);
}

function findChain(text: string, nameAt: number, start: number): PlainBlock | undefined {
  let end = start;
  let count = 0;
  for (; ; count++) {
    RULE.lastIndex = end;
    if (!RULE.test(text)) break;
    end = RULE.lastIndex;
  }
  return text.startsWith(CLOSE, end)
    ? { kind: "chain", nameAt, start, end, count, next: end + CLOSE.length }
    : undefined;
}

function findSet(text: string, kind: "set" | "map", nameAt: number, start: number): PlainBlock | undefined {
  SET.lastIndex = start;
  if (!SET.test(text)) return undefined;
  const next = SET.lastIndex;
  const end = next - CLOSE.length;
  let count = 0;
  for (let i = text.indexOf("\n", start); i < end && i >= 0; i = text.indexOf("\n", i + 1)) count++;
  return { kind, nameAt, start, end, count, next };
}
