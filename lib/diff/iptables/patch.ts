/** Text for iptables-restore --noflush that brings a node to the expected state. */
import { listWords } from "../view-words.js";
import { BUILT_IN_CHAINS, isCutChain } from "../../rulesets/iptables/capture.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { printRuleSave } from "../../rulesets/iptables/print-save.js";
import type { Clause, TableName } from "../../rulesets/iptables/types.js";
import type { IPFamily } from "../../net/ip.js";
import { isStrangeInShared } from "./base-changes.js";
import { compareChain, type ChainDifference } from "./compare-chain.js";
import { isEndpointChain, isSharedWithKubelet, leftoverReason, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { forgetRules, Side, type SideTables } from "./side.js";

/**
 * One section for each table in which something differs. A chain that differs is declared, which empties it, and filled
 * with its expected rules; chains that should not be there are emptied and deleted; missing jumps are put in front.
 * Rules that are not kube-proxy's are not touched: kubelet's in KUBE-FIREWALL and all in built-in chains stay; what is missing
 * there is put in front of them, since behind a rule that takes its packets it would do nothing. What else is wrong there is said
 * in a comment.
 */
export function* iptablesPatch(
  expectedTables: SideTables,
  actualTables: SideTables,
  family: IPFamily,
): Iterable<string> {
  const expected = new Side(expectedTables, family);
  const actual = new Side(actualTables, family);
  for (const [table, { chains }] of expectedTables) {
    const held = actualTables.get(table);
    if (!held) continue;
    const declared: string[] = [];
    const rules: string[] = [];
    const remarks: string[] = [];
    for (const [chain, wanted] of chains) {
      if (held.chains.get(chain) === wanted || isCutChain(held, chain)) continue;
      if (BUILT_IN_CHAINS.has(chain)) rules.push(...jumpFixes(expected, actual, table, chain));
      else if (!chain.startsWith("KUBE-")) continue;
      else if (isSharedWithKubelet(chain)) {
        const difference = compareChain(expected, actual, table, chain);
        if (!held.chains.has(chain)) declared.push(chain);
        rules.push(...(difference?.missing ?? []).toReversed().map(inFront));
        if (difference) remarks.push(...byHand(difference, expected, actual));
      } else if (!held.chains.has(chain) || compareChain(expected, actual, table, chain)) {
        declared.push(chain);
        for (const text of wanted.texts) rules.push(text);
      }
      forgetRules();
    }
    const deleted = staleChains(expected, actual, table);
    // A chain can be deleted only when nothing jumps to it, so all are emptied first.
    const lines = [
      ...remarks,
      ...[...declared, ...deleted].map((chain) => `:${chain} - [0:0]`),
      ...rules,
      ...deleted.map((chain) => `-X ${chain}`),
    ];
    if (lines.length > 0) yield* [`*${table}`, ...lines, "COMMIT"];
  }
}

/** What nobody but the owner of a rule can do; where a rule of kube-proxy is missing, it is put in front of these. */
function byHand(difference: ChainDifference, expected: Side, actual: Side): string[] {
  const { table, chain, missing, extra } = difference;
  if (missing.length > 0) return [];
  const told = new Set(extra.filter((rule) => isStrangeInShared(rule, difference, expected, actual)));
  const numbers = actual.rulesOf(table, chain).flatMap((rule, i) => (told.has(rule) ? [String(i + 1)] : []));
  if (numbers.length === 0) return [];
  const tool = actual.family === "IPv6" ? "ip6tables" : "iptables";
  return [
    `# ${chain} in table ${table} holds what kube-proxy did not write, which this leaves alone: rule ${listWords(numbers)}.`,
    `# Remove by hand what nobody needs: ${tool} -t ${table} -nvL ${chain} --line-numbers shows them.`,
  ];
}

function inFront({ text }: KubeRule): string {
  return text.replace(/^-A (\S+)/, "-I $1");
}

/** Commands for one built-in chain: missing jumps in front, in the order expected; superfluous ones deleted. */
function jumpFixes(expected: Side, actual: Side, table: TableName, chain: string): string[] {
  const held = actual.rulesOf(table, chain);
  const wanted = expected.rulesOf(table, chain);
  const known = new Set(wanted.map((rule) => rule.meaning));
  const fixes: string[] = [];
  const seen = new Set<string>();
  for (const [i, rule] of held.entries()) {
    const target = rule.target.kind === "jump" || rule.target.kind === "goto" ? rule.target.chain : "";
    if (!target.startsWith("KUBE-")) continue;
    const isDuplicate = seen.has(rule.meaning);
    seen.add(rule.meaning);
    const isStrange = !known.has(rule.meaning) && expected.has(table, target);
    const isLeftover = !expected.has(table, target) && leftoverReason(target) !== undefined;
    const deletion = isDuplicate || isStrange || isLeftover ? deletionOf(actual, table, chain, i) : undefined;
    if (deletion !== undefined) fixes.push(deletion);
  }
  const missing = wanted.filter((rule) => !seen.has(rule.meaning));
  return [...fixes, ...missing.toReversed().map(inFront)];
}

/** `-D` with the rule as we print it; undefined for one with a part that is not understood, whose text nobody vouches for. */
function deletionOf(actual: Side, table: TableName, chain: string, index: number): string | undefined {
  const parsed = parseRule(actual.chain(table, chain)!.texts[index]!);
  if ("problem" in parsed) return undefined;
  const { clauses, target } = parsed.rule;
  const isPlain = (target.kind === "jump" || target.kind === "goto") && CHAIN_NAME.test(target.chain);
  if (!isPlain || !clauses.every(isPlainClause)) return undefined;
  const bare = { ...parsed.rule, clauses: clauses.filter(({ kind }) => kind !== "comment") };
  if (!PLAIN_RULE.test(printRuleSave(bare, actual.family))) return undefined;
  return printRuleSave(parsed.rule, actual.family).replace(/^-A /, "-D ");
}

/** Words of options and values; none that a shell or a terminal reads as more. */
const PLAIN_RULE = /^[A-Za-z0-9 .,:/_@+!-]*$/;

/** What kube-proxy's jumps are made of, with nothing in it but values of their grammar. */
function isPlainClause(clause: Clause): boolean {
  switch (clause.kind) {
    case "comment":
      return /^[ -~]*$/.test(clause.text) && !/["\\]/.test(clause.text);
    case "source":
    case "destination":
      return /^[0-9a-fA-F.:/]+$/.test(clause.address);
    case "in-interface":
    case "out-interface":
      return /^[A-Za-z0-9_.:@+-]{1,16}$/.test(clause.name);
    default:
      return clause.kind === "conntrack" || clause.kind === "addrtype" || clause.kind === "mark";
  }
}

const CHAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,28}$/;

function staleChains(expected: Side, actual: Side, table: TableName): string[] {
  const held = actual.tables.get(table)!;
  if (held.complete === false) return [];
  return [...held.chains.keys()].filter(
    (chain) =>
      !expected.has(table, chain) &&
      CHAIN_NAME.test(chain) &&
      (serviceHashOf(chain) !== undefined || isEndpointChain(chain) || leftoverReason(chain) !== undefined),
  );
}
