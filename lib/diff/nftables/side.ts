/** One side of a comparison, looked up by name. */
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { NftChain, NftElement, NftRule, NftSet, NftTable } from "../../rulesets/nftables/types.js";
import { keyText } from "./paths.js";

/** A chain with its rules and their normal texts. */
export interface ChainContents {
  readonly chain: NftChain;
  readonly rules: readonly NftRule[];
  readonly texts: readonly string[];
}

export interface SetContents {
  readonly set: NftSet;
  readonly elements: ReadonlyMap<string, NftElement>;
}

/** A side as far as it is needed: chains only of what is looked at, sets all. */
export interface Side {
  readonly table: NftTable;
  readonly chains: ReadonlyMap<string, ChainContents>;
  readonly sets: ReadonlyMap<string, SetContents>;
  /** Of a capture. */
  readonly file?: string;
}

/** Rules by chain, in their order. */
export function groupByChain(rules: Iterable<NftRule>): Map<string, NftRule[]> {
  const groups = new Map<string, NftRule[]>();
  let last: NftRule[] | undefined;
  let lastChain = "";
  for (const rule of rules) {
    if (!last || rule.chain !== lastChain) {
      last = groups.get(rule.chain);
      if (!last) groups.set(rule.chain, (last = []));
      lastChain = rule.chain;
    }
    last.push(rule);
  }
  return groups;
}

/**
 * Calls `visit` with each chain and its rules. Rules that are made while they are iterated come in the order of their
 * chains, as a compiled table has them; others are looked up.
 */
export function forEachChain(
  table: NftTable | CapturedNftTable,
  visit: (chain: NftChain, rules: readonly NftRule[]) => void,
): void {
  if ("rulesOfChains" in table) {
    for (const [i, chain] of table.chains.entries()) visit(chain, table.rulesOfChains[i]!);
    return;
  }
  if (Array.isArray(table.rules)) {
    const groups = groupByChain(table.rules);
    for (const chain of table.chains) visit(chain, groups.get(chain.name) ?? []);
    return;
  }
  const { chains } = table;
  let at = 0;
  let group: NftRule[] = [];
  for (const rule of table.rules) {
    while (rule.chain !== chains[at]?.name) {
      if (at >= chains.length) throw new Error(`rules of ${rule.chain} stand out of order`);
      visit(chains[at++]!, group);
      group = [];
    }
    group.push(rule);
  }
  for (; at < chains.length; at++) {
    visit(chains[at]!, group);
    group = [];
  }
}

export function makeChainContents(chain: NftChain, rules: readonly NftRule[]): ChainContents {
  return { chain, rules, texts: rules.map(normalRuleText) };
}

export function indexSets(table: NftTable): Map<string, SetContents> {
  return new Map(
    table.sets.map((set) => [
      set.name,
      { set, elements: new Map(set.elements.map((element) => [keyText(element), element])) },
    ]),
  );
}
