/** What a node serves, in words that can be held against Services: names where rules tell them, and addresses. */
import type { IPFamily } from "../net/ip.js";
import type { NodeReading } from "./read-node.js";

export interface ServicesOnNode {
  /** "ns/name"; undefined where nothing names them (IPVS). */
  readonly names: ReadonlySet<string> | undefined;
  /** Addresses at which something is served. */
  readonly addresses: ReadonlySet<string>;
  /** The capture breaks off: there may be more. */
  readonly isCut: boolean;
}

/** Of the families that are compared. */
export async function servicesOnNode(reading: NodeReading, families: readonly IPFamily[]): Promise<ServicesOnNode> {
  const parts: ServicesOnNode[] = [];
  for (const family of families) parts.push(await ofFamily(reading, family));
  return {
    names: parts.every(({ names }) => names) ? new Set(parts.flatMap(({ names }) => [...(names ?? [])])) : undefined,
    addresses: new Set(parts.flatMap(({ addresses }) => [...addresses])),
    isCut: parts.some(({ isCut }) => isCut),
  };
}

async function ofFamily(reading: NodeReading, family: IPFamily): Promise<ServicesOnNode> {
  switch (reading.mode) {
    case "iptables": {
      const { selectTables } = await import("../diff/iptables/select-tables.js");
      const { servicesHeld } = await import("../diff/iptables/index.js");
      const { tables } = selectTables(reading.captures, family);
      // Those without endpoints stand in table filter.
      const texts = [...tables.values()].flatMap(({ chains }) => chains.get("KUBE-SERVICES")?.texts ?? []);
      const addresses = new Set(texts.flatMap((text) => / -d ([^/ ]+)\/(?:32|128) /.exec(text)?.[1] ?? []));
      return { names: servicesHeld(tables), addresses, isCut: tables.get("nat")?.complete === false };
    }
    case "nftables": {
      const { selectTable, servicesHeld } = await import("../diff/nftables/index.js");
      const { table, diagnostics } = selectTable(reading.captures, family === "IPv4" ? "ip" : "ip6");
      const keys = (table?.sets ?? []).flatMap(({ elements }) => elements.map(({ key }) => String(key[0])));
      return {
        names: servicesHeld(table),
        addresses: new Set(keys),
        isCut: table?.complete !== true || diagnostics.length > 0,
      };
    }
    case "ipvs": {
      const servers = reading.capture.virtualServers ?? [];
      return { names: undefined, addresses: new Set(servers.map(({ address }) => address)), isCut: false };
    }
  }
}
