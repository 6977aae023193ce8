/** Elements of sets and maps. */
import { canonicalIP } from "../../net/ip.js";
import { protocolName } from "./datatypes.js";
import { fieldOf, textOf } from "./json.js";
import { servicePortNumber } from "./service-names.js";
import { parseVerdict, verdictFromJSON } from "./statements/verdict.js";
import { readNumber, unquote, type WordReader } from "./tokens.js";
import type { NftElement } from "./types.js";
import { printValue, valueFromJSON } from "./values.js";
import { isRecord } from "../../util/is-record.js";

type KeyPart = string | number;

const TAB = 9;
const SPACE = 32;
/** Characters of " . " and " : ". */
const BETWEEN = 3;

/** A part of a key in one form: ports as numbers, protocols by name, IPv6 addresses in canonical text. */
function normalizeKeyPart(part: KeyPart, type: string | undefined): KeyPart {
  switch (type) {
    case "inet_proto":
      return protocolName(part);
    case "inet_service":
      return typeof part === "string" ? (servicePortNumber(part) ?? part) : part;
    case "ipv6_addr":
      return typeof part === "string" ? (canonicalIP(part) ?? part) : part;
    default:
      return part;
  }
}

/**
 * What stands between the braces, up to the closing one; undefined when it cannot be read.
 * Counters, timeouts and expiries of elements are passed over.
 */
export function parseElements(reader: WordReader, keyType: readonly string[], line?: number): NftElement[] | undefined {
  const elements: NftElement[] = [];
  while (!reader.take("}")) {
    const element = parseElement(reader, keyType, line);
    if (!element) return undefined;
    elements.push(element);
    if (!reader.take(",") && reader.peek() !== "}") return undefined;
  }
  return elements;
}

/** Elements of a list that goes on, each with its comma; undefined where they cannot be told without what follows. */
export function parseElementsSoFar(
  reader: WordReader,
  keyType: readonly string[],
  line?: number,
): NftElement[] | undefined {
  const elements: NftElement[] = [];
  while (!reader.done) {
    const element = parseElement(reader, keyType, line);
    if (!element || !reader.take(",")) return undefined;
    elements.push(element);
  }
  return elements;
}

/** Behind indentation: a key, perhaps the chain it leads to, and a comma; words of which no other way reads anything else. */
const PLAIN_ELEMENT = /^[0-9a-z][\w.:/-]*(?: \. [0-9a-z][\w.:/-]*)*(?: : (?:goto|jump) [\w./-]+)?,$/;
const LONGEST_PLAIN = 1000;

/** The element of a line from `from` up to `to`, one of a list that goes on; undefined for anything that may be something else. */
export function plainElement(
  text: string,
  from: number,
  to: number,
  keyType: readonly string[],
  line: number,
): NftElement | undefined {
  if (to - from > LONGEST_PLAIN) return undefined;
  let start = from;
  while (text.charCodeAt(start) === TAB || text.charCodeAt(start) === SPACE) start++;
  const words = start === from ? "" : text.slice(start, to);
  if (!PLAIN_ELEMENT.test(words)) return undefined;
  const verdictAt = words.indexOf(" : ");
  const keyEnd = verdictAt < 0 ? words.length - 1 : verdictAt;
  const key: KeyPart[] = [];
  for (let at = 0; at < keyEnd;) {
    const dot = words.indexOf(" . ", at);
    const end = dot < 0 ? keyEnd : dot;
    const word = words.slice(at, end);
    key.push(normalizeKeyPart(readNumber(word) ?? word, keyType[key.length]));
    at = end + BETWEEN;
  }
  if (verdictAt < 0) return { key, comment: undefined, line };
  const kind = words.startsWith("goto", verdictAt + BETWEEN) ? "goto" : "jump";
  const verdict = { kind, chain: words.slice(verdictAt + BETWEEN + kind.length + 1, -1) } as const;
  return { key, comment: undefined, verdict, line };
}

function parseElement(
  reader: WordReader,
  keyType: readonly string[],
  line: number | undefined,
): NftElement | undefined {
  const key: KeyPart[] = [];
  do {
    const word = reader.takeText();
    if (word === undefined) return undefined;
    key.push(normalizeKeyPart(readNumber(word) ?? word, keyType[key.length]));
  } while (reader.take("."));
  let comment: string | undefined;
  for (;;) {
    const word = reader.peek();
    if (word === "comment") {
      comment = unquote(reader.peek(1));
      reader.at += 2;
    } else if (word === "timeout" || word === "expires") reader.at += 2;
    else if (word === "counter") {
      reader.at++;
      while (reader.peek() === "packets" || reader.peek() === "bytes") reader.at += 2;
    } else break;
  }
  if (!reader.take(":")) return { key, comment, line };
  const verdict = parseVerdict(reader);
  return verdict && { key, comment, verdict, line };
}

/** From `nft -j`; undefined when it cannot be read. */
export function elementFromJSON(
  json: unknown,
  keyType: readonly string[],
  isMap: boolean,
  line?: number,
): NftElement | undefined {
  const [keyJSON, valueJSON]: readonly unknown[] = isMap && Array.isArray(json) ? json : [json];
  const element = fieldOf(keyJSON, "elem");
  const value = valueFromJSON(isRecord(element) ? fieldOf(element, "val") : keyJSON);
  if (!value) return undefined;
  const parts = value.kind === "concat" ? value.parts : [value];
  const key = parts.map((part, i) =>
    normalizeKeyPart(part.kind === "literal" ? part.value : printValue(part), keyType[i]),
  );
  const comment = textOf(fieldOf(element, "comment"));
  if (!isMap) return { key, comment, line };
  const verdict = verdictFromJSON(valueJSON);
  return verdict && { key, comment, verdict, line };
}
