/** What a node serves, in words that can be held against Services: names where rules tell them, and addresses. */
import type { IPFamily } from "../net/ip.js";
import { GrowingSet } from "../util/growing-set.js";
import type { NodeReading } from "./read-node.js";

export interface ServicesOnNode {
  /** "ns/name"; undefined where nothing names them (IPVS). */
  readonly names: GrowingSet<string> | undefined;
  /** Addresses at which something is served. */
  readonly addresses: GrowingSet<string>;
  /** The capture breaks off: there may be more. */
  readonly isCut: boolean;
}

/** Of one family. */
interface ServicesOfFamily {
  readonly names: Iterable<string> | undefined;
  readonly addresses: Iterable<string>;
  readonly isCut: boolean;
}

/** Of the families that are compared. */
export async function servicesOnNode(reading: NodeReading, families: readonly IPFamily[]): Promise<ServicesOnNode> {
  const parts: ServicesOfFamily[] = [];
  for (const family of families) parts.push(await ofFamily(reading, family));
  return {
    names: parts.every(({ names }) => names) ? new GrowingSet(eachOf(parts, ({ names = [] }) => names)) : undefined,
    addresses: new GrowingSet(eachOf(parts, ({ addresses }) => addresses)),
    isCut: parts.some(({ isCut }) => isCut),
  };
}

/** Each family's, one after the other, when they are asked for. */
function* eachOf<T, V>(parts: readonly T[], valuesOf: (part: T) => Iterable<V>): Iterable<V> {
  for (const part of parts) yield* valuesOf(part);
}

async function ofFamily(reading: NodeReading, family: IPFamily): Promise<ServicesOfFamily> {
  switch (reading.mode) {
    case "iptables": {
      const { selectTables } = await import("../diff/iptables/select-tables.js");
      const { servicesHeld } = await import("../diff/iptables/index.js");
      const { tables } = selectTables(reading.captures, family);
      // Those without endpoints stand in table filter.
      const addresses = eachOf([...tables.values()], ({ chains }) =>
        destinationsOf(chains.get("KUBE-SERVICES")?.texts),
      );
      return { names: servicesHeld(tables), addresses, isCut: tables.get("nat")?.complete === false };
    }
    case "nftables": {
      const { selectTable, servicesHeld } = await import("../diff/nftables/index.js");
      const { madeSets } = await import("../rulesets/nftables/listed-parts.js");
      const { table, diagnostics } = selectTable(reading.captures, family === "IPv4" ? "ip" : "ip6");
      return {
        names: servicesHeld(table),
        addresses: eachOf(table ? madeSets(table) : [], ({ elements }) =>
          eachOf(elements, ({ key }) => [String(key[0])]),
        ),
        isCut: table?.complete !== true || diagnostics.length > 0,
      };
    }
    case "ipvs": {
      const servers = reading.capture.virtualServers ?? [];
      return { names: undefined, addresses: eachOf(servers, ({ address }) => [address]), isCut: false };
    }
  }
}

function* destinationsOf(texts: readonly string[] = []): Iterable<string> {
  for (const text of texts) {
    const address = / -d ([^/ ]+)(?:\/(?:32|128))? /.exec(text)?.[1];
    if (address !== undefined) yield address;
  }
}
