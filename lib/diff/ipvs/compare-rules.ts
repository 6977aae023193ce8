/** The iptables rules around IPVS: kube-proxy's chains rule by rule, and the jumps to them. */
import { describeClosedFrontends, OUT_FILTER } from "./compare-closed-frontends.js";
import { compareJumps } from "./compare-jumps.js";
import { hiddenWalls } from "../iptables/find-uncovered.js";
import { Side } from "../iptables/side.js";
import { notToldYet } from "../once-each.js";
import { refusedEndpoints } from "./refused-endpoints.js";
import { compareEarlierTables, compareInputs, compareRulesInFront } from "./rules-in-front.js";
import type { KnownSet } from "./compare-sets.js";
import { hiddenInterfaces } from "../iptables/hidden-interfaces.js";
import { joinLacking, lackingRules, type LackingRules } from "../iptables/lacking-rules.js";
import type { OwnAddresses } from "../iptables/refused-services.js";
import { namedSideTable, otherVariant } from "../iptables/select-tables.js";
import { differentVariants } from "../../rulesets/iptables/compare-tables.js";
import { findLeftovers } from "./find-leftovers.js";
import { chooseTable, heldRules, isOfTable, normalText, ruleChange, setsOf, type NormalRule } from "./normal-rules.js";
import type { ExpectedIPVS } from "./types.js";
import type { Change } from "../types.js";
import { OTHERS_RULES } from "../coverage.js";
import { isCutChain, type CapturedChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { orderMatters } from "../../rulesets/iptables/order-matters.js";
import type { Rule, Table } from "../../rulesets/iptables/types.js";

export interface ComparedRules {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  /** Tables that were not given, though others were, with the command that shows them. */
  readonly notGiven: readonly string[];
}

/**
 * Compares tables nat and filter, those given. Rules that depend on a set having entries are left out where that set
 * itself differs in having any: the set's entries tell it better.
 */
export function compareRules(
  expected: ExpectedIPVS,
  captured: readonly CapturedTable[],
  known: ReadonlyMap<string, KnownSet>,
  own: OwnAddresses | undefined,
): ComparedRules {
  const refused = refusedEndpoints(expected, captured, own);
  const inFront = [...compareEarlierTables(expected, captured), ...compareInputs(expected, captured)];
  const changes = [...inFront, ...notToldYet(refused.changes, inFront)];
  const ofFamily = captured.filter(({ family }) => family === expected.state.family || family === "unknown");
  const lacking = joinLacking([
    lackingRules(ofFamily),
    hiddenInterfaces(ofFamily.flatMap(namedSideTable), expected.state.family),
    hiddenJumps(expected, ofFamily),
  ]);
  const assumptions: string[] = [...refused.assumptions, ...lacking.assumptions];
  const notGiven: string[] = [...(refused.assumptions.length > 0 ? [OTHERS_RULES] : []), ...lacking.notGiven];
  for (const table of expected.iptables.tables) {
    const held = chooseTable(expected, table, captured);
    if (!held) {
      assumptions.push(`table ${table.name} was not given, so its rules are not compared`);
      notGiven.push(`table ${table.name} (${expected.state.family === "IPv6" ? "ip6tables" : "iptables"}-save)`);
      continue;
    }
    changes.push(...compareChains(expected, table, held, known));
    changes.push(...compareJumps(expected, held).changes, ...compareRulesInFront(expected, held));
    for (const other of captured)
      if (isOfTable(expected, table, other) && differentVariants(held, other))
        changes.push(...otherVariant(held, other));
    changes.push(...findLeftovers(held, new Set(table.chains.map(({ name }) => name))));
    if (!held.complete)
      assumptions.push(`${held.file} breaks off inside table ${table.name}; what is cut off is not compared`);
  }
  return { changes, assumptions, notGiven };
}

/** kube-proxy's chains of a table, those that are not cut off. */
function compareChains(
  expected: ExpectedIPVS,
  table: Table,
  held: CapturedTable,
  known: ReadonlyMap<string, KnownSet>,
): Change[] {
  const isChain = (name: string) => held.chains.has(name);
  return table.chains.flatMap(({ name }) => {
    if (isCutChain(held, name)) return [];
    const wanted = table.rules.filter((rule) => rule.chain === name);
    const chain = held.chains.get(name);
    return chain
      ? compareChain({ expected, wanted, chain, held, isChain, known })
      : [missingChain(expected, table.name, name, wanted)];
  });
}

/** Built-in chains in which no packet may get to kube-proxy's jumps, for all that a listing without interfaces shows. */
function hiddenJumps({ state: { family } }: ExpectedIPVS, captured: readonly CapturedTable[]): LackingRules {
  const walls = captured.flatMap((held) =>
    namedSideTable(held).flatMap((table) => [...hiddenWalls(new Side(new Map([[table.name, table]]), family))]),
  );
  const tool = family === "IPv6" ? "ip6tables" : "iptables";
  return {
    assumptions: walls.map(
      (where) =>
        `a rule of ${where} in front of kube-proxy's jumps decides about every packet, or about those of an interface, which a listing without -v does not show: which is not compared`,
    ),
    notGiven: walls.map((where) => `interfaces of rules of ${where} (${tool}-save)`),
  };
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

interface ChainPair {
  readonly expected: ExpectedIPVS;
  readonly wanted: readonly Rule[];
  readonly chain: CapturedChain;
  readonly held: CapturedTable;
  readonly isChain: (name: string) => boolean;
  readonly known: ReadonlyMap<string, KnownSet>;
}

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
      ruleChange("duplicate-rule", "warning", chain.name, `a rule of ${chain.name} stands there twice`, [], [rule]),
    ),
  ];
  return changes.length > 0 || chain.name === OUT_FILTER
    ? changes
    : compareOrder(chain.name, wantedRules, present, known);
}

