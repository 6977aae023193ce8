/** Rules that keep packets from kube-proxy's own rules behind them: by what a packet meets first. */
import { decides, mayHoldTogether } from "../../rulesets/iptables/take-packets.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import { isTail } from "./compare-chain.js";
import { MARK_MASQ } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { Side } from "./side.js";

/** Chains in chains that are looked into. */
const DEEPEST = 4;

/** Whether a packet that the rule of a chain holds for does not reach the next rule. */
export function keepsPackets(rule: KubeRule, side: Side, table: TableName): boolean {
  return decides(rule, (chain) => mayDecide(side, table, chain, DEEPEST));
}

/** Whether some rule of a chain decides about a packet; RETURN only gives it back. */
function mayDecide(side: Side, table: TableName, chain: string, depth: number): boolean {
  if (depth === 0) return true;
  return side
    .rulesOf(table, chain)
    .some((rule) => rule.target.kind !== "return" && decides(rule, (next) => mayDecide(side, table, next, depth - 1)));
}

/** Whether every packet that the rule holds for leaves with the node's address. */
export function marksPackets({ target }: KubeRule): boolean {
  return target.kind === "mark" || (target.kind === "jump" && target.chain === MARK_MASQ);
}

/** The expected rules behind a rule of the node that miss packets by it. */
export function rulesMissing(
  rule: KubeRule,
  expected: Side,
  actual: Side,
  { table, chain }: { readonly table: TableName; readonly chain: string },
): readonly KubeRule[] {
  const marks = marksPackets(rule);
  if (!marks && !keepsPackets(rule, actual, table)) return [];
  const wanted = new Set(expected.rulesOf(table, chain).map(({ meaning }) => meaning));
  const held = actual.rulesOf(table, chain);
  const place = held.findIndex(({ meaning }) => meaning === rule.meaning);
  const target = JSON.stringify(rule.target);
  // Who names an address means one of a service, not of the node: node ports are for those.
  const namesAddress = rule.clauses.some((clause) => clause.kind === "destination" && !clause.negated);
  return held
    .slice(place + 1)
    .filter(
      (later) =>
        wanted.has(later.meaning) &&
        later.target.kind !== "none" &&
        !(namesAddress && isTail(later.text)) &&
        JSON.stringify(later.target) !== target &&
        mayHoldTogether(rule.clauses, later.clauses),
    );
}
