/** What happens to packets with a mark before a rule sees them. */
import { decides } from "./take-packets.js";
import type { Clause, Rule } from "./types.js";

type Judged = Pick<Rule, "clauses" | "target">;

/** Chains in chains that are looked into. */
const DEEPEST = 3;

/** The bit that the rules of KUBE-POSTROUTING ask for, as a number: 0x4000. */
export function masqueradeBit(postrouting: readonly Judged[]): number | undefined {
  const marks = postrouting.flatMap(({ clauses }) => clauses.filter((clause) => clause.kind === "mark"));
  return marks.find(({ value, mask }) => value === mask)?.value;
}

/**
 * The first of the rules of POSTROUTING by which a packet whose mark is the bit loses it, or gets no further with the address it
 * came from (RETURN, ACCEPT, DROP), whatever else the packet is. A rule that gives it another address does what the bit
 * asks for, so that nothing behind it matters. `rulesOf` gives the rules of the chains that are jumped to.
 */
export function findMarkTaker<R extends Judged>(
  rules: readonly R[],
  bit: number,
  rulesOf: (chain: string) => readonly R[],
): R | undefined {
  const taker = firstDeciding(rules, bit, rulesOf, DEEPEST);
  return taker && GIVES_ADDRESS.has(taker.target.kind) ? undefined : taker;
}

/** The same of chains that packets meet before POSTROUTING of table nat, where nothing but the loss of the mark matters. */
export function findMarkEraser<R extends Judged>(
  rules: readonly R[],
  bit: number,
  rulesOf: (chain: string) => readonly R[],
): R | undefined {
  const first = firstDeciding(rules, bit, rulesOf, DEEPEST);
  return first && takesOff(first.target, bit) ? first : undefined;
}

const GIVES_ADDRESS: ReadonlySet<Rule["target"]["kind"]> = new Set(["masquerade", "snat"]);
const ENDS_CHAINS: ReadonlySet<Rule["target"]["kind"]> = new Set(["accept", "drop", "reject", "masquerade", "snat"]);

function firstDeciding<R extends Judged>(
  rules: readonly R[],
  bit: number,
  rulesOf: (chain: string) => readonly R[],
  depth: number,
): R | undefined {
  for (const [index, rule] of rules.entries()) {
    const { target } = rule;
    if (!rule.clauses.every((clause) => holdsForMarked(clause, bit))) continue;
    if (takesOff(target, bit)) return addressGiver(rules, index) ?? rule;
    if (ENDS_CHAINS.has(target.kind)) return rule;
    // RETURN in a chain that was jumped to gives the packet back.
    if (target.kind === "return") return depth === DEEPEST ? rule : undefined;
    if ((target.kind !== "jump" && target.kind !== "goto") || depth === 0) continue;
    const inner = firstDeciding(rulesOf(target.chain), bit, rulesOf, depth - 1);
    if (inner) return inner;
    if (target.kind === "goto") return depth === DEEPEST ? rule : undefined;
  }
  return undefined;
}

/** So many rules behind one that takes the mark off are looked at. */
const NEAR = 16;

/**
 * Of the rules behind one by which a packet loses the mark: the rule that gives every packet another address, so that none asks
 * for the mark any more (kube-ovn's OVN-MASQUERADE). Rules between that may end the chain leave some packets without.
 */
export function addressGiver<R extends Judged>(rules: readonly R[], after: number): R | undefined {
  const first = rules.slice(after + 1, after + 1 + NEAR).find((rule) => decides(rule, () => true));
  const isOfAll = first?.clauses.every(({ kind }) => kind === "comment") ?? false;
  return isOfAll && GIVES_ADDRESS.has(first!.target.kind) ? first : undefined;
}

/** `--set-xmark`: the bits of the mask are cleared, then those of the value turned over. */
export function takesOff(target: Rule["target"], bit: number): boolean {
  if (target.kind !== "mark") return false;
  return ((target.mask & bit) !== 0) === ((target.value & bit) === 0);
}

/** Whether the condition holds for a packet of which it is known that its mark is the bit, and nothing else. */
function holdsForMarked(clause: Clause, bit: number): boolean {
  if (clause.kind === "comment") return true;
  if (clause.kind !== "mark") return false;
  const { value, mask, negated = false } = clause;
  return ((bit & mask) >>> 0 === value) !== negated;
}
