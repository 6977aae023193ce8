/** What the sets of kube-proxy are for, told by their names in either family. */

export type SetRole =
  | "hairpin"
  | "cluster-ip"
  | "external-ip"
  | "external-ip-local"
  | "load-balancer"
  | "load-balancer-local"
  | "firewall"
  | "source-ip"
  | "source-cidr"
  | "node-port"
  | "node-port-local"
  | "health-check"
  | "bound-addresses";

const ROLES: readonly (readonly [prefix: string, role: SetRole])[] = [
  ["LOOP-BACK", "hairpin"],
  ["CLUSTER-IP", "cluster-ip"],
  ["EXTERNAL-IP-LOCAL", "external-ip-local"],
  ["EXTERNAL-IP", "external-ip"],
  ["LOAD-BALANCER-FW", "firewall"],
  ["LOAD-BALANCER-LOCAL", "load-balancer-local"],
  ["LOAD-BALANCER-SOURCE-IP", "source-ip"],
  // The IPv6 name is cut at 31 characters.
  ["LOAD-BALANCER-SOURCE-CID", "source-cidr"],
  ["LOAD-BALANCER", "load-balancer"],
  ["NODE-PORT-LOCAL-", "node-port-local"],
  ["NODE-PORT-", "node-port"],
  ["HEALTH-CHECK-NODE-PORT", "health-check"],
  ["IPVS-IPS", "bound-addresses"],
];

/** The purpose of a set that kube-proxy makes; undefined for other names. */
export function setRole(name: string): SetRole | undefined {
  const base = /^KUBE-(?:6-)?(.+)$/.exec(name)?.[1];
  return base === undefined ? undefined : ROLES.find(([prefix]) => base.startsWith(prefix))?.[1];
}

/** The sets whose entries are "ADDRESS,protocol:PORT" of a frontend. */
export const ADDRESS_ROLES: ReadonlySet<SetRole> = new Set([
  "cluster-ip",
  "external-ip",
  "external-ip-local",
  "load-balancer",
  "load-balancer-local",
]);

/** The protocol in the name of a node-port set; undefined for the SCTP sets, whose entries tell it. */
export function nodePortProtocol(name: string): "tcp" | "udp" | undefined {
  return name.endsWith("-TCP") ? "tcp" : name.endsWith("-UDP") ? "udp" : undefined;
}
