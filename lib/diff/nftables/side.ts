/** One side of a comparison, looked up by name. */
import { normalRuleText } from "../../rulesets/nftables/normalize.js";
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import type { NftChain, NftElement, NftRule, NftSet, NftTable } from "../../rulesets/nftables/types.js";
import { chainAt, partsOf } from "../../rulesets/nftables/listed-parts.js";
import { placesOfSets } from "../../rulesets/nftables/set-places.js";
import type { ExpectedNftTable } from "./expected.js";
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
  readonly sets: SetIndex;
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
 * Calls `visit` with each chain that `isWanted` and its rules. Rules that are made when they are asked for are made
 * for these chains only.
 */
export function forEachChain(
  table: NftTable | CapturedNftTable,
  visit: (chain: NftChain, rules: readonly NftRule[]) => void,
  isWanted?: (name: string, place: number) => boolean,
): void {
  const blocks = partsOf(table)?.chains;
  const { length } = blocks ?? table.chains;
  const rulesOf = rulesByPlace(table);
  for (let i = 0; i < length; i++) {
    if (isWanted && !isWanted(blocks ? blocks.nameAt(i) : table.chains[i]!.name, i)) continue;
    const chain = chainAt(table, i)!;
    visit(chain, rulesOf(chain, i));
  }
}

/** The rules of each chain at these places that `isWanted`, which is asked when the rules of those before are done. */
export function* rulesOfChainsAt(
  table: NftTable | CapturedNftTable,
  places: Iterable<number>,
  isWanted: (name: string, place: number) => boolean = () => true,
): Iterable<readonly NftRule[]> {
  const rulesOf = rulesByPlace(table);
  for (const i of places) {
    const chain = chainAt(table, i)!;
    if (isWanted(chain.name, i)) yield rulesOf(chain, i);
  }
}

/** The lines of a chain by its place, where a listing has them as every nft prints them; rules need not be made of them. */
export function listedText(table: NftTable | CapturedNftTable, place: number): string | undefined {
  return "rulesOfChains" in table ? table.rulesOfChains.textAt?.(place) : undefined;
}

/** Finds the rules of a chain, given with its place among the table's chains. */
function rulesByPlace(table: NftTable | CapturedNftTable): (chain: NftChain, i: number) => readonly NftRule[] {
  if ("rulesOfChains" in table) {
    const { rulesOfChains } = table;
    return (_, i) => rulesOfChains.at(i)!;
  }
  if (table.rulesOfChain) return table.rulesOfChain;
  const groups = groupByChain(table.rules);
  return ({ name }) => groups.get(name) ?? [];
}

export function makeChainContents(chain: NftChain, rules: readonly NftRule[]): ChainContents {
  return { chain, rules, texts: rules.map(normalRuleText) };
}

const NO_ELEMENTS: ReadonlyMap<string, NftElement> = new Map();

function elementsOf({ elements }: NftSet): ReadonlyMap<string, NftElement> {
  const byKey = new Map<string, NftElement>();
  for (const element of elements) byKey.set(keyText(element), element);
  return byKey;
}

/** Sets by name, and their elements by key; both are put in order when they are asked for. */
export class SetIndex {
  readonly #contents: Map<string, SetContents>;

  constructor(
    readonly table: ExpectedNftTable,
    contents: Iterable<readonly [name: string, contents: SetContents]> = [],
  ) {
    this.#contents = new Map(contents);
  }

  /** Without elements by key. */
  setOf(name: string): NftSet | undefined {
    const { alike } = this.table;
    // All sets of the table are objects only where one of those is asked for that are alike.
    if (alike && !name.startsWith(alike.setPrefix)) return setIn(alike.others.sets, name);
    return setNamed(this.table, name);
  }

  get(name: string): SetContents | undefined {
    const known = this.#contents.get(name);
    const set = known ? undefined : this.setOf(name);
    if (!set) return known;
    const contents = contentsOf(set);
    this.#contents.set(name, contents);
    return contents;
  }

  /** The same index but for these sets. */
  with(contents: ReadonlyMap<string, SetContents>): SetIndex {
    return new SetIndex(this.table, [...this.#contents, ...contents]);
  }
}

/** Of several sets of one name the last one. */
export function setNamed(table: NftTable, name: string): NftSet | undefined {
  const blocks = partsOf(table)?.sets;
  return blocks ? blocks.at(blocks.placeOf(name) ?? -1) : setIn(table.sets, name);
}

function setIn(sets: readonly NftSet[], name: string): NftSet | undefined {
  const place = placesOfSets(sets).get(name);
  return place === undefined ? undefined : sets[place];
}

export function contentsOf(set: NftSet): SetContents {
  let elements: ReadonlyMap<string, NftElement> | undefined;
  return {
    set,
    get elements() {
      return (elements ??= set.elements.length === 0 ? NO_ELEMENTS : elementsOf(set));
    },
  };
}
