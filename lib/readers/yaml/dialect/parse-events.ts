/** Turns tokens into the events that js-yaml builds values from. */
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, type Event, type ScalarEvent } from "js-yaml";
import { YAMLRefusal } from "./refusal.js";
import { openScanner, type Scanner } from "./scanner.js";
import { peekToken, takeToken } from "./next-token.js";
import type { PropertyToken, ScalarToken, Token } from "./tokens.js";

/** A scalar's event, with its place in the text: `valueStart` and `valueEnd` are those of its value in `source`. */
export interface PlacedScalar extends ScalarEvent {
  /** Quotes included; -1 for a value that is not written. */
  readonly start: number;
  readonly end: number;
}

export interface YAMLEvents {
  /** The text, followed by the values that do not stand in it as they are; the events' places are in this. */
  readonly source: string;
  readonly events: Event[];
}

interface Parser {
  readonly scanner: Scanner;
  readonly events: Event[];
  /** Values that do not stand in the text as they are. */
  readonly decoded: string[];
  decodedLength: number;
}

interface Properties {
  readonly anchor?: PropertyToken;
  readonly tag?: PropertyToken;
}

/** What YAML allows in no text: control characters, halves of surrogate pairs. */
const NO_TEXT =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The events of the documents in the text. Throws a YAMLRefusal where kubectl's parser refuses, and few places more. */
export function parseYAMLEvents(text: string, maxDepth: number): YAMLEvents {
  const wrong = NO_TEXT.exec(text);
  if (wrong) throw new YAMLRefusal("control characters are not allowed in YAML", wrong.index);
  const parser: Parser = { scanner: openScanner(text, maxDepth), events: [], decoded: [], decodedLength: 0 };
  while (parseDocument(parser));
  return { source: parser.decoded.length > 0 ? text + parser.decoded.join("") : text, events: parser.events };
}

function peek({ scanner }: Parser): Token {
  return peekToken(scanner);
}

function take({ scanner }: Parser): Token {
  return takeToken(scanner);
}

/** Moves past the next token when it is of that kind. */
function accept(parser: Parser, kind: Token["kind"]): boolean {
  if (peek(parser).kind !== kind) return false;
  take(parser);
  return true;
}

function refuse(token: Token, reason: string): never {
  throw new YAMLRefusal(reason, token.at);
}

function pop({ events }: Parser): void {
  events.push({ type: EVENT_ID.POP });
}

/** Parses a document; false at the end of the text. */
function parseDocument(parser: Parser): boolean {
  while (accept(parser, "document-end"));
  const first = peek(parser);
  if (first.kind === "end") return false;
  const directives = [];
  for (let token = peek(parser); token.kind === "directive"; token = peek(parser)) {
    take(parser);
    const [name, handle, prefix] = token.words;
    if (name === "TAG" && handle && prefix) directives.push({ kind: "tag" as const, handle, prefix });
  }
  const explicitStart = accept(parser, "document-start");
  if (directives.length > 0 && !explicitStart) refuse(peek(parser), 'expected "---" after a directive');
  parser.events.push({ type: EVENT_ID.DOCUMENT, explicitStart, explicitEnd: false, directives });
  const { kind } = peek(parser);
  const isEmpty = kind === "end" || kind === "document-end" || kind === "document-start" || kind === "directive";
  if (isEmpty) addScalar(parser, {}, undefined, peek(parser).at);
  else parseNode(parser, true, false);
  pop(parser);
  const next = peek(parser);
  if (next.kind !== "end" && !next.kind.startsWith("document") && next.kind !== "directive")
    refuse(next, "expected the end of the document: this stands in no collection");
  return true;
}

