/** kube-proxy's chains in iptables mode, and the chains of others whose names look alike. */
import type { Rule, TableName } from "../../rulesets/iptables/types.js";
import { sha256Base32 } from "../../util/sha256-base32.js";

export const SERVICE_PREFIXES = ["KUBE-SVC-", "KUBE-SVL-", "KUBE-EXT-", "KUBE-FW-"] as const;
export const ENDPOINT_PREFIX = "KUBE-SEP-";
export const MARK_MASQ = "KUBE-MARK-MASQ";
export const NODEPORTS = "KUBE-NODEPORTS";
export const POSTROUTING = "KUBE-POSTROUTING";
export const SERVICES = "KUBE-SERVICES";

/** Chains that hold rules of many service ports, in an order that kube-proxy leaves to chance. */
const DISPATCH: Readonly<Partial<Record<TableName, ReadonlySet<string>>>> = {
  filter: new Set([SERVICES, "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL", NODEPORTS]),
  nat: new Set([SERVICES, NODEPORTS]),
};

export function isDispatchChain(table: TableName, chain: string): boolean {
  return DISPATCH[table]?.has(chain) ?? false;
}

/** The dispatch chains of a table, those of addresses before those of node ports. */
export function dispatchChainsOf(table: TableName): Iterable<string> {
  return DISPATCH[table] ?? [];
}

/** The 16 characters that a service port's chains share, or undefined for another chain. */
export function serviceHashOf(chain: string): string | undefined {
  if (!chain.startsWith("KUBE-")) return undefined;
  for (const prefix of SERVICE_PREFIXES)
    if (chain.startsWith(prefix) && chain.length === prefix.length + 16) return chain.slice(prefix.length);
  return undefined;
}

export function isEndpointChain(chain: string): boolean {
  return chain.startsWith(ENDPOINT_PREFIX);
}

/** `name`: "ns/service" or "ns/service:port"; `protocol` in any case. Source: kube-proxy portProtoHash. */
export function serviceHash(name: string, protocol: string): string {
  return sha256Base32(name + protocol.toLowerCase());
}

/**
 * Why a chain that kube-proxy's iptables mode does not have today may be there: an old release or another mode.
 * Undefined for chains that are not kube-proxy's: kubelet's, canaries, kube-router's and foreign ones.
 */
export function leftoverReason(chain: string): string | undefined {
  if (chain.startsWith("KUBE-XLB-")) return "kube-proxy before 1.24 kept load-balancer rules in such chains";
  return LEFTOVERS.get(chain);
}

const IPVS = "kube-proxy's ipvs mode uses it";
const LEFTOVERS: ReadonlyMap<string, string> = new Map([
  ["KUBE-MARK-DROP", "kube-proxy and kubelet before 1.28 used it"],
  ["KUBE-PORTALS-HOST", "kube-proxy's userspace mode used it"],
  ["KUBE-PORTALS-CONTAINER", "kube-proxy's userspace mode used it"],
  ["KUBE-NODEPORT-HOST", "kube-proxy's userspace mode used it"],
  ["KUBE-NODEPORT-CONTAINER", "kube-proxy's userspace mode used it"],
  ["KUBE-NODEPORT-NON-LOCAL", "kube-proxy's userspace mode used it"],
  ["KUBE-LOAD-BALANCER", IPVS],
  ["KUBE-NODE-PORT", IPVS],
  ["KUBE-FIRE-WALL", IPVS],
  ["KUBE-SOURCE-RANGES-FIREWALL", IPVS],
  ["KUBE-IPVS-FILTER", IPVS],
  ["KUBE-IPVS-OUT-FILTER", IPVS],
]);

/** Chains in which rules that are not kube-proxy's are no difference: kubelet writes to them too. */
export function isSharedWithKubelet(chain: string): boolean {
  return chain === "KUBE-FIREWALL";
}

/**
 * Whether a rule of such a chain is kubelet's, or changes nothing for packets: it drops what is marked for dropping, and what comes
 * to 127.0.0.0/8 from elsewhere.
 */
export function isOfKubelet({ target, clauses }: Pick<Rule, "target" | "clauses">): boolean {
  if (!["drop", "reject", "mark"].includes(target.kind)) return true;
  return clauses.some(
    (clause) => clause.kind === "mark" || (clause.kind === "destination" && clause.address.startsWith("127.")),
  );
}

/** Whether kube-proxy does not say all that stands in a chain. */
export function isOfOthersToo(chain: string): boolean {
  return !chain.startsWith("KUBE-") || isSharedWithKubelet(chain);
}
