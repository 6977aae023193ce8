/** Both sides of what differs as rules in normal form, for unified diffs. */
import { BUILT_IN_CHAINS } from "../../rulesets/iptables/capture.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { IPFamily } from "../../net/ip.js";
import type { DiffSection } from "../types.js";
import { portWords } from "../view-words.js";
import type { IptablesComparison } from "./compare-iptables.js";
import { isDispatchChain, isEndpointChain, leftoverReason, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { forgetRules, Side, type SideTables } from "./side.js";

const texts = (rules: readonly KubeRule[]) => rules.map((rule) => rule.text);

/**
 * One section for each chain that differs, by table and name. Of the chains that hold many services only the rules that
 * differ are shown, since the order between services means nothing there.
 */
export function iptablesSections(
  comparison: IptablesComparison,
  expectedTables: SideTables,
  actualTables: SideTables,
  family: IPFamily,
): DiffSection[] {
  const expected = new Side(expectedTables, family);
  const actual = new Side(actualTables, family);
  const { owners, differences } = comparison;
  const stale = [...(actualTables.get("nat")?.chains.keys() ?? [])].filter((chain) => !expected.has("nat", chain));
  const endpointOwners = owners.ownersOfEndpointChains(
    [...differences.map(({ chain }) => chain), ...stale].filter(isEndpointChain),
  );
  const ownerOf = (chain: string) => {
    const hash = serviceHashOf(chain) ?? [...(endpointOwners.get(chain) ?? [])][0];
    const name = hash === undefined ? undefined : owners.nameOf(hash);
    return name && portWords({ key: "", ...name });
  };
  const sections = differences.map(({ table, chain, missing, extra, duplicates }): DiffSection => {
    const partial = isDispatchChain(table, chain);
    forgetRules();
    return {
      name: `${table} ${chain}`,
      owner: ownerOf(chain),
      expected: texts(partial ? missing : expected.rulesOf(table, chain)),
      actual: texts(partial ? [...extra, ...duplicates] : actual.rulesOf(table, chain)),
    };
  });
  for (const [table, { chains }] of actualTables) {
    for (const chain of chains.keys()) {
      const isStale =
        expectedTables.has(table) &&
        !expected.has(table, chain) &&
        (serviceHashOf(chain) !== undefined || isEndpointChain(chain) || leftoverReason(chain) !== undefined);
      if (isStale)
        sections.push({
          name: `${table} ${chain}`,
          owner: ownerOf(chain),
          expected: [],
          actual: texts(actual.rulesOf(table, chain)),
        });
      if (BUILT_IN_CHAINS.has(chain)) sections.push(...jumpSection(expected, actual, table, chain));
    }
  }
  return sections.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The jumps of a built-in chain that only one side has. */
function jumpSection(expected: Side, actual: Side, table: TableName, chain: string): DiffSection[] {
  const jumps = (side: Side) =>
    side.rulesOf(table, chain).filter(({ target }) => target.kind === "jump" && expected.has(table, target.chain));
  const wanted = jumps(expected);
  const held = jumps(actual);
  const only = (rules: readonly KubeRule[], others: readonly KubeRule[]) => {
    const known = new Set(others.map((rule) => rule.meaning));
    return texts(rules.filter((rule) => !known.has(rule.meaning)));
  };
  const [missing, extra] = [only(wanted, held), only(held, wanted)];
  if (missing.length + extra.length === 0) return [];
  return [{ name: `${table} ${chain}`, owner: undefined, expected: missing, actual: extra }];
}