function parseNode(parser: Parser, inBlock: boolean, allowsSameColumn: boolean): void {
  const token = peek(parser);
  if (token.kind === "alias") {
    take(parser);
    parser.events.push({ type: EVENT_ID.ALIAS, anchorStart: token.at, anchorEnd: token.end });
    return;
  }
  const properties = parseProperties(parser);
  const next = peek(parser);
  switch (next.kind) {
    case "scalar":
      take(parser);
      return addScalar(parser, properties, next, next.at);
    case "flow-sequence":
      return parseFlowSequence(parser, properties);
    case "flow-mapping":
      return parseFlowMapping(parser, properties);
    case "block-sequence":
      if (inBlock) return parseBlockSequence(parser, properties);
      break;
    case "block-mapping":
      if (inBlock) return parseBlockMapping(parser, properties);
      break;
    case "entry":
      if (allowsSameColumn) return parseItemsOfKey(parser, properties);
  }
  if (!properties.anchor && !properties.tag) refuse(next, `expected a value, found ${nameOf(next)}`);
  addScalar(parser, properties, undefined, next.at);
}

function parseProperties(parser: Parser): Properties {
  const found: { anchor?: PropertyToken; tag?: PropertyToken } = {};
  for (let token = peek(parser); token.kind === "anchor" || token.kind === "tag"; token = peek(parser)) {
    if (found[token.kind]) refuse(token, `a value has one ${token.kind} at most`);
    found[token.kind] = token;
    take(parser);
  }
  return found;
}

const NOWHERE = -1;

function places({ anchor, tag }: Properties) {
  return {
    anchorStart: anchor?.at ?? NOWHERE,
    anchorEnd: anchor?.end ?? NOWHERE,
    tagStart: tag?.at ?? NOWHERE,
    tagEnd: tag?.end ?? NOWHERE,
  };
}

const STYLES = {
  plain: SCALAR_STYLE.PLAIN,
  "single-quoted": SCALAR_STYLE.SINGLE_QUOTED,
  "double-quoted": SCALAR_STYLE.DOUBLE_QUOTED,
  block: SCALAR_STYLE.LITERAL_BLOCK,
} as const;

/** Adds a scalar; one that is not written without token. */
function addScalar(parser: Parser, properties: Properties, token: ScalarToken | undefined, at: number): void {
  const [valueStart, valueEnd] = token ? (token.slice ?? decode(parser, token.value!)) : [NOWHERE, NOWHERE];
  const event: PlacedScalar = {
    type: EVENT_ID.SCALAR,
    valueStart,
    valueEnd,
    ...places(properties),
    style: token ? STYLES[token.style] : SCALAR_STYLE.PLAIN,
    chomping: CHOMPING_MODE.CLIP,
    indent: NOWHERE,
    fast: true,
    start: token ? at : NOWHERE,
    end: token?.end ?? NOWHERE,
  };
  parser.events.push(event);
}

/** Keeps a value behind the text; returns its place there. */
function decode(parser: Parser, value: string): [start: number, end: number] {
  const start = parser.scanner.text.length + parser.decodedLength;
  parser.decoded.push(value);
  parser.decodedLength += value.length;
  return [start, start + value.length];
}

function open(
  parser: Parser,
  type: typeof EVENT_ID.SEQUENCE | typeof EVENT_ID.MAPPING,
  isFlow: boolean,
  properties: Properties,
  start: number,
): void {
  const style = isFlow ? COLLECTION_STYLE.FLOW : COLLECTION_STYLE.BLOCK;
  parser.events.push({ type, start, ...places(properties), style });
}

/** Parses a value, or adds an empty one when one of the kinds follows instead. */
function parseUnless(
  parser: Parser,
  kinds: readonly Token["kind"][],
  inBlock: boolean,
  allowsSameColumn = false,
): void {
  const next = peek(parser);
  if (kinds.includes(next.kind)) addScalar(parser, {}, undefined, next.at);
  else parseNode(parser, inBlock, allowsSameColumn);
}

const NO_ITEM = ["entry", "block-end"] as const;
const NO_ITEM_OF_KEY = ["entry", "key", "value", "block-end"] as const;
const NO_FIELD = ["key", "value", "block-end"] as const;

