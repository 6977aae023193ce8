/** What differs between two chains, apart from what is no difference. */
import type { TableName } from "../../rulesets/iptables/types.js";
import { isDispatchChain, NODEPORTS } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { Side } from "./side.js";

export interface ChainDifference {
  readonly table: TableName;
  readonly chain: string;
  /** Expected and not there. */
  readonly missing: readonly KubeRule[];
  /** There and not expected. */
  readonly extra: readonly KubeRule[];
  /** There more often than expected. */
  readonly duplicates: readonly KubeRule[];
  /** The rules that both sides have stand in another order, and the chain's order has a meaning. */
  readonly reordered: boolean;
}

/** Compares a chain of both sides; undefined when they mean the same. Equal lines are never read. */
export function compareChain(
  expected: Side,
  actual: Side,
  table: TableName,
  chain: string,
): ChainDifference | undefined {
  const wanted = expected.chain(table, chain);
  const held = actual.chain(table, chain);
  if (wanted === held || sameTexts(wanted?.texts ?? [], held?.texts ?? [])) return undefined;
  const difference = isDispatchChain(table, chain)
    ? compareDispatch(expected, actual, table, chain)
    : compareOrdered(expected.rulesOf(table, chain), actual.rulesOf(table, chain));
  const { missing, extra, duplicates, reordered } = difference;
  if (missing.length + extra.length + duplicates.length === 0 && !reordered) return undefined;
  return { table, chain, ...difference };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

type Difference = Pick<ChainDifference, "missing" | "extra" | "duplicates" | "reordered">;

const NO_DIFFERENCE: Difference = { missing: [], extra: [], duplicates: [], reordered: false };

function compareOrdered(wanted: readonly KubeRule[], held: readonly KubeRule[]): Difference {
  if (sameMeanings(wanted, held)) return NO_DIFFERENCE;
  const difference = compareSets(wanted, held);
  const common = (rules: readonly KubeRule[], others: readonly KubeRule[]) => {
    const known = new Set(others.map((rule) => rule.meaning));
    return [...new Set(rules.filter((r) => !r.countsOnly && known.has(r.meaning)).map((rule) => rule.meaning))];
  };
  const order = common(wanted, held);
  const actualOrder = common(held, wanted);
  return { ...difference, reordered: order.some((meaning, i) => actualOrder[i] !== meaning) };
}

/** Whether the rules mean the same one by one, as those of a capture that is spelled otherwise throughout do. */
function sameMeanings(a: readonly KubeRule[], b: readonly KubeRule[]): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ meaning, countsOnly }, i) => meaning === b[i]!.meaning && countsOnly === b[i]!.countsOnly);
}

/** Rules compared by meaning, as multisets. */
function compareSets(wanted: readonly KubeRule[], held: readonly KubeRule[]): Omit<Difference, "reordered"> {
  const left = new Map<string, number>();
  for (const rule of wanted) if (!rule.countsOnly) left.set(rule.meaning, (left.get(rule.meaning) ?? 0) + 1);
  const seen = new Set<string>();
  const extra: KubeRule[] = [];
  const duplicates: KubeRule[] = [];
  for (const rule of held) {
    if (rule.countsOnly) continue;
    const count = left.get(rule.meaning) ?? 0;
    if (count > 0) left.set(rule.meaning, count - 1);
    else if (seen.has(rule.meaning)) duplicates.push(rule);
    else extra.push(rule);
    seen.add(rule.meaning);
  }
  const missing: KubeRule[] = [];
  for (const rule of wanted) {
    const count = left.get(rule.meaning) ?? 0;
    if (rule.countsOnly || count === 0) continue;
    left.set(rule.meaning, count - 1);
    missing.push(rule);
  }
  return { missing, extra, duplicates };
}

/** A chain in which services stand in any order: lines are matched as they are; only the others are read. */
function compareDispatch(expected: Side, actual: Side, table: TableName, chain: string): Difference {
  const wanted = expected.chain(table, chain)?.texts ?? [];
  const held = actual.chain(table, chain)?.texts ?? [];
  const counts = new Map<string, number>();
  for (const text of wanted) counts.set(text, (counts.get(text) ?? 0) + 1);
  const unmatchedHeld: KubeRule[] = [];
  const matched = new Set<string>();
  const repeated: KubeRule[] = [];
  const indexOf = new Map<KubeRule, number>();
  const read = (i: number) => {
    const rule = actual.ruleAt(table, chain, i);
    indexOf.set(rule, i);
    return rule;
  };
  for (const [i, text] of held.entries()) {
    const count = counts.get(text) ?? 0;
    if (count > 0) {
      counts.set(text, count - 1);
      matched.add(text);
    } else if (matched.has(text)) repeated.push(read(i));
    else unmatchedHeld.push(read(i));
  }
  const unmatchedWanted: KubeRule[] = [];
  for (const [i, text] of wanted.entries()) {
    const count = counts.get(text) ?? 0;
    if (count === 0) continue;
    counts.set(text, count - 1);
    unmatchedWanted.push(expected.ruleAt(table, chain, i));
  }
  const { missing, extra, duplicates } = compareSets(unmatchedWanted, unmatchedHeld);
  const surplus = [...repeated, ...duplicates];
  const ignored = new Set(surplus.map((rule) => indexOf.get(rule)));
  return { missing, extra, duplicates: surplus, reordered: tailIsEarly(held, ignored) };
}

/** Whether a rule stands behind the jump to KUBE-NODEPORTS, which must be the last of KUBE-SERVICES. */
function tailIsEarly(held: readonly string[], ignored: ReadonlySet<number | undefined>): boolean {
  const first = held.findIndex(isTail);
  return first >= 0 && held.some((text, i) => i > first && !isTail(text) && !ignored.has(i));
}

/** The jump to KUBE-NODEPORTS, in save spelling. */
export function isTail(text: string): boolean {
  return text.endsWith(` -j ${NODEPORTS}`);
}
