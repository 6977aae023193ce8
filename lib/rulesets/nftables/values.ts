/** Constants on the right-hand side of a match, and keys of maps. */
import { canonicalIP } from "../../net/ip.js";
import { fieldOf, numberOf } from "./json.js";
import { QUOTE, readNumber, unquote, type WordReader } from "./tokens.js";
import type { Value } from "./types.js";
import { isRecord } from "../../util/is-record.js";

/** A value: `@set`, `{ ... }`, or a literal with its concatenation; undefined when the words are none. */
export function parseValue(reader: WordReader): Value | undefined {
  const word = reader.peek();
  if (word === "{") return parseSet(reader);
  if (word.charCodeAt(0) === 64) {
    reader.at++;
    return { kind: "set-reference", name: word.slice(1) };
  }
  const first = parseLiteral(reader);
  if (!first) return undefined;
  if (reader.peek() === ",") return parseFlags(reader, first);
  return reader.peek() === "." ? parseConcat(reader, first) : first;
}

function parseConcat(reader: WordReader, first: Value): Value | undefined {
  const parts = [first];
  while (reader.take(".")) {
    const part = parseLiteral(reader);
    if (!part) return undefined;
    parts.push(part);
  }
  return { kind: "concat", parts };
}

/** `established,related`: several flags of which one is enough. */
function parseFlags(reader: WordReader, first: Value): Value | undefined {
  const elements = [first];
  while (reader.take(",")) {
    const flag = parseLiteral(reader);
    if (!flag) return undefined;
    elements.push(flag);
  }
  return { kind: "set", elements };
}

function parseSet(reader: WordReader): Value | undefined {
  reader.at++;
  const elements: Value[] = [];
  while (!reader.take("}")) {
    const first = parseLiteral(reader);
    const element = first && reader.peek() === "." ? parseConcat(reader, first) : first;
    if (!element) return undefined;
    elements.push(element);
    if (!reader.take(",") && reader.peek() !== "}") return undefined;
  }
  return { kind: "set", elements };
}

function parseLiteral(reader: WordReader): Value | undefined {
  const word = reader.peek();
  const text = reader.takeText();
  if (text === undefined) return undefined;
  if (word.charCodeAt(0) === 34) return { kind: "literal", value: text };
  const dash = text.indexOf("-");
  if (dash > 0 && text.charCodeAt(0) <= 102 && isRangeSide(text.slice(0, dash)) && isRangeSide(text.slice(dash + 1)))
    return { kind: "range", from: text.slice(0, dash), to: text.slice(dash + 1) };
  return { kind: "literal", value: readNumber(text) ?? text };
}

function isRangeSide(text: string): boolean {
  return /^\d+$/.test(text) || canonicalIP(text) !== undefined;
}

/** As kube-proxy writes it. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "number" ? String(value.value) : printText(value.value);
    case "range":
      return `${value.from}-${value.to}`;
    case "concat":
      return value.parts.map(printValue).join(" . ");
    case "set":
      return `{ ${value.elements.map(printValue).join(value.compact ? "," : " , ")} }`;
    case "set-reference":
      return `@${value.name}`;
  }
}

/** Quoted only where a word would not come back as itself. */
function printText(text: string): string {
  if (isPlainAddress(text)) return text;
  return /^[A-Za-z0-9:._/*-][A-Za-z0-9:._/*+@-]*$/.test(text) && readNumber(text) === undefined
    ? text
    : `${QUOTE}${text.replaceAll(QUOTE, "")}${QUOTE}`;
}

/** An IPv4 address, or what looks like one: digits and more than one dot, which no number has. */
function isPlainAddress(text: string): boolean {
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) dots++;
    else if (c < 48 || c > 57) return false;
  }
  return dots > 1;
}

function wordOf(json: unknown): string | undefined {
  return typeof json === "string" || typeof json === "number" ? String(json) : undefined;
}

/** From `nft -j`. */
export function valueFromJSON(json: unknown, depth = 0): Value | undefined {
  if (typeof json === "number") return { kind: "literal", value: json };
  if (typeof json === "string")
    return json.startsWith("@") ? { kind: "set-reference", name: json.slice(1) } : { kind: "literal", value: json };
  if (depth > 4) return undefined;
  const list = (items: unknown): Value[] | undefined => {
    if (!Array.isArray(items)) return undefined;
    const values = items.map((item) => valueFromJSON(item, depth + 1));
    return values.every((v) => v !== undefined) ? values : undefined;
  };
  if (Array.isArray(json)) {
    const elements = list(json);
    return elements && { kind: "set", elements };
  }
  if (!isRecord(json)) return undefined;
  const prefix = fieldOf(json, "prefix");
  if (isRecord(prefix)) {
    const address = wordOf(fieldOf(prefix, "addr"));
    const length = numberOf(fieldOf(prefix, "len"));
    if (address === undefined || length === undefined) return undefined;
    return { kind: "literal", value: `${address}/${length}` };
  }
  const range = fieldOf(json, "range");
  if (Array.isArray(range) && range.length === 2) {
    const [from, to] = range.map(wordOf);
    return from === undefined || to === undefined ? undefined : { kind: "range", from: unquote(from), to: unquote(to) };
  }
  const parts = list(fieldOf(json, "concat"));
  if (parts) return { kind: "concat", parts };
  const elements = list(fieldOf(json, "set"));
  if (elements) return { kind: "set", elements };
  const element = fieldOf(json, "elem");
  return isRecord(element) ? valueFromJSON(fieldOf(element, "val"), depth + 1) : undefined;
}
