/**
 * Rules of others that surely refuse what load balancers ask to learn whether the node serves a Service with
 * externalTrafficPolicy Local: without an answer they send it no connections. kube-proxy accepts these packets in table filter alone.
 */
import { isCutChain } from "../../rulesets/iptables/capture.js";
import { Refusals } from "../../rulesets/iptables/refusals.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { Change } from "../types.js";
import { BEFORE_ANSWER, listWords } from "../view-words.js";
import type { KubeRule } from "./kube-rule.js";
import { isToldOfJump } from "./refused-packets.js";
import type { Side } from "./side.js";

export interface HealthCheck {
  readonly port: number;
  /** "ns/name"; undefined where nothing tells it. */
  readonly service: string | undefined;
}

export interface HealthSearch {
  readonly side: Side;
  /** Chains of kube-proxy that accept no health check. */
  readonly isLeftOut: (table: TableName, chain: string) => boolean;
  readonly checks: readonly HealthCheck[];
}

const TABLES = ["mangle", "filter", "security"] as const;

/** Of INPUT in each of the side's tables. */
export function refusedHealthChecks(search: HealthSearch): Change[] {
  return search.checks.length === 0 ? [] : TABLES.flatMap((table) => refusedIn(table, search));
}

function refusedIn(table: TableName, { side, isLeftOut, checks }: HealthSearch): Change[] {
  const held = side.tables.get(table);
  if (!held || isCutChain(held, "INPUT")) return [];
  const refusals = new Refusals<KubeRule>({
    chain: "INPUT",
    policy: side.policyOf(table, "INPUT"),
    situation: { isTranslated: false, isForwarded: true, isLocal: true },
    rulesOf: (chain) => side.rulesOf(table, chain),
    isLeftOut: (chain) => isLeftOut(table, chain),
    isHeld: (chain) => side.has(table, chain) && !isCutChain(held, chain),
  });
  if (!refusals.mayRefuse()) return [];
  const found = new Map<KubeRule | "policy", HealthCheck[]>();
  for (const check of checks) {
    const rule = refusals.refuserOf({ address: undefined, protocol: "tcp", port: check.port });
    if (rule === undefined || isToldOfJump(rule, { table, chain: "INPUT" }, side)) continue;
    found.set(rule, [...(found.get(rule) ?? []), check]);
  }
  return Array.from(found, ([rule, refused]) => changeOf(table, rule, refused));
}

function changeOf(table: TableName, rule: KubeRule | "policy", refused: readonly HealthCheck[]): Change {
  const [{ service, port }] = refused as [HealthCheck];
  const isOne = refused.length === 1;
  const names = refused.flatMap((check) => check.service ?? []).sort();
  const of = names.length > 0 ? ` of ${listWords(names)}` : "";
  const to = isOne
    ? `health-check port ${port}${of}`
    : `health-check ports${of === "" ? ` ${listWords(refused.map((check) => String(check.port)))}` : of}`;
  const subject =
    rule === "policy"
      ? `the policy of INPUT in table ${table}, which no rule is in front of,`
      : `a rule of ${rule.chain} in table ${table}`;
  return {
    kind: "rule-order",
    severity: "error",
    ...(isOne && { service, frontend: `*:${port}` }),
    chain: rule === "policy" ? "INPUT" : rule.chain,
    message: `load balancers take the node out: ${subject} refuses connections to ${to}, ${BEFORE_ANSWER}`,
    expected: [],
    actual: [rule === "policy" ? "-P INPUT DROP" : rule.text],
    ...(rule !== "policy" && rule.at && { at: rule.at }),
  };
}
