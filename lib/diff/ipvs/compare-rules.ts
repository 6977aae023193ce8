/** The iptables rules around IPVS: kube-proxy's chains rule by rule, and the jumps to them. */
import { serviceOfLabel } from "./attribute-stale.js";
import { findLeftovers } from "./find-leftovers.js";
import type { KnownSet } from "./compare-sets.js";
import type { ExpectedIPVS } from "./types.js";
import type { Change, ChangeKind, ChangeSeverity, FileLine } from "../types.js";
import type { CapturedChain, CapturedTable } from "../../rulesets/iptables/capture.js";
import { normalizeRule } from "../../rulesets/iptables/normalize.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import type { Rule, Table } from "../../rulesets/iptables/types.js";

export interface ComparedRules {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
}

/** A rule in normal form with what it was made from. */
interface NormalRule {
  readonly text: string;
  readonly rule: Rule;
  readonly at?: FileLine;
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
    .filter(({ name, family }) => name === table.name && (family === "unknown" || family === expected.state.family))
    .reduce<CapturedTable | undefined>((best, next) => (!best || score(next) > score(best) ? next : best), undefined);
}

/**
 * Compares tables nat and filter, those given. Rules that depend on a set having entries are left out where that set
 * itself differs in having any: the set's entries tell it better.
 */
export function compareRules(
  expected: ExpectedIPVS,
  captured: readonly CapturedTable[],
  known: ReadonlyMap<string, KnownSet>,
): ComparedRules {
  const changes: Change[] = [];
  const assumptions: string[] = [];
  for (const table of expected.iptables.tables) {
    const held = chooseTable(expected, table, captured);
    if (!held) {
      assumptions.push(`table ${table.name} was not given, so its rules are not compared`);
      continue;
    }
    const isChain = (name: string) => held.chains.has(name);
    for (const { name } of table.chains) {
      if (held.cutChains.has(name)) continue;
      const wanted = table.rules.filter((rule) => rule.chain === name);
      const chain = held.chains.get(name);
      if (chain) changes.push(...compareChain({ expected, wanted, chain, held, isChain, known }));
      else changes.push(missingChain(expected, table.name, name, wanted));
    }
    changes.push(...compareJumps(expected, held).changes);
    changes.push(...findLeftovers(held, new Set(table.chains.map(({ name }) => name))));
    if (!held.complete)
      assumptions.push(`${held.file} breaks off inside table ${table.name}; what is cut off is not compared`);
  }
  return { changes, assumptions };
}

function missingChain(expected: ExpectedIPVS, table: string, chain: string, wanted: readonly Rule[]): Change {
  return {
    kind: "base-chain-changed",
    severity: "error",
    chain,
    message: `chain ${chain} of table ${table} is missing`,
    expected: wanted.map((rule) => normalText(expected, rule).text),
    actual: [],
  };
}

function normalText({ state }: ExpectedIPVS, rule: Rule): NormalRule {
  return { text: printRuleSave(normalizeRule(rule, state.family), state.family), rule };
}

/** The rules of a captured chain; a line that does not parse stays as it is, and so differs from every rule. */
function heldRules(
  expected: ExpectedIPVS,
  chain: CapturedChain,
  { file }: CapturedTable,
  isChain: (name: string) => boolean,
): NormalRule[] {
  return chain.texts.map((text, i) => {
    const parsed = parseRule(text, isChain);
    const at = { file, line: chain.lines[i]! };
    if ("problem" in parsed) return { text, rule: { chain: chain.name, clauses: [], target: { kind: "none" } }, at };
    return { ...normalText(expected, parsed.rule), at };
  });
}

interface ChainPair {
  readonly expected: ExpectedIPVS;
  readonly wanted: readonly Rule[];
  readonly chain: CapturedChain;
  readonly held: CapturedTable;
  readonly isChain: (name: string) => boolean;
  readonly known: ReadonlyMap<string, KnownSet>;
}

const UNORDERED = "KUBE-IPVS-OUT-FILTER";

