/** The table that a node should hold. */
import type { NftChain, NftElement, NftSet, NftTable } from "../../rulesets/nftables/types.js";

export interface ExpectedNftTable extends NftTable {
  /** Undefined where each chain and set is an object at once. */
  readonly alike?: AlikeObjects;
}

/**
 * Chains of a table, each perhaps with a set of its own, that differ in names and addresses only: a large cluster has
 * hundreds of thousands, told one by one without an object for each. `n`: from 0 to `length`.
 */
export interface AlikeObjects {
  readonly length: number;
  /** The table's other chains and sets. In the table's order the sets of those that are alike come first. */
  readonly others: NftTable;
  /** How many of the other chains stand before those that are alike. */
  readonly before: number;
  /** What names of the sets begin with, and of no other. */
  readonly setPrefix: string;
  /** Whether a set of the others should have just these elements, by key; false also where that is not told at once. */
  hasJust(set: string, held: ReadonlyMap<string, NftElement>): boolean;
  /** Elements of one of the others in its order: those that service ports of these labels made, or none did. */
  elementsOfLabels(set: string, labels: ReadonlySet<string>): readonly NftElement[];
  /** Those of service ports, by the paths in their names. */
  placesOf(paths: ReadonlySet<string>): Iterable<number>;
  /** The other chains that have the path of a service port in their names. */
  chainsOf(path: string): readonly NftChain[];
  /** The hash in its name and in that of its set, as `hashInName` gives it; never less than that of the one before. */
  rankAt(n: number): number;
  /** The chain as a listing has it, from its name to the line of its closing brace; undefined: only its rules tell. */
  blockAt(n: number): string | undefined;
  chainAt(n: number): NftChain;
  /** What the chain's set is like, whatever its name is, and without elements; undefined where it has none. */
  setLikeAt(n: number): NftSet | undefined;
  setNameAt(n: number): string;
  setAt(n: number): NftSet;
}
