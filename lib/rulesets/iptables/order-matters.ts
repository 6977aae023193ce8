/** Whether a packet can fare otherwise when rules of a chain change places. */
import { mayHoldTogether } from "./take-packets.js";
import type { Rule } from "./types.js";

/**
 * Whether rules that both lists hold stand in another order in a way that a packet can notice: rules that do the same
 * with a packet, or that no packet meets both of, may change places. Rules are told apart by `keyOf`.
 */
export function orderMatters<R>(
  wanted: readonly R[],
  held: readonly R[],
  {
    keyOf,
    ruleOf,
  }: { readonly keyOf: (rule: R) => string; readonly ruleOf: (rule: R) => Pick<Rule, "clauses" | "target"> },
): boolean {
  const places = new Map(held.map((rule, i) => [keyOf(rule), i]));
  const common = wanted.filter((rule) => places.has(keyOf(rule)));
  return common.some((rule, i) =>
    common
      .slice(i + 1)
      .some(
        (later) =>
          places.get(keyOf(later))! < places.get(keyOf(rule))! &&
          !doTheSame(ruleOf(rule).target, ruleOf(later).target) &&
          mayHoldTogether(ruleOf(rule).clauses, ruleOf(later).clauses),
      ),
  );
}

function doTheSame(a: Rule["target"], b: Rule["target"]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether no packet gets behind a rule: it holds for all, and decides. */
export function decidesAll({ clauses, target }: Pick<Rule, "clauses" | "target">): boolean {
  return clauses.every(({ kind }) => kind === "comment") && decides({ target });
}

/** Whether a packet that the rule holds for gets no further in its chain. */
export function decides({ target }: Pick<Rule, "target">): boolean {
  return ["accept", "drop", "return", "reject", "goto"].includes(target.kind);
}
