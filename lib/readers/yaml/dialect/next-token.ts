/** Cuts YAML text into tokens, by the rules of kubectl's parser. */
import { isBlank, isSpaceOrEnd } from "./characters.js";
import { scanBlockScalar } from "./block-scalar.js";
import { scanPlain } from "./plain.js";
import { scanAnchor, scanDirective, scanTag } from "./properties.js";
import { scanQuoted } from "./quoted.js";
import { YAMLRefusal } from "./refusal.js";
import {
  closeBlocks,
  columnOf,
  dropKey,
  isAtMarker,
  isFirstUndecided,
  noteKey,
  openBlock,
  skipToToken,
  takeKey,
  tooDeep,
  type Scanner,
} from "./scanner.js";
import type { Token } from "./tokens.js";

/** The next token, which stays the next one until `takeToken`. */
export function peekToken(scanner: Scanner): Token {
  while (!scanner.isEnded && (scanner.queue.length === 0 || isFirstUndecided(scanner))) scanMore(scanner);
  return scanner.queue[0]!;
}

export function takeToken(scanner: Scanner): Token {
  const token = peekToken(scanner);
  if (token.kind !== "end") {
    scanner.queue.shift();
    scanner.taken++;
  }
  return token;
}

function scanMore(scanner: Scanner): void {
  skipToToken(scanner);
  closeBlocks(scanner, columnOf(scanner));
  const { text, at } = scanner;
  if (at >= text.length) return endText(scanner);
  if (at === scanner.lineStart && text.charCodeAt(at) === 37) {
    leaveBlocks(scanner);
    scanner.queue.push(scanDirective(scanner));
  } else if (isAtMarker(scanner)) {
    leaveBlocks(scanner);
    scanner.at += 3;
    scanner.queue.push({ kind: text[at] === "-" ? "document-start" : "document-end", at });
  } else if (!scanIndicator(scanner, text.charCodeAt(at))) scanScalar(scanner, text.charCodeAt(at));
}

function leaveBlocks(scanner: Scanner): void {
  closeBlocks(scanner, -1);
  dropKey(scanner);
  scanner.isKeyAllowed = false;
}

function endText(scanner: Scanner): void {
  leaveBlocks(scanner);
  scanner.isEnded = true;
  scanner.queue.push({ kind: "end", at: scanner.at });
}

/** Reads punctuation; false when there is none. */
function scanIndicator(scanner: Scanner, c: number): boolean {
  const { text, at, flowLevel } = scanner;
  const isAlone = isSpaceOrEnd(text.charCodeAt(at + 1));
  switch (c) {
    case 0x5b:
      openFlow(scanner, "flow-sequence");
      return true;
    case 0x7b:
      openFlow(scanner, "flow-mapping");
      return true;
    case 0x5d:
      closeFlow(scanner, "flow-sequence-end");
      return true;
    case 0x7d:
      closeFlow(scanner, "flow-mapping-end");
      return true;
    case 0x2c:
      dropKey(scanner);
      push(scanner, "comma", true);
      return true;
    case 0x2d:
      if (isAlone) scanEntry(scanner);
      return isAlone;
    case 0x3f:
      if (flowLevel > 0 || isAlone) scanExplicitKey(scanner);
      return flowLevel > 0 || isAlone;
    case 0x3a:
      if (flowLevel > 0 || isAlone) scanColon(scanner);
      return flowLevel > 0 || isAlone;
    default:
      return false;
  }
}

function push(scanner: Scanner, kind: Extract<Token["kind"], "comma" | "entry" | "key" | "value">, allowsKey: boolean) {
  scanner.isKeyAllowed = allowsKey;
  scanner.queue.push({ kind, at: scanner.at });
  scanner.at++;
}

function openFlow(scanner: Scanner, kind: "flow-sequence" | "flow-mapping"): void {
  noteKey(scanner);
  scanner.keys.push(undefined);
  if (++scanner.flowLevel > scanner.maxDepth) throw tooDeep(scanner);
  scanner.isKeyAllowed = true;
  scanner.queue.push({ kind, at: scanner.at });
  scanner.at++;
}

function closeFlow(scanner: Scanner, kind: "flow-sequence-end" | "flow-mapping-end"): void {
  dropKey(scanner);
  if (scanner.flowLevel > 0) {
    scanner.flowLevel--;
    scanner.keys.pop();
  }
  scanner.isKeyAllowed = false;
  scanner.queue.push({ kind, at: scanner.at });
  scanner.at++;
}

function scanEntry(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.isKeyAllowed) throw new YAMLRefusal('a list item ("- ") may not begin here', scanner.at);
    openBlock(scanner, columnOf(scanner), "sequence", scanner.queue.length);
  }
  dropKey(scanner);
  push(scanner, "entry", true);
}

function scanExplicitKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.isKeyAllowed) throw new YAMLRefusal('a key ("? ") may not begin here', scanner.at);
    openBlock(scanner, columnOf(scanner), "mapping", scanner.queue.length);
  }
  dropKey(scanner);
  push(scanner, "key", scanner.flowLevel === 0);
}

/** A colon: ends the key before it, or begins the value of a `? ` key. */
function scanColon(scanner: Scanner): void {
  const key = takeKey(scanner);
  if (key) {
    const index = key.number - scanner.taken;
    scanner.queue.splice(index, 0, { kind: "key", at: key.at });
    openBlock(scanner, key.column, "mapping", index);
    push(scanner, "value", false);
    return;
  }
  if (scanner.flowLevel === 0) {
    if (!scanner.isKeyAllowed)
      throw new YAMLRefusal('a mapping may not begin here: a value that holds ": " needs quotes', scanner.at);
    openBlock(scanner, columnOf(scanner), "mapping", scanner.queue.length);
  }
  push(scanner, "value", scanner.flowLevel === 0);
}

function scanScalar(scanner: Scanner, c: number): void {
  const inBlock = scanner.flowLevel === 0;
  if (inBlock && (c === 0x7c || c === 0x3e)) {
    dropKey(scanner);
    scanner.isKeyAllowed = true;
    scanner.queue.push(scanBlockScalar(scanner));
    return;
  }
  if (!startsScalar(scanner, c)) throw cannotStart(scanner, c);
  noteKey(scanner);
  scanner.isKeyAllowed = false;
  if (c === 0x2a) scanner.queue.push(scanAnchor(scanner, "alias"));
  else if (c === 0x26) scanner.queue.push(scanAnchor(scanner, "anchor"));
  else if (c === 0x21) scanner.queue.push(scanTag(scanner));
  else if (c === 0x22 || c === 0x27) scanner.queue.push(scanQuoted(scanner));
  else scanner.queue.push(scanPlain(scanner));
}

function startsScalar({ text, at, flowLevel }: Scanner, c: number): boolean {
  // "-", "?" and ":" begin one where no blank follows.
  if (c === 0x2d) return !isBlank(text.charCodeAt(at + 1));
  if (c === 0x3f || c === 0x3a) return flowLevel === 0;
  return c !== 9 && c !== 0x23 && c !== 0x25 && c !== 0x40 && c !== 0x60 && c !== 0x7c && c !== 0x3e;
}

function cannotStart({ at }: Scanner, c: number): YAMLRefusal {
  if (c === 9) return new YAMLRefusal("a tab stands where only spaces may indent", at);
  return new YAMLRefusal(`no value begins with "${String.fromCharCode(c)}": it needs quotes`, at);
}
