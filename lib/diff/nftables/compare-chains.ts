/** Chains that differ, told by the normal texts of their rules. */
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { BaseChain, NftRule, NftTable } from "../../rulesets/nftables/types.js";
import { groupByChain, makeChainContents, type ChainContents } from "./side.js";

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
export function compareChains(expected: NftTable, actual: CapturedNftTable): ChainDifference[] {
  const differences: ChainDifference[] = [];
  const held = groupByChain(actual.rules);
  const chains = new Map(actual.chains.map((chain) => [chain.name, chain]));
  const wanted = new Map(expected.chains.map((chain) => [chain.name, chain]));
  const seen = new Set<string>();
  const visit = (name: string, rules: readonly NftRule[]) => {
    seen.add(name);
    const chain = wanted.get(name);
    const there = chains.get(name);
    if (!chain) return;
    if (!there) {
      // Of a capture that breaks off nobody knows what stood behind the break.
      if (actual.complete)
        differences.push({ name, expected: makeChainContents(chain, rules), actual: undefined, base: false });
      return;
    }
    const theirs = held.get(name) ?? [];
    const base = !isSameBase(chain.base, there.base);
    if (!base && areAlike(rules, theirs)) return;
    differences.push({
      name,
      expected: makeChainContents(chain, rules),
      actual: makeChainContents(there, theirs),
      base,
    });
  };
  forEachChain(expected.rules, visit);
  for (const { name } of expected.chains) if (!seen.has(name)) visit(name, []);
  for (const chain of actual.chains)
    if (!wanted.has(chain.name))
      differences.push({
        name: chain.name,
        expected: undefined,
        actual: makeChainContents(chain, held.get(chain.name) ?? []),
        base: false,
      });
  return differences;
}

/** Calls `visit` with the rules of each chain; they stand together, as a compiled table has them. */
export function forEachChain(
  rules: Iterable<NftRule>,
  visit: (chain: string, rules: readonly NftRule[]) => void,
): void {
  let group: NftRule[] = [];
  for (const rule of rules) {
    if (group.length > 0 && group[0]!.chain !== rule.chain) {
      visit(group[0]!.chain, group);
      group = [];
    }
    group.push(rule);
  }
  if (group.length > 0) visit(group[0]!.chain, group);
}

function areAlike(a: readonly NftRule[], b: readonly NftRule[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (normalRuleText(a[i]!) !== normalRuleText(b[i]!)) return false;
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
