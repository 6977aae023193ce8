/** The rules that kube-proxy ensures one by one in built-in chains, outside the restore document. */
import type { Clause, Rule, TableName } from "../../rulesets/iptables/types.js";
import { comment, conntrack, jump } from "./clauses.js";
import {
  EXTERNAL_SERVICES,
  FIREWALL,
  FORWARD,
  NODEPORTS,
  POSTROUTING,
  PROXY_FIREWALL,
  SERVICES,
} from "./chain-names.js";

export interface Jump {
  readonly table: TableName;
  readonly rule: Rule;
}

const NEW = conntrack(["NEW"]);

function row(table: TableName, from: string, to: string, text: string | undefined, onlyNew = false): Jump {
  const clauses: Clause[] = [...(onlyNew ? [NEW] : []), ...(text === undefined ? [] : [comment(text)])];
  return { table, rule: { chain: from, clauses, target: jump(to) } };
}

/**
 * In the order they are made; each is put in front of the earlier ones of its chain.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, the jump chains; same in every release known, both families.
 */
const makeJumps = (): readonly Jump[] => [
  row("filter", "INPUT", EXTERNAL_SERVICES, "kubernetes externally-visible service portals", true),
  row("filter", "FORWARD", EXTERNAL_SERVICES, "kubernetes externally-visible service portals", true),
  row("filter", "INPUT", NODEPORTS, "kubernetes health check service ports"),
  row("filter", "FORWARD", SERVICES, "kubernetes service portals", true),
  row("filter", "OUTPUT", SERVICES, "kubernetes service portals", true),
  row("filter", "FORWARD", FORWARD, "kubernetes forwarding rules"),
  row("filter", "INPUT", PROXY_FIREWALL, "kubernetes load balancer firewall", true),
  row("filter", "OUTPUT", PROXY_FIREWALL, "kubernetes load balancer firewall", true),
  row("filter", "FORWARD", PROXY_FIREWALL, "kubernetes load balancer firewall", true),
  row("nat", "OUTPUT", SERVICES, "kubernetes service portals"),
  row("nat", "PREROUTING", SERVICES, "kubernetes service portals"),
  row("nat", "POSTROUTING", POSTROUTING, "kubernetes postrouting rules"),
  row("filter", "INPUT", FIREWALL, undefined),
  row("filter", "OUTPUT", FIREWALL, undefined),
];

let made: readonly Jump[] | undefined;

/** Made when they are asked for: the restore document has none of them. */
export function builtInJumps(): readonly Jump[] {
  return (made ??= makeJumps());
}
