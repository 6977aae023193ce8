/** Packets that no rule of some tables tells apart: by the addresses and ports that the rules name. */
import { BRIDGED_NETWORKS } from "../../net/bridged-networks.js";
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { parseIP, type IPFamily } from "../../net/ip.js";
import type { NftSet, NftRule, Statement } from "../../rulesets/nftables/types.js";
import { firstPlace } from "../../util/first-place.js";
import { isRecord } from "../../util/is-record.js";

interface NamesAll {
  readonly rules: ReadonlyMap<string, readonly NftRule[]>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

/** Tells the class of an address, a port and a protocol; of answers, `isOfAnswers`, where they come from. */
export function packetClasses(
  tables: Iterable<NamesAll>,
  family: IPFamily,
  isOfAnswers = false,
): (address: string, port: number, protocol: string) => string {
  const addresses = new Set<bigint>();
  const ports = new Set<number>();
  const add = (text: string) => {
    const cidr = parseCIDR(text);
    const ip = cidr ? undefined : parseIP(text);
    if ((cidr ?? ip)?.family === family) {
      const first = cidr?.base ?? ip!.value;
      addresses.add(first);
      addresses.add(first + (1n << BigInt(cidr ? addressBits(family) - cidr.prefix : 0)));
    }
    const number = Number(text);
    if (Number.isInteger(number)) ports.add(number).add(number + 1);
  };
  const visit = (value: unknown): void => {
    if (typeof value === "number") add(String(value));
    else if (typeof value === "string") for (const part of [value, ...value.split("-"), ...namedIn(value)]) add(part);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) Object.values(value).forEach(visit);
  };
  for (const { rules, sets } of tables) {
    for (const own of rules.values())
      for (const { statements } of own) visit(isOfAnswers ? statements.filter(asksForMore) : statements);
    for (const { elements } of sets.values()) for (const { key } of elements) visit(key);
  }
  for (const network of BRIDGED_NETWORKS) add(network);
  const sortedAddresses = [...addresses].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const sortedPorts = [...ports].sort((a, b) => a - b);
  return (address, port, protocol) => {
    const place = placeIn(sortedAddresses, parseIP(address)?.value ?? -1n);
    return `${place} ${placeIn(sortedPorts, port)} ${protocol}`;
  };
}

/** Nobody knows where answers go: what asks for that alone tells none apart. */
function asksForMore(statement: Statement): boolean {
  if (statement.kind !== "match" || statement.left.kind !== "payload") return true;
  return statement.left.field !== "daddr" && statement.left.field !== "dport";
}

/** What a statement that is not understood names: "dnat to ip daddr map { 10.96.0.10 : ... }". */
function namedIn(text: string): readonly string[] {
  return text.includes(" ") || text.includes('"') ? text.split(/[^0-9a-f.:]+/) : [];
}

/** How many of the sorted values are not above this one. */
function placeIn<T extends number | bigint>(sorted: readonly T[], value: T): number {
  return firstPlace(sorted.length, (place) => sorted[place]! > value);
}
