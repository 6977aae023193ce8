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
  return isForAll({ clauses }) && decides({ target });
}

function isForAll({ clauses }: Pick<Rule, "clauses">): boolean {
  return clauses.every(({ kind }) => kind === "comment");
}

type Chains = (chain: string) => readonly Pick<Rule, "clauses" | "target">[];

/** Chains in chains that are looked into. */
const DEEPEST = 4;

/**
 * The place of the first rule behind which no packet gets: it decides about all, or jumps to a chain of somebody else's, of those
 * that `isOthers` names, that does; -1 where there is none.
 */
export function placeOfWall(
  rules: readonly Pick<Rule, "clauses" | "target">[],
  rulesOf: Chains,
  isOthers: (chain: string) => boolean,
): number {
  const known = new Map<string, boolean>();
  return rules.findIndex((rule) => {
    if (decidesAll(rule)) return true;
    const { target } = rule;
    return (
      target.kind === "jump" &&
      isForAll(rule) &&
      isOthers(target.chain) &&
      keepsAll(target.chain, rulesOf, DEEPEST, known)
    );
  });
}

/** Whether no packet comes back from a chain, each looked at once at a depth. One that a rule gives back on conditions may be any. */
function keepsAll(chain: string, rulesOf: Chains, depth: number, known: Map<string, boolean>): boolean {
  if (depth === 0) return false;
  const key = `${depth} ${chain}`;
  let keeps = known.get(key);
  if (keeps === undefined) known.set(key, (keeps = keepsAllOf(rulesOf(chain), rulesOf, depth, known)));
  return keeps;
}

function keepsAllOf(
  rules: readonly Pick<Rule, "clauses" | "target">[],
  rulesOf: Chains,
  depth: number,
  known: Map<string, boolean>,
): boolean {
  for (const rule of rules) {
    const { target } = rule;
    const isKept =
      target.kind === "jump" || target.kind === "goto"
        ? isForAll(rule) && keepsAll(target.chain, rulesOf, depth - 1, known)
        : isForAll(rule) && KEEPING.has(target.kind);
    if (isKept) return true;
    if (target.kind === "return" || target.kind === "goto") return false;
  }
  return false;
}

const KEEPING: ReadonlySet<string> = new Set(["accept", "drop", "reject"]);

/** Whether a packet that the rule holds for gets no further in its chain; one that gets another source does what is done behind. */
export function decides({ target }: Pick<Rule, "target">): boolean {
  if (target.kind === "unknown") return REDIRECTING.has(target.name);
  return ["accept", "drop", "return", "reject", "goto", "dnat"].includes(target.kind);
}

/** Extensions by which a packet gets another destination. */
const REDIRECTING: ReadonlySet<string> = new Set(["REDIRECT", "NETMAP", "TPROXY"]);