function parseBlockSequence(parser: Parser, properties: Properties): void {
  open(parser, EVENT_ID.SEQUENCE, false, properties, take(parser).at);
  while (accept(parser, "entry")) parseUnless(parser, NO_ITEM, true);
  const next = take(parser);
  if (next.kind !== "block-end") refuse(next, `expected "-" in this column, found ${nameOf(next)}`);
  pop(parser);
}

/** Items in the column of their key. */
function parseItemsOfKey(parser: Parser, properties: Properties): void {
  open(parser, EVENT_ID.SEQUENCE, false, properties, peek(parser).at);
  while (accept(parser, "entry")) parseUnless(parser, NO_ITEM_OF_KEY, true);
  pop(parser);
}

function parseBlockMapping(parser: Parser, properties: Properties): void {
  open(parser, EVENT_ID.MAPPING, false, properties, take(parser).at);
  while (accept(parser, "key")) {
    parseUnless(parser, NO_FIELD, true, true);
    if (accept(parser, "value")) parseUnless(parser, NO_FIELD, true, true);
    else addScalar(parser, {}, undefined, peek(parser).at);
  }
  const next = take(parser);
  if (next.kind !== "block-end") refuse(next, `expected a key in this column, found ${nameOf(next)}`);
  pop(parser);
}

const END_OF_ITEM = ["comma", "flow-sequence-end"] as const;
const END_OF_ITEM_KEY = ["value", ...END_OF_ITEM] as const;
const END_OF_FIELD = ["comma", "flow-mapping-end"] as const;
const END_OF_FIELD_KEY = ["value", ...END_OF_FIELD] as const;

function parseFlowSequence(parser: Parser, properties: Properties): void {
  const opening = take(parser);
  open(parser, EVENT_ID.SEQUENCE, true, properties, opening.at);
  for (let isFirst = true; !accept(parser, "flow-sequence-end"); isFirst = false) {
    if (!isFirst) passComma(parser, opening, "]");
    if (accept(parser, "flow-sequence-end")) break;
    if (peek(parser).kind === "key") parsePair(parser);
    else parseNode(parser, false, false);
  }
  pop(parser);
}

/** `key: value` as an item of a list. */
function parsePair(parser: Parser): void {
  open(parser, EVENT_ID.MAPPING, true, {}, take(parser).at);
  parseUnless(parser, END_OF_ITEM_KEY, false);
  if (accept(parser, "value")) parseUnless(parser, END_OF_ITEM, false);
  else addScalar(parser, {}, undefined, peek(parser).at);
  pop(parser);
}

function parseFlowMapping(parser: Parser, properties: Properties): void {
  const opening = take(parser);
  open(parser, EVENT_ID.MAPPING, true, properties, opening.at);
  for (let isFirst = true; !accept(parser, "flow-mapping-end"); isFirst = false) {
    if (!isFirst) passComma(parser, opening, "}");
    if (accept(parser, "flow-mapping-end")) break;
    if (accept(parser, "key")) {
      parseUnless(parser, END_OF_FIELD_KEY, false);
      if (accept(parser, "value")) {
        parseUnless(parser, END_OF_FIELD, false);
        continue;
      }
    } else parseNode(parser, false, false);
    addScalar(parser, {}, undefined, peek(parser).at);
  }
  pop(parser);
}

function passComma(parser: Parser, opening: Token, close: string): void {
  const next = peek(parser);
  if (accept(parser, "comma")) return;
  if (next.kind === "end") refuse(opening, `expected "${close}": this collection has no end`);
  refuse(next, `expected "," or "${close}", found ${nameOf(next)}`);
}

const NAMES: Partial<Record<Token["kind"], string>> = {
  end: "the end of the text",
  "block-end": "the end of the block",
  "block-mapping": "a mapping",
  "block-sequence": "a list",
  "document-start": "a new document",
  "document-end": "the end of the document",
  entry: '"-"',
  key: "a key",
  value: '":"',
  comma: '","',
  "flow-sequence": '"["',
  "flow-sequence-end": '"]"',
  "flow-mapping": '"{"',
  "flow-mapping-end": '"}"',
};

function nameOf({ kind }: Token): string {
  return NAMES[kind] ?? `another ${kind}`;
}
