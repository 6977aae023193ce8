/** What a table read from a listing is kept as: of endpoints' chains and sets of clients no objects. */
import type { SetOptions } from "./declarations.js";
import { ListedBlocks } from "./listed-blocks.js";
import { ListedRules } from "./listed-rules.js";
import type { NftChain, NftElement, NftSet, NftTable } from "./types.js";

export interface ListedParts {
  readonly chains: ListedBlocks<NftChain>;
  readonly rules: ListedRules;
  readonly sets: ListedBlocks<NftSet>;
  /** By the mark of a hashed set: what it is like, whatever its name is. */
  readonly likes: readonly NftSet[];
}

/** Names of endpoints' chains and of the sets of their clients begin so. */
export const HASHED_PREFIXES = { chain: "endpoint-", set: "affinity-" } as const;

const NO_ELEMENTS: readonly NftElement[] = [];

export function emptyParts(likes: readonly NftSet[]): ListedParts {
  const chains = new ListedBlocks<NftChain>(HASHED_PREFIXES.chain, (name, line) => ({ name, line }));
  const sets = new ListedBlocks<NftSet>(HASHED_PREFIXES.set, (name, line, mark) =>
    emptySet("set", name, likes[mark]!, line),
  );
  return { chains, rules: new ListedRules(chains), sets, likes };
}

/** Field by field: copying what may be there takes several times as long, and there may be a set for each endpoint. */
export function emptySet(
  kind: NftSet["kind"],
  name: string,
  { keyType, valueType, flags, timeoutSeconds, size, comment }: SetOptions,
  line: number,
): NftSet & { readonly line: number } {
  return { kind, name, keyType, valueType, flags, timeoutSeconds, size, comment, elements: NO_ELEMENTS, line };
}

/** Whether a chain or set stands in the table twice, one of them as no object. */
export function hasRepeats({ chains, sets }: ListedParts): boolean {
  return chains.hasRepeats() || sets.hasRepeats();
}

/** Of the very tables: a copy of one has its chains and sets as objects. */
const known = new WeakMap<NftTable, ListedParts>();

export function keepParts(table: NftTable, parts: ListedParts): void {
  known.set(table, parts);
}

/** Undefined where all of the table are objects. */
export function partsOf(table: NftTable): ListedParts | undefined {
  return known.get(table);
}

/** A chain by its place in the table. */
export function chainAt(table: NftTable, place: number): NftChain | undefined {
  const parts = known.get(table);
  return parts ? parts.chains.at(place) : table.chains[place];
}

/** The chains but for those of endpoints that are not objects so far. */
export function madeChains(table: NftTable): readonly NftChain[] {
  const chains = known.get(table)?.chains;
  return chains ? chains.others.map((place) => chains.at(place)!) : table.chains;
}

/** The sets that may have elements, or were not listed as every nft prints those of an endpoint's clients. */
export function madeSets(table: NftTable): readonly NftSet[] {
  const sets = known.get(table)?.sets;
  return sets ? sets.others.map((place) => sets.at(place)!) : table.sets;
}
