/** Rules in normal form, told by their text. */
import type { ExpectedIPVS } from "./types.js";
import type { Change, ChangeKind, ChangeSeverity, FileLine } from "../types.js";
import type { CapturedChain, CapturedTable } from "../../rulesets/iptables/capture.js";
import { normalizeRule } from "../../rulesets/iptables/normalize.js";
import { withUnknownInterfaces } from "../../rulesets/iptables/parse.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import type { Rule, Table } from "../../rulesets/iptables/types.js";

/** A rule in normal form with what it was made from. */
export interface NormalRule {
  readonly text: string;
  readonly rule: Rule;
  readonly at?: FileLine;
}

/** The rule in normal form, as iptables-save prints it. */
export function normalText({ state }: ExpectedIPVS, rule: Rule): NormalRule {
  return { text: printRuleSave(normalizeRule(rule, state.family), state.family), rule };
}

/** The rules of a captured chain; a line that does not parse stays as it is, and so differs from every rule. */
export function heldRules(
  expected: ExpectedIPVS,
  chain: CapturedChain,
  { file, withoutInterfaces }: CapturedTable,
  isChain: (name: string) => boolean,
): NormalRule[] {
  return chain.texts.map((text, i) => {
    const parsed = parseRule(text, isChain);
    const at = { file, line: chain.lines[i]! };
    if ("problem" in parsed) return { text, rule: { chain: chain.name, clauses: [], target: { kind: "none" } }, at };
    const normal = { ...normalText(expected, parsed.rule), at };
    const isUnsure = withoutInterfaces && !chain.name.startsWith("KUBE-");
    return isUnsure ? { ...normal, rule: withUnknownInterfaces(normal.rule) } : normal;
  });
}

/** Names of the sets that a rule matches. */
export function setsOf(rule: Rule): string[] {
  return rule.clauses.flatMap((clause) => (clause.kind === "set" ? [clause.name] : []));
}

/** The captured table to compare with: of the family, and of several the one that holds most of kube-proxy's chains. */
export function chooseTable(
  expected: ExpectedIPVS,
  table: Table,
  captured: readonly CapturedTable[],
): CapturedTable | undefined {
  const own = table.chains.map(({ name }) => name);
  const score = (candidate: CapturedTable) => own.filter((name) => candidate.chains.has(name)).length;
  return captured
    .filter((candidate) => isOfTable(expected, table, candidate))
    .reduce<CapturedTable | undefined>((best, next) => (!best || score(next) > score(best) ? next : best), undefined);
}

/** Whether a captured table is the one that is meant, in the family that is compared. */
export function isOfTable({ state }: ExpectedIPVS, table: Table, { name, family }: CapturedTable): boolean {
  return name === table.name && (family === "unknown" || family === state.family);
}

/** A change about rules of a chain. */
export function ruleChange(
  kind: ChangeKind,
  severity: ChangeSeverity,
  chain: string,
  message: string,
  expected: readonly NormalRule[],
  actual: readonly NormalRule[],
): Change {
  const at = actual.find((rule) => rule.at)?.at;
  return {
    kind,
    severity,
    chain,
    message,
    expected: expected.map(({ text }) => text),
    actual: actual.map(({ text }) => text),
    ...(at && { at }),
  };
}
