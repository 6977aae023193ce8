/** The state of a scanner: its place, the open block collections, and what may still turn out to be a key. */
import { afterBreak, isBlank, isBreak, isSpaceOrEnd } from "./characters.js";
import { LONGEST_KEY } from "../longest-key.js";
import { YAMLRefusal } from "./refusal.js";
import type { Token } from "./tokens.js";

/** Where a `key: ` may have begun; told by the colon that follows, or not. */
interface PossibleKey {
  /** The number of its first token. */
  readonly number: number;
  readonly at: number;
  readonly lineStart: number;
  readonly column: number;
  /** It stands in the column of the mapping's keys: nothing but a key may. */
  readonly isRequired: boolean;
}

export interface Scanner {
  readonly text: string;
  readonly maxDepth: number;
  at: number;
  lineStart: number;
  /** The column of the innermost open block collection; -1 outside. */
  indent: number;
  readonly indents: number[];
  /** How many flow collections are open. */
  flowLevel: number;
  /** By flow level. */
  readonly keys: (PossibleKey | undefined)[];
  isKeyAllowed: boolean;
  readonly queue: Token[];
  /** How many tokens left the queue. */
  taken: number;
  isEnded: boolean;
}

export function openScanner(text: string, maxDepth: number): Scanner {
  return {
    text,
    maxDepth,
    at: 0,
    lineStart: 0,
    indent: -1,
    indents: [],
    flowLevel: 0,
    keys: [undefined],
    isKeyAllowed: true,
    queue: [],
    taken: 0,
    isEnded: false,
  };
}

export function columnOf(scanner: Scanner): number {
  return scanner.at - scanner.lineStart;
}

/** Moves past the line end at the scanner's place. */
export function passBreak(scanner: Scanner): void {
  scanner.at = afterBreak(scanner.text, scanner.at);
  scanner.lineStart = scanner.at;
}

/** Moves past blanks, comments and line ends. A tab may not stand where a line's first key could. */
export function skipToToken(scanner: Scanner): void {
  const { text } = scanner;
  for (;;) {
    if (text.charCodeAt(scanner.at) === 0xfeff && scanner.at === scanner.lineStart) scanner.at++;
    const allowsTabs = scanner.flowLevel > 0 || !scanner.isKeyAllowed;
    let c = text.charCodeAt(scanner.at);
    while (c === 32 || (c === 9 && allowsTabs)) c = text.charCodeAt(++scanner.at);
    if (c === 35) while (!isBreak(c) && !Number.isNaN(c)) c = text.charCodeAt(++scanner.at);
    if (!isBreak(c)) return;
    passBreak(scanner);
    if (scanner.flowLevel === 0) scanner.isKeyAllowed = true;
  }
}

/** True at "---" or "..." in the first column with nothing but a blank after it. */
export function isAtMarker({ text, at, lineStart }: Scanner): boolean {
  const c = text.charCodeAt(at);
  return (
    at === lineStart &&
    (c === 45 || c === 46) &&
    text.charCodeAt(at + 1) === c &&
    text.charCodeAt(at + 2) === c &&
    isSpaceOrEnd(text.charCodeAt(at + 3))
  );
}

/** Notes that a key may begin here. */
export function noteKey(scanner: Scanner): void {
  if (!scanner.isKeyAllowed) return;
  dropKey(scanner);
  const { at, lineStart, flowLevel, indent, queue, taken } = scanner;
  const column = at - lineStart;
  const isRequired = flowLevel === 0 && indent === column;
  scanner.keys[scanner.keys.length - 1] = { number: taken + queue.length, at, lineStart, column, isRequired };
}

function noColon({ lineStart, at }: Scanner, key: PossibleKey): YAMLRefusal {
  const isLong = key.lineStart >= lineStart && key.at + LONGEST_KEY < at;
  const within = isLong
    ? `within ${LONGEST_KEY.toLocaleString("en")} characters of where this key begins`
    : "after this key";
  return new YAMLRefusal(`expected ":" ${within}`, key.at);
}

/** Gives up the possible key of this flow level. */
export function dropKey(scanner: Scanner): void {
  const key = scanner.keys[scanner.keys.length - 1];
  if (key?.isRequired) throw noColon(scanner, key);
  scanner.keys[scanner.keys.length - 1] = undefined;
}

function isStale({ at, lineStart }: Scanner, key: PossibleKey): boolean {
  return key.lineStart < lineStart || key.at + LONGEST_KEY < at;
}

/** The possible key of this flow level that a colon here would end. */
export function takeKey(scanner: Scanner): PossibleKey | undefined {
  const key = scanner.keys[scanner.keys.length - 1];
  if (key && isStale(scanner, key)) {
    dropKey(scanner);
    return undefined;
  }
  scanner.keys[scanner.keys.length - 1] = undefined;
  return key;
}

/** True while the first token of the queue may still turn out to be (the start of) a key. */
export function isFirstUndecided(scanner: Scanner): boolean {
  for (let level = 0; level < scanner.keys.length; level++) {
    const key = scanner.keys[level];
    if (!key || key.number !== scanner.taken) continue;
    if (!isStale(scanner, key)) return true;
    if (key.isRequired) throw noColon(scanner, key);
    scanner.keys[level] = undefined;
  }
  return false;
}

/** Opens a block collection when the column is further right than the one that is open. */
export function openBlock(scanner: Scanner, column: number, kind: "sequence" | "mapping", index: number): void {
  if (scanner.flowLevel > 0 || scanner.indent >= column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = column;
  if (scanner.indents.length > scanner.maxDepth) throw tooDeep(scanner);
  scanner.queue.splice(index, 0, { kind: `block-${kind}`, at: scanner.lineStart + column });
}

/** Closes every block collection that is further right than the column. */
export function closeBlocks(scanner: Scanner, column: number): void {
  if (scanner.flowLevel > 0) return;
  while (scanner.indent > column) {
    scanner.queue.push({ kind: "block-end", at: scanner.at });
    scanner.indent = scanner.indents.pop()!;
  }
}

export function tooDeep({ at, maxDepth }: Scanner): YAMLRefusal {
  return new YAMLRefusal(`nesting exceeded ${maxDepth} levels`, at, true);
}

/** Moves past spaces and tabs. */
export function skipBlanks(scanner: Scanner): void {
  while (isBlank(scanner.text.charCodeAt(scanner.at))) scanner.at++;
}
