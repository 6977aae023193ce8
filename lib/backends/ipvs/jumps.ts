/** The rules that kube-proxy ensures one by one in built-in chains, outside the restore document. */
import { comment, jump } from "./clauses.js";
import type { Rule, TableName } from "../../rulesets/iptables/types.js";

export interface Jump {
  readonly table: TableName;
  readonly rule: Rule;
}

function row(table: TableName, from: string, to: string, text: string): Jump {
  return { table, rule: { chain: from, clauses: [comment(text)], target: jump(to) } };
}

/**
 * In the order they are made; each is put in front of the earlier ones of its chain.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, iptablesJumpChain; same in every release known, both families.
 */
export const BUILT_IN_JUMPS: readonly Jump[] = [
  row("nat", "OUTPUT", "KUBE-SERVICES", "kubernetes service portals"),
  row("nat", "PREROUTING", "KUBE-SERVICES", "kubernetes service portals"),
  row("nat", "POSTROUTING", "KUBE-POSTROUTING", "kubernetes postrouting rules"),
  row("filter", "FORWARD", "KUBE-FORWARD", "kubernetes forwarding rules"),
  row("filter", "INPUT", "KUBE-NODE-PORT", "kubernetes health check rules"),
  row("filter", "INPUT", "KUBE-PROXY-FIREWALL", "kube-proxy firewall rules"),
  row("filter", "FORWARD", "KUBE-PROXY-FIREWALL", "kube-proxy firewall rules"),
  row("filter", "INPUT", "KUBE-IPVS-FILTER", "kubernetes ipvs access filter"),
  row("filter", "OUTPUT", "KUBE-IPVS-OUT-FILTER", "kubernetes ipvs access filter"),
];
