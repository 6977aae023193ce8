/** The jumps from built-in chains. */
import { heldRules, normalText, ruleChange, type NormalRule } from "./normal-rules.js";
import type { ExpectedIPVS } from "./types.js";
import { isOfOthersToo, POSTROUTING } from "../iptables/kube-chains.js";
import { KEEPS_SOURCE } from "../iptables/rules-in-front.js";
import type { Change } from "../types.js";
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { findMarkTaker, masqueradeBit } from "../../rulesets/iptables/marked-packets.js";
import { placeOfWall } from "../../rulesets/iptables/order-matters.js";
import type { Rule } from "../../rulesets/iptables/types.js";

interface ComparedJumps {
  readonly missing: readonly Rule[];
  /** Second and further copies. */
  readonly duplicates: readonly Rule[];
  readonly changes: readonly Change[];
}

/** Each jump once, anywhere in its built-in chain; a second one is a duplicate. */
export function compareJumps(expected: ExpectedIPVS, held: CapturedTable): ComparedJumps {
  const isChain = (name: string) => held.chains.has(name);
  /** A chain without rules gives every packet back: the first rule in it will be missed. */
  const isIdle = (name: string) =>
    held.chains.get(name)?.texts.length === 0 &&
    !expected.iptables.tables.some((t) => t.name === held.name && t.rules.some((rule) => rule.chain === name));
  const rulesOf = (name: string) => {
    const chain = held.chains.get(name);
    return chain ? heldRules(expected, chain, held, isChain).map(({ rule }) => rule) : [];
  };
  const changes: Change[] = [];
  const missing: Rule[] = [];
  const duplicates: Rule[] = [];
  const present = new Map<string, readonly NormalRule[]>();
  for (const { table, rule } of expected.jumps) {
    if (table !== held.name || isCutChain(held, rule.chain)) continue;
    const chain = held.chains.get(rule.chain);
    if (!present.has(rule.chain)) present.set(rule.chain, chain ? heldRules(expected, chain, held, isChain) : []);
    const rules = present.get(rule.chain)!;
    const wanted = normalText(expected, rule);
    const target = rule.target.kind === "jump" ? rule.target.chain : "";
    const own = rules.filter(({ text }) => text === wanted.text);
    const [, ...copies] = own;
    if (copies.length > 0) {
      duplicates.push(...copies.map(() => rule));
      changes.push(
        ruleChange("duplicate-rule", "warning", rule.chain, `${rule.chain} jumps to ${target} twice`, [], copies),
      );
    }
    const wall = placeOfWall(
      rules.map((other) => other.rule),
      rulesOf,
      (other) => table === "filter" && isOfOthersToo(other),
    );
    const place = rules.findIndex(({ text }) => text === wanted.text);
    if (wall >= 0 && place > wall) {
      const said = `a rule of ${rule.chain} in table ${table} decides about every packet in front of the jump to ${target}, which sees none`;
      changes.push(ruleChange("rule-order", "error", rule.chain, said, [], [rules[wall]!]));
    } else if (table === "nat" && target === POSTROUTING && place > 0)
      changes.push(...unmarkedInFront(expected, held, rules.slice(0, place)));
    // A jump without conditions and with another comment does the same.
    if (own.length > 0 || rules.some(({ rule: other }) => isPlainJump(other, target))) continue;
    missing.push(rule);
    const message = `${rule.chain} of table ${table} does not jump to ${target}`;
    changes.push(ruleChange("jump-missing", isIdle(target) ? "warning" : "error", target, message, [wanted], []));
  }
  return { missing, duplicates, changes };
}

/** `rules`: of POSTROUTING in table nat, those in front of the jump to KUBE-POSTROUTING. */
function unmarkedInFront(expected: ExpectedIPVS, held: CapturedTable, rules: readonly NormalRule[]): Change[] {
  const nat = expected.iptables.tables.find(({ name }) => name === "nat");
  const bit = masqueradeBit(nat?.rules.filter(({ chain }) => chain === POSTROUTING) ?? []);
  const isChain = (name: string) => held.chains.has(name);
  const rulesOf = (name: string) => {
    const chain = held.chains.get(name);
    return chain ? heldRules(expected, chain, held, isChain).map(flat) : [];
  };
  const taker = bit === undefined ? undefined : findMarkTaker(rules.map(flat), bit, rulesOf);
  return taker ? [ruleChange("rule-order", "error", taker.own.rule.chain, KEEPS_SOURCE, [], [taker.own])] : [];
}

const flat = (own: NormalRule) => ({ own, ...own.rule });

function isPlainJump(rule: Rule, target: string): boolean {
  return (
    rule.target.kind === "jump" && rule.target.chain === target && rule.clauses.every(({ kind }) => kind === "comment")
  );
}