/** Of a chain whose rules are those it should have. */
function compareOrder(
  chain: string,
  wantedRules: readonly NormalRule[],
  present: readonly NormalRule[],
  known: ReadonlyMap<string, KnownSet>,
): Change[] {
  const wantedTexts = new Set(wantedRules.map(({ text }) => text));
  const common = present.filter(({ text }) => wantedTexts.has(text));
  const presentTexts = new Set(present.map(({ text }) => text));
  const inOrder = wantedRules.filter(({ text }) => presentTexts.has(text));
  if (inOrder.every(({ text }, i) => text === common[i]?.text)) return [];
  const byText = { keyOf: ({ text }: NormalRule) => text, ruleOf: ({ rule }: NormalRule) => rule };
  const matters = orderMatters(
    wantedRules.filter((rule) => !matchesNothing(rule, known)),
    present,
    byText,
  );
  return [
    ruleChange(
      "rule-order",
      matters ? "error" : "info",
      chain,
      matters
        ? `the rules of ${chain} stand in a wrong order`
        : `the rules of ${chain} stand in another order, in which every packet fares the same`,
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

/** A set without entries holds no packet. */
function matchesNothing({ rule }: NormalRule, known: ReadonlyMap<string, KnownSet>): boolean {
  return rule.clauses.some((clause) => {
    const set = clause.kind === "set" && !clause.negated ? known.get(clause.name) : undefined;
    return set !== undefined && set.wanted.size === 0 && set.held.size === 0;
  });
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
  if (chain === OUT_FILTER) return describeClosedFrontends(expected, missing, extra);
  const isClusterIP = ({ rule }: NormalRule) =>
    rule.target.kind === "jump" &&
    rule.target.chain === "KUBE-MARK-MASQ" &&
    setsOf(rule).some((name) => /-CLUSTER-IP$/.test(name));
  const changes: Change[] = [];
  const masquerade = { missing: missing.filter(isClusterIP), extra: extra.filter(isClusterIP) };
  if (masquerade.missing.length + masquerade.extra.length > 0)
    changes.push(
      ruleChange(
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
    changes.push(ruleChange("base-chain-changed", "error", chain, baseMessage(chain, rest, changed), rest, changed));
  for (const rule of unknown)
    changes.push(
      ruleChange("unknown-rule", "error", chain, `${chain} holds a rule that kube-proxy did not write`, [], [rule]),
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

/** Whether a chain is missing, or its rules are not those it should have, in their order. */
export function differsInRules(expected: ExpectedIPVS, table: Table, name: string, held: CapturedTable): boolean {
  const chain = held.chains.get(name);
  if (!chain) return true;
  const texts = (rules: readonly NormalRule[]) => {
    const all = rules.map(({ text }) => text);
    return (name === OUT_FILTER ? all.sort() : all).join("\n");
  };
  const wanted = table.rules.filter((rule) => rule.chain === name).map((rule) => normalText(expected, rule));
  return texts(wanted) !== texts(heldRules(expected, chain, held, (other) => held.chains.has(other)));
}
