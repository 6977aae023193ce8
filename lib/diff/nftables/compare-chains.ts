/** Chains that differ, told by the normal texts of their rules. */
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { chainAt, partsOf } from "../../rulesets/nftables/listed-parts.js";
import type { BaseChain, NftChain, NftRule } from "../../rulesets/nftables/types.js";
import { chainIndex } from "./chain-index.js";
import type { AlikeObjects, ExpectedNftTable } from "./expected.js";
import { forEachChain, makeChainContents, type ChainContents } from "./side.js";
import { ListedRule } from "../../rulesets/nftables/listed-rule.js";
import { listRule, listRules } from "../../rulesets/nftables/print-list.js";

export interface ChainDifference {
  readonly name: string;
  /** Undefined when the chain is not expected, or not there. */
  readonly expected: ChainContents | undefined;
  readonly actual: ChainContents | undefined;
  /** The hook, its type, priority or policy differ. */
  readonly base: boolean;
}

/**
 * The chains that are not alike, those expected first. Expected rules are made chain by chain and forgotten where they
 * are as they should be.
 */
export function compareChains(expected: ExpectedNftTable, actual: CapturedNftTable): ChainDifference[] {
  const differences: ChainDifference[] = [];
  const { placeOf } = chainIndex(actual);
  const { rulesOfChains } = actual;
  const seen = new Uint8Array(rulesOfChains.length);
  const compare = (chain: NftChain, rules: readonly NftRule[]) => {
    const { name } = chain;
    const place = placeOf.get(name);
    if (place === undefined) {
      // Of a capture that breaks off nobody knows what stood behind the break.
      if (actual.complete)
        differences.push({ name, expected: makeChainContents(chain, rules), actual: undefined, base: false });
      return;
    }
    seen[place] = 1;
    const there = chainAt(actual, place)!;
    const base = !isSameBase(chain.base, there.base);
    if (!base && isListedAs(rules, rulesOfChains.textAt?.(place))) return;
    const theirs = rulesOfChains.at(place)!;
    if (!base && areAlike(rules, theirs)) return;
    differences.push({
      name,
      expected: makeChainContents(chain, rules),
      actual: makeChainContents(there, theirs),
      base,
    });
  };
  const { alike } = expected;
  const others = alike?.others ?? expected;
  const compareOthers = (from: number, to: number) => forEachChain(others, compare, (_, i) => i >= from && i < to);
  compareOthers(0, alike?.before ?? others.chains.length);
  if (alike) {
    forEachUnlisted(alike, actual, seen, (n) => {
      const chain = alike.chainAt(n);
      compare(chain, others.rulesOfChain!(chain));
    });
    compareOthers(alike.before, others.chains.length);
  }
  for (let i = seen.indexOf(0); i >= 0; i = seen.indexOf(0, i + 1)) {
    const chain = chainAt(actual, i)!;
    const theirs = makeChainContents(chain, rulesOfChains.at(i)!);
    differences.push({ name: chain.name, expected: undefined, actual: theirs, base: false });
  }
  return differences;
}

/** Visits those whose blocks the listing does not have word for word; of the others, the places are marked as seen. */
function forEachUnlisted(
  alike: AlikeObjects,
  actual: CapturedNftTable,
  seen: Uint8Array,
  visit: (n: number) => void,
): void {
  const find = partsOf(actual)?.chains.finder();
  for (let n = 0; n < alike.length; n++) {
    const block = find && alike.blockAt(n);
    const place = block === undefined ? -1 : find!(alike.rankAt(n), block);
    if (place >= 0) seen[place] = 1;
    else visit(n);
  }
}

/** Whether the lines of a chain in a listing are those of the rules: then none of its rules is made. */
function isListedAs(wanted: readonly NftRule[], listed: string | undefined): boolean {
  return listed !== undefined && listRules(wanted) === listed;
}

/** As text first: rules that are listed as they should be need not be taken apart. */
function areAlike(wanted: readonly NftRule[], held: readonly NftRule[]): boolean {
  if (wanted.length !== held.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    const a = wanted[i]!;
    const b = held[i]!;
    if (b instanceof ListedRule && listRule(a) === b.text) continue;
    if (normalRuleText(a) !== normalRuleText(b)) return false;
  }
  return true;
}

function isSameBase(a: BaseChain | undefined, b: BaseChain | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.type === b.type &&
    a.hook === b.hook &&
    a.priority === b.priority &&
    (a.policy ?? "accept") === (b.policy ?? "accept")
  );
}