function compareChain({ expected, wanted, chain, held, isChain, known }: ChainPair): Change[] {
  const wantedRules = wanted.map((rule) => normalText(expected, rule));
  const present = heldRules(expected, chain, held, isChain);
  if (wantedRules.length === present.length && wantedRules.every(({ text }, i) => text === present[i]!.text)) return [];
  const { missing, extra, duplicates } = pairRules(wantedRules, present);
  const followsSet = ({ rule }: NormalRule) => setsOf(rule).some((name) => differsInHavingEntries(known.get(name)));
  const told = {
    missing: missing.filter((rule) => !followsSet(rule)),
    extra: extra.filter((rule) => !followsSet(rule)),
  };
  const changes = [
    ...describeRules(expected, chain.name, told.missing, told.extra),
    ...duplicates.map((rule) =>
      change("duplicate-rule", "warning", chain.name, `a rule of ${chain.name} stands there twice`, [], [rule]),
    ),
  ];
  if (changes.length > 0 || chain.name === UNORDERED) return changes;
  const wantedTexts = new Set(wantedRules.map(({ text }) => text));
  const common = present.filter(({ text }) => wantedTexts.has(text));
  const presentTexts = new Set(present.map(({ text }) => text));
  const inOrder = wantedRules.filter(({ text }) => presentTexts.has(text));
  if (inOrder.every(({ text }, i) => text === common[i]?.text)) return [];
  return [
    change(
      "rule-order",
      "error",
      chain.name,
      `the rules of ${chain.name} stand in a wrong order`,
      wantedRules,
      present,
    ),
  ];
}

/** Rules of one side only, and second copies of rules that both have. */
function pairRules(wanted: readonly NormalRule[], present: readonly NormalRule[]) {
  const presentTexts = new Set(present.map(({ text }) => text));
  const wantedTexts = new Set(wanted.map(({ text }) => text));
  const seen = new Set<string>();
  const duplicates: NormalRule[] = [];
  const extra: NormalRule[] = [];
  for (const rule of present) {
    if (!wantedTexts.has(rule.text)) extra.push(rule);
    else if (seen.has(rule.text)) duplicates.push(rule);
    seen.add(rule.text);
  }
  return { missing: wanted.filter(({ text }) => !presentTexts.has(text)), extra, duplicates };
}

function setsOf(rule: Rule): string[] {
  return rule.clauses.flatMap((clause) => (clause.kind === "set" ? [clause.name] : []));
}

function differsInHavingEntries(set: KnownSet | undefined): boolean {
  return set !== undefined && set.wanted.size > 0 !== set.held.size > 0;
}

/** Missing and extra rules of a chain, those for one purpose together. */
function describeRules(
  expected: ExpectedIPVS,
  chain: string,
  missing: readonly NormalRule[],
  extra: readonly NormalRule[],
): Change[] {
  if (chain === UNORDERED) return describeClosedFrontends(expected, missing, extra);
  const isClusterIP = ({ rule }: NormalRule) =>
    rule.target.kind === "jump" &&
    rule.target.chain === "KUBE-MARK-MASQ" &&
    setsOf(rule).some((name) => /-CLUSTER-IP$/.test(name));
  const changes: Change[] = [];
  const masquerade = { missing: missing.filter(isClusterIP), extra: extra.filter(isClusterIP) };
  if (masquerade.missing.length + masquerade.extra.length > 0)
    changes.push(
      change(
        "masquerade-changed",
        "error",
        chain,
        "which traffic to cluster IPs is masqueraded differs",
        masquerade.missing,
        masquerade.extra,
      ),
    );
  const rest = missing.filter((rule) => !isClusterIP(rule));
  const foreign = extra.filter((rule) => !isClusterIP(rule));
  const unknown = foreign.filter((rule) => rest.length === 0 && !isKubeProxys(rule));
  const changed = foreign.filter((rule) => !unknown.includes(rule));
  if (rest.length + changed.length > 0)
    changes.push(change("base-chain-changed", "error", chain, baseMessage(chain, rest, changed), rest, changed));
  for (const rule of unknown)
    changes.push(
      change("unknown-rule", "error", chain, `${chain} holds a rule that kube-proxy did not write`, [], [rule]),
    );
  return changes;
}

/** Rules that kube-proxy writes for a set when it has entries. */
function isKubeProxys({ rule }: NormalRule): boolean {
  return setsOf(rule).some((name) => name.startsWith("KUBE-")) && rule.clauses.some(({ kind }) => kind === "comment");
}

