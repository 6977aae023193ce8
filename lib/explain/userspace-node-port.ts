/** TCP node ports that kube-proxy serves itself on loopback: nftables mode with gate KubeProxyNFTablesLocalhostNodePorts. */
import { isLoopback, parseIP } from "../net/ip.js";
import type { NftSet, NftTable } from "../rulesets/nftables/types.js";
import type { Packet, TracedNode } from "../trace/types.js";

export const SERVED_IN_USERSPACE =
  "served by kube-proxy in userspace: the connection ends at kube-proxy, which opens its own to an endpoint; " +
  "the client address is lost";

/**
 * Whether a packet that no rule touches is one to such a node port. Told from kube-proxy's table: it rejects node ports
 * of other protocols on loopback and those of TCP not. Source: KEP-6032.
 */
export function isServedInUserspace(
  { protocol, destination, destinationPort }: Packet,
  { nftables = [] }: TracedNode,
): boolean {
  const address = parseIP(destination);
  if (protocol !== "tcp" || !address || !isLoopback(address)) return false;
  const family = address.family === "IPv6" ? "ip6" : "ip";
  return nftables
    .flatMap(({ tables }) => tables)
    .some((table) => table.name === "kube-proxy" && table.family === family && isServed(table, destinationPort));
}

function isServed({ sets, chains }: NftTable, port: number): boolean {
  if (!sets.some(({ name }) => name === "localhost-nodeport-reject-ports")) return false;
  if (chains.some(({ name }) => name === "localhost-nodeport-reject-tcp")) return false;
  return sets.some((set) => NODE_PORT_MAPS.has(set.name) && holdsTCP(set, port));
}

const NODE_PORT_MAPS = new Set(["service-nodeports", "no-endpoint-nodeports"]);

function holdsTCP({ elements }: NftSet, port: number): boolean {
  return elements.some(({ key: [protocol, number] }) => isTCP(protocol) && String(number) === String(port));
}

/** `nft -n` prints the protocol's number. */
function isTCP(protocol: string | number | undefined): boolean {
  return protocol === "tcp" || String(protocol) === "6";
}
