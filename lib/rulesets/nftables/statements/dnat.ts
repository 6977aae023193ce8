/** `dnat to 10.244.1.2:8080`, and the choice among several at once, `dnat ip addr . port to numgen ... map { ... }`. */
import { canonicalIP, joinHostPort } from "../../../net/ip.js";
import { expressionFromJSON, parseExpression, printExpression } from "../expressions.js";
import { fieldOf, numberOf, textOf } from "../json.js";
import { servicePortNumber } from "../service-names.js";
import { readNumber, type WordReader } from "../tokens.js";
import type { DnatTarget, Statement } from "../types.js";

type Dnat = Extract<Statement, { kind: "dnat" }>;
type DnatMap = Extract<Statement, { kind: "dnat-map" }>;

/** What follows the word dnat, in the spelling of kube-proxy or of any nft. */
export function parseDnat(reader: WordReader): Dnat | DnatMap | undefined {
  const family = reader.take("ip") ? "ip" : reader.take("ip6") ? "ip6" : undefined;
  if (reader.take("addr") && !(reader.take(".") && reader.take("port"))) return undefined;
  if (!reader.take("to")) return undefined;
  const dnat = reader.peek() === "numgen" ? parseTargets(family, reader) : parseTarget(reader);
  return dnat && takeFlags(reader) ? dnat : undefined;
}

function parseTarget(reader: WordReader): Dnat | undefined {
  const target = readTarget(reader.next(), reader);
  return target && { kind: "dnat", ...target };
}

/** One address and port leave nothing to choose: with them these flags mean nothing. */
const FLAGS: ReadonlySet<unknown> = new Set(["random", "fully-random", "persistent"]);

function takeFlags(reader: WordReader): boolean {
  if (!FLAGS.has(reader.peek())) return true;
  do if (!FLAGS.has(reader.next())) return false;
  while (reader.take(","));
  return true;
}

function parseTargets(family: string | undefined, reader: WordReader): DnatMap | undefined {
  const key = parseExpression(reader);
  if (!key || !reader.take("map") || !reader.take("{")) return undefined;
  const targets: DnatTarget[] = [];
  while (!reader.take("}")) {
    const index = reader.takeNumber();
    if (index === undefined || !reader.take(":")) return undefined;
    const address = reader.takeText();
    if (address === undefined || !reader.take(".")) return undefined;
    const port = takePort(reader);
    if (port === undefined || targets[index]) return undefined;
    setTarget(targets, index, address, port);
    if (!reader.take(",") && reader.peek() !== "}") return undefined;
  }
  return makeMap(family, key, targets);
}

/** More targets than any service has are not taken for indexes. */
function setTarget(targets: DnatTarget[], index: number, address: string, port: number): void {
  if (index >= 0 && index < 1_000_000) targets[index] = { address, port };
}

function makeMap(family: string | undefined, key: DnatMap["key"], targets: DnatTarget[]): DnatMap | undefined {
  const filled = Object.keys(targets).length;
  if (filled !== targets.length || filled === 0) return undefined;
  return { kind: "dnat-map", family: family ?? (targets[0]!.address.includes(":") ? "ip6" : "ip"), key, targets };
}

/** A port by number or, from `nft -S`, by name. */
function takePort(reader: WordReader): number | undefined {
  return reader.takeNumber() ?? servicePortNumber(reader.takeText() ?? "");
}

/** "10.244.1.2:8080" or "[fd00::1]:80"; from `nft -S` the port's name is a word of its own behind the colon. */
function readTarget(word: string, reader: WordReader): DnatTarget | undefined {
  const colon = word.lastIndexOf(":");
  const bracketed = word.charCodeAt(0) === 91;
  if (colon < 1 || (bracketed && word[colon - 1] !== "]")) return undefined;
  const address = bracketed ? word.slice(1, colon - 1) : word.slice(0, colon);
  if (!bracketed && address.includes(":")) return undefined;
  const port = colon === word.length - 1 ? takePort(reader) : readNumber(word.slice(colon + 1));
  return port === undefined ? undefined : { address, port };
}

export function printDnat({ address, port }: Dnat): string {
  return "dnat to " + joinHostPort(address, port);
}

/** `list`: as `nft list` (1.0) prints it. */
export function printDnatMap({ family, key, targets }: DnatMap): string {
  let text = `dnat ${family} addr . port to ${printExpression(key)} map { `;
  for (let i = 0; i < targets.length; i++)
    text += (i === 0 ? "" : " , ") + i + " : " + targets[i]!.address + " . " + targets[i]!.port;
  return `${text} }`;
}

/** By number or, with -S, by name. */
function portFromJSON(json: unknown): number | undefined {
  return numberOf(json) ?? servicePortNumber(textOf(json) ?? "");
}

export function dnatFromJSON(json: unknown): Dnat | DnatMap | undefined {
  const address = fieldOf(json, "addr");
  const flags = fieldOf(json, "flags");
  if (flags !== undefined && ![flags].flat().every((flag) => FLAGS.has(flag))) return undefined;
  if (typeof address === "string") {
    const port = portFromJSON(fieldOf(json, "port"));
    return port === undefined ? undefined : { kind: "dnat", address, port };
  }
  const map = fieldOf(address, "map");
  const key = expressionFromJSON(fieldOf(map, "key"));
  const set = fieldOf(fieldOf(map, "data"), "set");
  if (!key || !Array.isArray(set)) return undefined;
  const targets: DnatTarget[] = [];
  for (const pair of set) {
    const index = Array.isArray(pair) ? numberOf(pair[0]) : undefined;
    const concat = Array.isArray(pair) ? fieldOf(pair[1], "concat") : undefined;
    if (index === undefined || !Array.isArray(concat) || targets[index]) return undefined;
    const to = textOf(concat[0]);
    const port = portFromJSON(concat[1]);
    if (to === undefined || port === undefined) return undefined;
    setTarget(targets, index, to, port);
  }
  return makeMap(textOf(fieldOf(json, "family")), key, targets);
}

/** Addresses in canonical text. */
export function normalizeDnat(statement: Dnat): Dnat {
  const address = canonicalIP(statement.address) ?? statement.address;
  return address === statement.address ? statement : { ...statement, address };
}

export function normalizeDnatMap(statement: DnatMap): DnatMap {
  if (statement.targets.every(({ address }) => canonicalIP(address) === address)) return statement;
  const targets = statement.targets.map(({ address, port }) => ({ address: canonicalIP(address) ?? address, port }));
  return { ...statement, targets };
}
