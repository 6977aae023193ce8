/** Service ports about which a capture that breaks off says too little. */
import { isCutChain } from "../../rulesets/iptables/capture.js";
import { isEndpointChain, serviceHashOf, SERVICE_PREFIXES } from "./kube-chains.js";
import type { Owners } from "./owners.js";
import type { Side, SideTable } from "./side.js";

export interface CutServices {
  /** Hashes of the service ports whose rules may be missing only because the capture breaks off. */
  readonly hashes: ReadonlySet<string>;
  /** Tables whose chains that lead to every service port are not whole. */
  readonly tables: ReadonlySet<string>;
}

/** Built-in chains that packets to Services pass before kube-proxy's. */
const ENTRANCES: Readonly<Record<string, readonly string[]>> = {
  nat: ["PREROUTING", "OUTPUT", "KUBE-SERVICES", "KUBE-NODEPORTS"],
  filter: ["INPUT", "FORWARD", "OUTPUT", "KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL"],
};

/** Finds the service ports, of either side, whose chains were not captured to their end. */
export function cutServices(expected: Side, actual: Side, owners: Owners): CutServices {
  const hashes = new Set<string>();
  const tables = new Set<string>();
  for (const [name, table] of actual.tables) {
    if (table.complete !== false) continue;
    const entrances = ENTRANCES[name] ?? [];
    const wanted = expected.tables.get(name)?.chains;
    if (entrances.some((chain) => wanted?.has(chain) && isCutChain(table, chain))) tables.add(name);
  }
  if (tables.has("filter")) for (const hash of refusedServices(expected, owners)) hashes.add(hash);
  const nat = actual.tables.get("nat");
  if (nat?.complete !== false) return { hashes, tables };
  const chains = [expected, actual].flatMap((side) => [...(side.tables.get("nat")?.chains.keys() ?? [])]);
  const endpoints = chains.filter((chain) => isEndpointChain(chain) && isCutChain(nat, chain));
  const owned = owners.ownersOfEndpointChains(endpoints);
  for (const chain of endpoints) for (const hash of owned.get(chain) ?? []) hashes.add(hash);
  for (const chain of chains) {
    const hash = serviceHashOf(chain);
    if (hash === undefined || hashes.has(hash)) continue;
    if (tables.has("nat") || isCutService(nat, expected, hash)) hashes.add(hash);
  }
  return { hashes, tables };
}

const REFUSING = ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL"];

/** Hashes of the service ports that table filter has rules for: those without endpoints, and those with source ranges. */
export function refusedServices(side: Side, owners: Owners): ReadonlySet<string> {
  return new Set(
    REFUSING.flatMap((chain) => side.rulesOf("filter", chain)).flatMap((rule) => owners.ownerOf(rule, "filter") ?? []),
  );
}

function isCutService(nat: SideTable, expected: Side, hash: string): boolean {
  return SERVICE_PREFIXES.some((prefix) => {
    const chain = prefix + hash;
    return (nat.chains.has(chain) || expected.has("nat", chain)) && isCutChain(nat, chain);
  });
}
