/** The ports that an address has for clients, by Services and by rules: for questions about one that it has not. */
import type { Cluster } from "../cluster/types.js";
import { canonicalIP, parseIP } from "../net/ip.js";
import { singleHost } from "../trace/address-matcher.js";
import type { TracedNode } from "../trace/types.js";
import type { RuleIndex } from "./rule-index.js";

/** "80/TCP", sorted by number; empty where nothing is at the address. */
export function portsAt(address: string, { services }: Cluster, index: RuleIndex, { ipvs = [] }: TracedNode): string[] {
  const wanted = canonicalIP(address) ?? address;
  const found = new Set<string>();
  const add = (port: string | number, protocol: string) => found.add(`${port}/${protocol.toUpperCase()}`);
  for (const { spec, status } of services) {
    const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
    const own = [spec.clusterIP, ...(spec.clusterIPs ?? []), ...(spec.externalIPs ?? []), ...ingress];
    if (own.some((text) => text !== undefined && canonicalIP(text) === wanted))
      for (const { port, protocol = "TCP" } of spec.ports ?? []) add(port, protocol);
  }
  addFromRules(wanted, index, add);
  for (const { virtualServers } of ipvs)
    for (const server of virtualServers) if (canonicalIP(server.address) === wanted) add(server.port, server.protocol);
  return [...found].sort((a, b) => parseInt(a) - parseInt(b) || (a < b ? -1 : 1));
}

const DISPATCH = ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"];
const MAPS = new Set(["service-ips", "no-endpoint-services"]);

function addFromRules(address: string, index: RuleIndex, add: (port: string | number, protocol: string) => void): void {
  const family = parseIP(address)?.family ?? "IPv4";
  for (const placed of DISPATCH.flatMap((name) => index.chainsNamed(name)).flatMap(({ rules }) => rules)) {
    if (placed.kind !== "iptables") continue;
    const { clauses } = placed.rule;
    const isAt = clauses.some(
      (clause) => clause.kind === "destination" && !clause.negated && singleHost(clause.address, family) === address,
    );
    if (!isAt) continue;
    for (const clause of clauses)
      if (clause.kind === "transport" && clause.destinationPort) add(clause.destinationPort.ports, clause.protocol);
  }
  for (const { sets } of index.tables)
    for (const { name, elements } of sets)
      if (MAPS.has(name))
        for (const { key } of elements)
          if (key.length === 3 && canonicalIP(String(key[0])) === address) add(key[2]!, String(key[1]));
}
