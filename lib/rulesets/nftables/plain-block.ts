/** Blocks of chains and sets as every nft prints them, found as a whole. */

/** "\tchain NAME {" and its like. */
const HEADER = /\t(chain|set|map) ([^\s"#,;{}]+) \{\n/y;
/**
 * A rule: what begins like no other line of a chain, without anything that would need a closer look; braces and quotes
 * only at its end, but for the name of an interface.
 */
const RULE =
  /\t\t(?:ct |[abd-oq-su-z])[^\r\n"#;{}]*(?:(?<= iif(?:name)? (?:!= )?)"[^\r\n"#;{}]*"[^\r\n"#;{}]*)?(?:\{[^\r\n"#;{}]*\}|"[^\r\n"#;{}]*")?(?: # handle \d{1,15})?\n/y;
/** Lines of a set that say one thing each, and its closing brace: a set that has no elements. */
const SET = /(?:\t\t(?:type|flags|timeout|size) [^\r\n\t"#;{}]{1,200}\n){1,8}\t\}\n/y;
const CLOSE = "\t}\n";

/** Where its lines stand in the text: from `start`, behind its header, up to `end`, where its closing brace stands. */
export interface PlainBlock {
  readonly kind: "chain" | "set" | "map";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Lines between its header and its closing brace. */
  readonly count: number;
  /** Behind the line of its closing brace. */
  readonly next: number;
}

/** The block that begins at `at`, a line's begin; undefined for anything that may be something else. */
export function findPlainBlock(text: string, at: number): PlainBlock | undefined {
  HEADER.lastIndex = at;
  const found = HEADER.exec(text);
  if (!found) return undefined;
  const [, kind, name] = found as unknown as [string, PlainBlock["kind"], string];
  const start = HEADER.lastIndex;
  return kind === "chain" ? findChain(text, name, start) : findSet(text, kind, name, start);
}

function findChain(text: string, name: string, start: number): PlainBlock | undefined {
  let end = start;
  let count = 0;
  for (; ; count++) {
    RULE.lastIndex = end;
    if (!RULE.test(text)) break;
    end = RULE.lastIndex;
  }
  return text.startsWith(CLOSE, end) ? { kind: "chain", name, start, end, count, next: end + CLOSE.length } : undefined;
}

function findSet(text: string, kind: "set" | "map", name: string, start: number): PlainBlock | undefined {
  SET.lastIndex = start;
  if (!SET.test(text)) return undefined;
  const next = SET.lastIndex;
  const end = next - CLOSE.length;
  let count = 0;
  for (let i = text.indexOf("\n", start); i < end && i >= 0; i = text.indexOf("\n", i + 1)) count++;
  return { kind, name, start, end, count, next };
}
