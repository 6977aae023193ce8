/** One nftables rule applied to a packet. */
import { parseIP } from "../../net/ip.js";
import type { Expression, NftRule, Statement, Value, Verdict } from "../../rulesets/nftables/types.js";
import { fromBoolean, negate, type Likelihood } from "../branch.js";
import type { PacketState } from "../packet-state.js";
import { masquerade, translateDestination } from "../translate.js";
import { questionText } from "../question-text.js";
import type { Question } from "../types.js";
import { askedByExpression } from "./asked-by.js";
import type { NftProgram } from "./program.js";
import { equalsValue, evaluate, keyOf, numberOf, type PacketValue } from "./values.js";

/** What a rule may lead to. Probabilities of the steps sum to 1. */
export type RuleStep = { readonly probability: number; readonly state: PacketState } & (
  | { readonly kind: "no match" | "next" | "rejected" }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "unknown"; readonly reason: string; readonly asks?: Question }
);

/**
 * The steps that a rule leads to: several where it chooses at random.
 * A statement that does not match breaks off the rule; what earlier statements did to the packet stays.
 * Source: Linux net/netfilter/nf_tables_core.c, nft_do_chain.
 */
export function runRule(rule: NftRule, start: PacketState, program: NftProgram): RuleStep[] {
  const steps: RuleStep[] = [];
  let state = start;
  let probability = 1;
  for (const [i, statement] of rule.statements.entries()) {
    switch (statement.kind) {
      case "counter":
        continue;
      case "match": {
        const likelihood = matchLikelihood(statement, state, program);
        if (likelihood === undefined) {
          if (laterMatchFails(rule.statements, i + 1, state, program)) return noMatch(steps, probability, state);
          const asks = askedByExpression(statement.left, valuesOf(statement.right, program), state, program.addresses);
          return unknown(steps, probability, state, "a match is not understood, or asks for what is not known", asks);
        }
        if (likelihood < 1) steps.push({ kind: "no match", probability: probability * (1 - likelihood), state });
        if (likelihood === 0) return steps;
        probability *= likelihood;
        continue;
      }
      case "verdict":
        if (statement.verdict.kind === "continue") return [...steps, { kind: "next", probability, state }];
        return [...steps, { kind: "verdict", probability, state, verdict: statement.verdict }];
      case "vmap":
        return lookUpVerdict(statement, rule, i, steps, probability, state, program);
      case "set-mark":
        state = { ...state, mark: changeMark(state.mark, statement.operator, statement.value) };
        continue;
      case "masquerade":
        return [...steps, { kind: "verdict", probability, state: masquerade(state), verdict: { kind: "accept" } }];
      case "dnat": {
        const address = parseIP(statement.address);
        if (!address) return unknown(steps, probability, state, `dnat to ${statement.address} is not understood`);
        state = translateDestination(state, address, statement.port);
        return [...steps, { kind: "verdict", probability, state, verdict: { kind: "accept" } }];
      }
      case "dnat-map":
        return [...steps, ...dnatSteps(statement, probability, state)];
      case "update-set":
        state = { ...state, remembered: [...state.remembered, statement.set] };
        continue;
      case "reject":
        return [...steps, { kind: "rejected", probability, state }];
      case "unknown":
        if (isWithoutEffect(statement.text)) continue;
        if (laterMatchFails(rule.statements, i + 1, state, program)) return noMatch(steps, probability, state);
        return unknown(steps, probability, state, `${JSON.stringify(statement.text)} is not understood`);
    }
  }
  return [...steps, { kind: "next", probability, state }];
}

function noMatch(steps: readonly RuleStep[], probability: number, state: PacketState): RuleStep[] {
  return [...steps, { kind: "no match", probability, state }];
}

/** `asks`: says more than the reason. */
function unknown(
  steps: readonly RuleStep[],
  probability: number,
  state: PacketState,
  reason: string,
  asks?: Question,
): RuleStep[] {
  if (asks) return [...steps, { kind: "unknown", probability, state, reason: questionText(asks), asks }];
  return [...steps, { kind: "unknown", probability, state, reason }];
}

/** What a match compares with, the elements of a named set too. */
function valuesOf(right: Value, program: NftProgram): readonly Value[] {
  return right.kind === "set-reference" ? elementsOf(right.name, program) : [right];
}

function elementsOf(name: string, { table }: NftProgram): Value[] {
  const set = table.sets.find((one) => one.name === name);
  return (set?.elements ?? []).map(({ key }): Value => {
    const parts = key.map((value): Value => ({ kind: "literal", value }));
    return parts.length === 1 ? parts[0]! : { kind: "concat", parts };
  });
}

/** Whether a match that directly follows settles the rule although an earlier one is not understood. */
function laterMatchFails(
  statements: readonly Statement[],
  from: number,
  state: PacketState,
  program: NftProgram,
): boolean {
  for (const statement of statements.slice(from)) {
    if (statement.kind !== "match") return false;
    if (matchLikelihood(statement, state, program) === 0) return true;
  }
  return false;
}

function matchLikelihood(
  { left, operator, right }: Extract<Statement, { kind: "match" }>,
  state: PacketState,
  program: NftProgram,
): Likelihood {
  if (operator !== "==" && operator !== "!=" && operator !== "!") return undefined;
  // Bits beside the one that is asked for are not known.
  if (operator === "!=" && left.kind === "ct" && left.key === "status") return undefined;
  const negated = operator !== "==";
  if (left.kind === "numgen") {
    const wanted = right.kind === "literal" ? numberOf(right.value) : undefined;
    const within = wanted !== undefined && isWithin(left, wanted);
    return wanted === undefined ? undefined : negate(within ? 1 / left.modulus : 0, negated);
  }
  const actual = evaluate(left, state, program.addresses);
  if (actual === undefined) return undefined;
  if (actual.kind === "absent") return 0;
  const equal = equalsValue(actual, right, (name, value) => setContains(name, value, state, program));
  return negate(fromBoolean(equal), negated);
}

