/** Chains that differ, told by the normal texts of their rules. */
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
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
  const seen = new Uint8Array(actual.chains.length);
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
    const there = actual.chains[place]!;
    const base = !isSameBase(chain.base, there.base);
    if (!base && isListedAs(rules, actual.rulesOfChains.textAt?.(place))) return;
    const theirs = actual.rulesOfChains.at(place)!;
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
  for (const [i, chain] of actual.chains.entries())
    if (!seen[i])
      differences.push({
        name: chain.name,
        expected: undefined,
        actual: makeChainContents(chain, actual.rulesOfChains.at(i)!),
        base: false,
      });
  return differences;
}

/** Visits those that no plain chain of the listing has line for line; of the others, the places are marked as seen. */
function forEachUnlisted(
  alike: AlikeObjects,
  { chains, rulesOfChains }: CapturedNftTable,
  seen: Uint8Array,
  visit: (n: number) => void,
): void {
  const { placeOf } = rulesOfChains;
  for (let n = 0; n < alike.length; n++) {
    const place = placeOf?.get(alike.chainNameAt(n));
    const held = place === undefined || chains[place]!.base ? undefined : rulesOfChains.textAt?.(place);
    if (held !== undefined && held === alike.linesAt(n)) seen[place!] = 1;
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
