/** Both sides as far as they are needed: the chains of the service ports that differ, and all sets. */
import type { CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { chainAt } from "../../rulesets/nftables/listed-parts.js";
import type { NftChain, NftTable } from "../../rulesets/nftables/types.js";
import { chainIndex } from "./chain-index.js";
import type { ChainDifference } from "./compare-chains.js";
import type { SetDifference } from "./compare-sets.js";
import type { ExpectedNftTable } from "./expected.js";
import { readObjectName } from "./paths.js";
import { contentsOf, forEachChain, makeChainContents, type ChainContents, type SetContents } from "./side.js";
import type { SetIndex, Side } from "./side.js";

/** What is expected of some service ports. `chains`: that differ, whose rules are made. */
export function wantedSideOf(
  expected: ExpectedNftTable,
  expectedSets: SetIndex,
  paths: ReadonlySet<string>,
  chains: readonly ChainDifference[],
): Side {
  const { alike } = expected;
  if (!alike) return { table: expected, chains: chainsOfPaths(expected, paths), sets: expectedSets };
  const made = new Map(chains.map(({ name, expected: contents }) => [name, contents]));
  const found = new Map<string, ChainContents>();
  const sets = new Map<string, SetContents>();
  const add = (chain: NftChain) =>
    found.set(chain.name, made.get(chain.name) ?? makeChainContents(chain, alike.others.rulesOfChain!(chain)));
  for (const path of paths) for (const chain of alike.chainsOf(path)) add(chain);
  for (const n of alike.placesOf(paths)) {
    add(alike.chainAt(n));
    const set = alike.setLikeAt(n) && alike.setAt(n);
    if (set) sets.set(set.name, contentsOf(set));
  }
  return { table: expected, chains: found, sets: expectedSets.with(sets) };
}

/** What the node has of these service ports. */
export function heldSideOf(
  actual: CapturedNftTable,
  actualSets: SetIndex,
  what: {
    readonly paths: ReadonlySet<string>;
    readonly chains: readonly ChainDifference[];
    readonly sets: readonly SetDifference[];
    readonly expected: ExpectedNftTable;
    readonly wanted: Side;
  },
): Side {
  const { paths, chains, sets, expected, wanted } = what;
  const found = expected.alike ? heldChains(actual, wanted.chains.keys(), paths, chains) : chainsOfPaths(actual, paths);
  return { table: actual, chains: found, sets: withoutRivals(actualSets, sets), file: actual.file };
}

/** A chain of these service ports is expected, or it differs: the names of all others need not be read. */
function heldChains(
  actual: CapturedNftTable,
  wanted: Iterable<string>,
  paths: ReadonlySet<string>,
  chains: readonly ChainDifference[],
): Map<string, ChainContents> {
  const found = new Map<string, ChainContents>();
  const made = new Map<string, ChainContents>();
  for (const { name, expected, actual: held } of chains) {
    if (!held) continue;
    if (expected) made.set(name, held);
    else if (paths.has(readObjectName(name)?.path ?? "")) found.set(name, held);
  }
  const { placeOf } = chainIndex(actual);
  for (const name of wanted) {
    const place = placeOf.get(name);
    if (place === undefined) continue;
    const contents = made.get(name);
    found.set(name, contents ?? makeChainContents(chainAt(actual, place)!, actual.rulesOfChains.at(place)!));
  }
  return found;
}

/** Where several services claim a key, the node's choice is taken for the expected one. */
function withoutRivals(sets: SetIndex, differences: readonly SetDifference[]): SetIndex {
  const rivals = differences.flatMap(({ elements }) => elements.filter(({ rival }) => rival));
  if (rivals.length === 0) return sets;
  const changed = new Map<string, SetContents>();
  for (const { set, key, expected } of rivals) {
    const contents = changed.get(set) ?? sets.get(set)!;
    changed.set(set, { set: contents.set, elements: new Map(contents.elements).set(key, expected!) });
  }
  return sets.with(changed);
}

/** Characters of the hash in a name with the two dashes around it. */
const HASH_LENGTH = 10;

/** Tells nearly all of 150,000 names that are of none of the paths, before one is read properly. */
function mayBeOf(paths: ReadonlySet<string>, name: string): boolean {
  const rest = name.slice(name.indexOf("-") + HASH_LENGTH);
  const end = rest.indexOf("__");
  return paths.has(end < 0 ? rest : rest.slice(0, end)) || (end >= 0 && paths.has(rest));
}

/** The chains of some service ports. */
function chainsOfPaths(table: NftTable | CapturedNftTable, paths: ReadonlySet<string>): Map<string, ChainContents> {
  const found = new Map<string, ChainContents>();
  if (paths.size === 0) return found;
  const isWanted = (name: string) => {
    if (!mayBeOf(paths, name)) return false;
    const path = readObjectName(name)?.path;
    return path !== undefined && paths.has(path);
  };
  forEachChain(table, (chain, rules) => found.set(chain.name, makeChainContents(chain, rules)), isWanted);
  return found;
}