function isWithin({ modulus, offset = 0 }: Extract<Expression, { kind: "numgen" }>, value: number): boolean {
  return value >= offset && value < offset + modulus;
}

function setContains(name: string, value: PacketValue, state: PacketState, program: NftProgram): boolean | undefined {
  const key = keyOf(value);
  if (key !== undefined && (program.remembers(name, key) || state.remembered.includes(name))) return true;
  const found = program.sets.get(name)?.(value);
  return found === undefined ? undefined : found !== "none";
}

function lookUpVerdict(
  { key, map }: Extract<Statement, { kind: "vmap" }>,
  rule: NftRule,
  position: number,
  steps: readonly RuleStep[],
  probability: number,
  state: PacketState,
  program: NftProgram,
): RuleStep[] {
  const done = [...steps];
  // A verdict ends the rule; without an element the rule breaks off, as a match that fails.
  const push = (share: number, verdict: Verdict | "none") => {
    if (verdict === "none") done.push({ kind: "no match", probability: share, state });
    else if (verdict.kind === "continue") done.push({ kind: "next", probability: share, state });
    else done.push({ kind: "verdict", probability: share, state, verdict });
  };
  if (key.kind === "numgen") {
    if ("name" in map) return unknown(steps, probability, state, `numgen with map ${map.name} is not understood`);
    const entries = verdictsByNumber(rule, position, map.entries);
    if (!entries) return unknown(steps, probability, state, "a map with other keys than numbers is not understood");
    const offset = key.offset ?? 0;
    for (let i = offset; i < offset + key.modulus; i++) push(probability / key.modulus, entries.get(i) ?? "none");
    return done;
  }
  const asks = () => {
    const values = "name" in map ? elementsOf(map.name, program) : map.entries.map((entry) => entry.key);
    return askedByExpression(key, values, state, program.addresses);
  };
  const actual = evaluate(key, state, program.addresses);
  if (actual === undefined)
    return unknown(steps, probability, state, "the key of a map is not understood or not known", asks());
  if (actual.kind === "absent") return noMatch(steps, probability, state);
  if ("name" in map) {
    const found = program.sets.get(map.name)?.(actual);
    if (found === undefined)
      return unknown(steps, probability, state, `map ${map.name} is not there or not understood`, asks());
    if (found !== "none" && !found.verdict)
      return unknown(steps, probability, state, `map ${map.name} holds something other than verdicts`);
    push(probability, found === "none" ? "none" : found.verdict!);
    return done;
  }
  for (const entry of map.entries) {
    const equal = equalsValue(actual, entry.key, () => undefined);
    if (equal === undefined)
      return unknown(steps, probability, state, "the key of a map entry is not understood", asks());
    if (equal) {
      push(probability, entry.verdict);
      return done;
    }
  }
  push(probability, "none");
  return done;
}

const numbered = new WeakMap<Statement, ReadonlyMap<number, Verdict> | null>();

function verdictsByNumber(
  rule: NftRule,
  position: number,
  entries: readonly { readonly key: { readonly kind: string }; readonly verdict: Verdict }[],
): ReadonlyMap<number, Verdict> | undefined {
  const statement = rule.statements[position]!;
  let found = numbered.get(statement);
  if (found === undefined) {
    const verdicts = new Map<number, Verdict>();
    found = verdicts;
    for (const { key, verdict } of entries) {
      const number = "value" in key ? numberOf(key.value as string | number) : undefined;
      if (number === undefined) found = null;
      else if (!verdicts.has(number)) verdicts.set(number, verdict);
    }
    numbered.set(statement, found);
  }
  return found ?? undefined;
}

function dnatSteps(
  { key, targets }: Extract<Statement, { kind: "dnat-map" }>,
  probability: number,
  state: PacketState,
): RuleStep[] {
  if (key.kind !== "numgen") return unknown([], probability, state, "the choice of a dnat map is not understood");
  const steps: RuleStep[] = [];
  const offset = key.offset ?? 0;
  const share = probability / key.modulus;
  for (let i = offset; i < offset + key.modulus; i++) {
    const target = targets[i];
    const address = target && parseIP(target.address);
    if (!target) steps.push({ kind: "no match", probability: share, state });
    else if (!address)
      steps.push({ kind: "unknown", probability: share, state, reason: `dnat to ${target.address} is not understood` });
    else
      steps.push({
        kind: "verdict",
        probability: share,
        state: translateDestination(state, address, target.port),
        verdict: { kind: "accept" },
      });
  }
  return steps;
}

function changeMark(mark: number, operator: "or" | "xor" | "and" | "assign", value: number): number {
  switch (operator) {
    case "or":
      return (mark | value) >>> 0;
    case "xor":
      return (mark ^ value) >>> 0;
    case "and":
      return (mark & value) >>> 0;
    case "assign":
      return value >>> 0;
  }
}

/** `log` only tells. */
function isWithoutEffect(text: string): boolean {
  return /^log(?:\s+(?:prefix\s+"[^"]*"|(?:level|group|snaplen|queue-threshold|flags)\s+\S+))*\s*$/.test(text);
}