function baseMessage(chain: string, missing: readonly NormalRule[], extra: readonly NormalRule[]): string {
  const count = (rules: readonly NormalRule[], what: string) =>
    rules.length === 0 ? [] : [`${rules.length === 1 ? "a rule is" : `${rules.length} rules are`} ${what}`];
  return `chain ${chain} differs: ${[...count(missing, "missing"), ...count(extra, "not kube-proxy's")].join(", ")}`;
}

/** KUBE-IPVS-OUT-FILTER: each rule keeps this node from a load-balancer address whose source ranges leave it out. */
function describeClosedFrontends(
  expected: ExpectedIPVS,
  missing: readonly NormalRule[],
  extra: readonly NormalRule[],
): Change[] {
  const labels = new Map<string, string>();
  for (const table of expected.iptables.tables)
    for (const rule of table.rules)
      if (rule.chain === UNORDERED && rule.origin) labels.set(normalText(expected, rule).text, rule.origin.label);
  const owners = new Map(
    expected.state.virtualServers.map((s) => [`${s.protocol} ${s.address} ${s.port}`, s.origin?.label]),
  );
  return [
    ...missing.map((rule) => {
      const label = labels.get(rule.text);
      return closedChange(
        label,
        `${label ?? "a service"} can be reached from this node, which its source ranges leave out`,
        [rule],
        [],
      );
    }),
    ...extra.map((rule) => {
      const match = rule.rule.clauses.find((clause) => clause.kind === "ipvs");
      if (!match)
        return change(
          "unknown-rule",
          "error",
          UNORDERED,
          `${UNORDERED} holds a rule that kube-proxy did not write`,
          [],
          [rule],
        );
      const label = owners.get(`${match.protocol} ${match.address?.replace(/\/\d+$/, "")} ${match.port}`);
      return closedChange(
        label,
        `${label ?? "a frontend of no service"} is closed to this node, which it should not be`,
        [],
        [rule],
      );
    }),
  ];
}

function closedChange(
  label: string | undefined,
  message: string,
  missing: readonly NormalRule[],
  extra: readonly NormalRule[],
): Change {
  const service = label === undefined ? undefined : serviceOfLabel(label);
  return {
    ...change("source-range-changed", "error", UNORDERED, message, missing, extra),
    ...(service !== undefined && { service, port: label!.slice(service.length + 1) }),
  };
}

function change(
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

interface ComparedJumps {
  readonly missing: readonly Rule[];
  /** Second and further copies. */
  readonly duplicates: readonly Rule[];
  readonly changes: readonly Change[];
}

/** Each jump once, anywhere in its built-in chain; a second one is a duplicate. */
export function compareJumps(expected: ExpectedIPVS, held: CapturedTable): ComparedJumps {
  const isChain = (name: string) => held.chains.has(name);
  const changes: Change[] = [];
  const missing: Rule[] = [];
  const duplicates: Rule[] = [];
  const present = new Map<string, readonly NormalRule[]>();
  for (const { table, rule } of expected.jumps) {
    if (table !== held.name || held.cutChains.has(rule.chain)) continue;
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
        change("duplicate-rule", "warning", rule.chain, `${rule.chain} jumps to ${target} twice`, [], copies),
      );
    }
    // A jump without conditions and with another comment does the same.
    if (own.length > 0 || rules.some(({ rule: other }) => isPlainJump(other, target))) continue;
    missing.push(rule);
    const message = `${rule.chain} of table ${table} does not jump to ${target}`;
    changes.push(change("jump-missing", "error", target, message, [wanted], []));
  }
  return { missing, duplicates, changes };
}

/** Whether a chain is missing, or its rules are not those it should have, in their order. */
export function differsInRules(expected: ExpectedIPVS, table: Table, name: string, held: CapturedTable): boolean {
  const chain = held.chains.get(name);
  if (!chain) return true;
  const texts = (rules: readonly NormalRule[]) => {
    const all = rules.map(({ text }) => text);
    return (name === UNORDERED ? all.sort() : all).join("\n");
  };
  const wanted = table.rules.filter((rule) => rule.chain === name).map((rule) => normalText(expected, rule));
  return texts(wanted) !== texts(heldRules(expected, chain, held, (other) => held.chains.has(other)));
}

function isPlainJump(rule: Rule, target: string): boolean {
  return (
    rule.target.kind === "jump" && rule.target.chain === target && rule.clauses.every(({ kind }) => kind === "comment")
  );
}
