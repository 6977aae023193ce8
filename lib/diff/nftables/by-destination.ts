/**
 * Rules and elements of sets by the destination that they ask for first, of answers by the source: a packet to another one
 * meets none of these.
 */
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { parseIP } from "../../net/ip.js";
import { addTo } from "../../util/add-to.js";
import type { Expression, NftElement, NftRule, NftSet, Value } from "../../rulesets/nftables/types.js";

/** From this size a list is looked up. */
const INDEXED = 24;

interface Destination {
  /** None where they are not known. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly after?: { readonly isAnswer?: boolean };
}

/** Which end of a connection the address and the port are. */
type End = "source" | "destination";

const FIELDS = {
  source: { address: "saddr", port: "sport" },
  destination: { address: "daddr", port: "dport" },
} as const;

const endOf = ({ after }: Destination): End => (after?.isAnswer ? "source" : "destination");

/** What an item asks for: one of these addresses, networks ("10.0.0.0/8") or ports; undefined where that is not known. */
type Asked =
  | { readonly kind: "address"; readonly texts: readonly string[] }
  | { readonly kind: "port"; readonly ports: readonly number[] }
  | undefined;

class ByDestination<T> {
  /** By the bits of the network and its first address. */
  private readonly byNetwork = new Map<string, Map<bigint, number[]>>();
  private readonly byPort = new Map<number, number[]>();
  private readonly ofAddresses: number[] = [];
  private readonly others: number[] = [];

  constructor(
    private readonly items: readonly T[],
    askedBy: (item: T) => Asked,
  ) {
    for (const [place, item] of items.entries()) {
      const asked = askedBy(item);
      const networks = asked?.kind === "address" ? networksOf(asked.texts) : undefined;
      if (networks) {
        this.ofAddresses.push(place);
        for (const { family, prefix, base } of networks) addTo(this.networksOf(`${family} ${prefix}`), base, place);
      } else if (asked?.kind === "port") for (const port of asked.ports) addTo(this.byPort, port, place);
      else this.others.push(place);
    }
  }

  private networksOf(size: string): Map<bigint, number[]> {
    let found = this.byNetwork.get(size);
    if (!found) this.byNetwork.set(size, (found = new Map()));
    return found;
  }

  /** In their order, all that may hold for the packet, and others. Of a packet to addresses that are not known nothing is left out by these. */
  candidatesFor({ addresses, port }: Destination): readonly T[] {
    const found = new Set(this.others);
    for (const place of this.byPort.get(port) ?? []) found.add(place);
    const known = addresses.map((text) => parseIP(text));
    if (known.length === 0 || known.includes(undefined)) for (const place of this.ofAddresses) found.add(place);
    for (const ip of known)
      if (ip)
        for (const [size, bases] of this.byNetwork) {
          const [family, prefix] = size.split(" ");
          if (family !== ip.family) continue;
          const host = BigInt(addressBits(ip.family) - Number(prefix));
          for (const place of bases.get((ip.value >> host) << host) ?? []) found.add(place);
        }
    return [...found].sort((a, b) => a - b).map((place) => this.items[place]!);
  }
}

function networksOf(texts: readonly string[]) {
  const found = texts.map((text) => {
    const cidr = parseCIDR(text);
    if (cidr) {
      const host = BigInt(addressBits(cidr.family) - cidr.prefix);
      return { family: cidr.family, prefix: cidr.prefix, base: (cidr.base >> host) << host };
    }
    const ip = parseIP(text);
    return ip && { family: ip.family, prefix: addressBits(ip.family), base: ip.value };
  });
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** By the first condition of a rule that asks for a destination, where nothing but conditions stands in front of it. */
function askedByRule({ statements }: NftRule, end: End): Asked {
  for (const statement of statements) {
    if (statement.kind === "counter") continue;
    if (statement.kind !== "match") return undefined;
    const { left, operator, right } = statement;
    const asked = operator === "" || operator === "==" ? askedBy(left, right, end) : undefined;
    if (asked) return asked;
  }
  return undefined;
}

function askedBy(left: Expression, right: Value, end: End): Asked {
  const values = right.kind === "set" ? right.elements : [right];
  const literals = values.flatMap((one) => (one.kind === "literal" ? [one.value] : []));
  return literals.length === values.length ? askedOf(left, literals, end) : undefined;
}

/** By the part of an element's key that is a destination; `left`: what is looked up in the set. */
function askedByElement(left: Expression, end: End): (element: NftElement) => Asked {
  const parts = left.kind === "concat" ? left.parts : [left];
  const place = parts.findIndex((part) => askedOf(part, [0], end) !== undefined);
  return ({ key }) => {
    const value = key.length === parts.length ? key[place] : undefined;
    // A range, or a name of a port.
    return value === undefined || String(value).includes("-") ? undefined : askedOf(parts[place]!, [value], end);
  };
}

function askedOf(left: Expression, values: readonly (string | number)[], end: End): Asked {
  if (left.kind !== "payload") return undefined;
  const { protocol, field } = left;
  if ((protocol === "ip" || protocol === "ip6") && field === FIELDS[end].address)
    return { kind: "address", texts: values.map(String) };
  const ports = values.map(Number);
  return field === FIELDS[end].port && !ports.some(Number.isNaN) ? { kind: "port", ports } : undefined;
}

const indexesOfRules = {
  source: new WeakMap<readonly NftRule[], ByDestination<NftRule>>(),
  destination: new WeakMap<readonly NftRule[], ByDestination<NftRule>>(),
};

/** Of the rules of a chain, in their order, those that may hold for the packet; `indexedFrom`: shorter lists are given whole. */
export function rulesMeeting(
  rules: readonly NftRule[],
  packet: Destination,
  indexedFrom = INDEXED,
): readonly NftRule[] {
  if (rules.length < indexedFrom) return rules;
  const end = endOf(packet);
  const indexes = indexesOfRules[end];
  let index = indexes.get(rules);
  if (!index) indexes.set(rules, (index = new ByDestination(rules, (rule) => askedByRule(rule, end))));
  return index.candidatesFor(packet);
}

const indexesOfSets = new WeakMap<NftSet, Map<string, ByDestination<NftElement>>>();

/** The same of the elements of a set in which `left` is looked up. */
export function elementsMeeting(set: NftSet, left: Expression, packet: Destination): readonly NftElement[] {
  if (set.elements.length < INDEXED) return set.elements;
  let indexes = indexesOfSets.get(set);
  if (!indexes) indexesOfSets.set(set, (indexes = new Map()));
  const end = endOf(packet);
  const key = `${end} ${JSON.stringify(left)}`;
  let index = indexes.get(key);
  if (!index) indexes.set(key, (index = new ByDestination(set.elements, askedByElement(left, end))));
  return index.candidatesFor(packet);
}
