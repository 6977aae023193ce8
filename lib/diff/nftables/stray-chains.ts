/** Base chains that nobody expects in kube-proxy's own table: packets meet them as they meet those of other tables. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { Change } from "../types.js";
import { BEFORE_OWN, BEHIND_RULES } from "../view-words.js";
import type { ChainDifference } from "./compare-chains.js";
import type { ExpectedNftTable } from "./expected.js";
import type { ForeignBase } from "./foreign-bases.js";
import { isKubeProxyName, isStray } from "./leftovers.js";
import { tablesBehind } from "./tables-behind.js";
import { tablesInFront } from "./tables-in-front.js";

/** What they surely do to connections to services. `nodeAddresses`: of the node itself, as far as they are known. */
export function strayChains(
  expected: ExpectedNftTable,
  actual: CapturedNftTable,
  differences: readonly ChainDifference[],
  nodeAddresses?: ReadonlySet<string>,
): Change[] {
  const strays = differences.filter((one) => !one.expected && one.actual && isStray(one.actual));
  if (strays.length === 0) return [];
  const bases = basesOf(actual, strays);
  const inFront = tablesInFront(expected, bases);
  const found = [inFront, tablesBehind(expected, bases, { nodeAddresses, told: inFront.changes })];
  // Rules of kube-proxy's own chains that a stray one jumps to are right in themselves.
  const isOfStray = ({ chain }: Change) => strays.some(({ name }) => name === chain);
  return found.flatMap(({ changes }) => changes.filter(isOfStray)).map(withPatch);
}

function basesOf(actual: CapturedNftTable, strays: readonly ChainDifference[]): ForeignBase[] {
  const { file } = actual;
  const rules = new Map(actual.chains.map(({ name }, i) => [name, actual.rulesOfChains.at(i) ?? []] as const));
  const sets = new Map(actual.sets.map((set) => [set.name, set] as const));
  const placeOf = (line: number | undefined) => (line === undefined ? undefined : { file, line });
  return strays.flatMap(({ actual: held }): ForeignBase[] => {
    const { chain } = held!;
    return chain.base ? [{ table: actual, chain, base: chain.base, rules, sets, isLater: true, placeOf }] : [];
  });
}

/** A patch deletes chains with names that kube-proxy gives, and leaves others alone, as it does rules of other programs. */
function withPatch(change: Change): Change {
  if (change.chain === undefined || !isKubeProxyName(change.chain)) return change;
  const message = change.message.replace(`, ${BEHIND_RULES}`, "").replace(`, ${BEFORE_OWN}`, "");
  return { ...change, kind: "unknown-rule", message };
}
