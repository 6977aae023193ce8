/** Entries of sets, by set. */
import type { ExpectedIPVS, SetDifference } from "./types.js";
import type { Change } from "../types.js";
import { limitsChange } from "./compare-set-limits.js";
import { listWords } from "../view-words.js";
import { canonicalEntry, hasZeroPrefix } from "../../rulesets/ipvs/canonical-entry.js";
import { createSetLine } from "../../rulesets/ipvs/print.js";
import type { IPSet, IPSetEntry } from "../../rulesets/ipvs/types.js";

export interface ComparedSets {
  /** Expected sets whose entries are known, by name. */
  readonly known: ReadonlyMap<string, KnownSet>;
  readonly differences: readonly SetDifference[];
  readonly absent: readonly IPSet[];
  /** Of another type, or with options by which they hold or match something else. */
  readonly remade: readonly IPSet[];
  /** What is to be said of those two. */
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  /** What of the sets the listing leaves out, with the command that shows it. */
  readonly notGiven: readonly string[];
}

export interface KnownSet {
  readonly wanted: ReadonlyMap<string, IPSetEntry>;
  readonly held: ReadonlyMap<string, IPSetEntry>;
}

/** Entries by canonical text, those the kernel would refuse left out. */
function entriesByText(set: IPSet): Map<string, IPSetEntry> {
  const entries = new Map<string, IPSetEntry>();
  for (const entry of set.entries) {
    if (hasZeroPrefix(entry.text)) continue;
    entries.set(canonicalEntry(entry.text), entry);
  }
  return entries;
}

/**
 * Compares the expected sets with those listed.
 * A listing of fewer than half of kube-proxy's sets is taken for a part, so that sets it lacks are not missing.
 */
export function compareSets(expected: ExpectedIPVS, listed: readonly IPSet[]): ComparedSets {
  const heldByName = new Map(listed.map((set) => [set.name, set]));
  const absent = expected.state.sets.filter(({ name }) => !heldByName.has(name));
  const isPart = absent.length > expected.state.sets.length / 2 && absent.length < expected.state.sets.length;
  const known = new Map<string, KnownSet>();
  const differences: SetDifference[] = [];
  const changes: Change[] = [];
  const assumptions: string[] = [];
  const unlisted: string[] = [];
  const remade: IPSet[] = [];

  if (isPart)
    assumptions.push(
      `only ${expected.state.sets.length - absent.length} of ${expected.state.sets.length} ip sets were given; the others are not compared`,
    );
  else if (absent.length > 0) changes.push(missingSets(absent, expected.state.sets.length));

  for (const set of expected.state.sets) {
    const held = heldByName.get(set.name);
    if (!held) continue;
    if (held.type !== set.type || held.family !== set.family) {
      remade.push(set);
      changes.push(otherType(set, held));
      continue;
    }
    const limits = limitsChange(set, held);
    if (limits) {
      remade.push(set);
      changes.push(limits);
    }
    if (held.membersListed === false) unlisted.push(set.name);
    else {
      const sides = { wanted: entriesByText(set), held: entriesByText(held) };
      known.set(set.name, sides);
      const missing = [...sides.wanted].flatMap(([text, entry]) => (sides.held.has(text) ? [] : [{ ...entry, text }]));
      const stale = [...sides.held].flatMap(([text, entry]) => (sides.wanted.has(text) ? [] : [{ ...entry, text }]));
      if (missing.length > 0 || stale.length > 0) differences.push({ set, held, missing, stale });
    }
  }
  const notGiven = [
    ...(isPart ? ["the other ip sets (ipset save)"] : []),
    ...(unlisted.length > 0 ? ["entries of ip sets (ipset save)"] : []),
  ];
  if (unlisted.length > 0)
    assumptions.push(`entries of ${listWords(unlisted)} were not listed (ipset list -t), so they are not compared`);
  return { known, differences, absent: isPart ? [] : absent, remade, changes, assumptions, notGiven };
}

function missingSets(absent: readonly IPSet[], all: number): Change {
  const names = absent.map(({ name }) => name);
  return {
    kind: "base-chain-changed",
    severity: "error",
    ...(names.length === 1 && { chain: names[0]! }),
    message:
      absent.length === all
        ? "the node has none of kube-proxy's ip sets of this family: rules that match them are missing too"
        : `ip set${names.length > 1 ? "s" : ""} ${listWords(names)} ${names.length > 1 ? "are" : "is"} missing: rules that match cannot be loaded`,
    expected: absent.map(createSetLine),
    actual: [],
  };
}

function otherType(set: IPSet, held: IPSet): Change {
  return {
    kind: "base-chain-changed",
    severity: "error",
    chain: set.name,
    message: `ip set ${set.name} is of type ${typeWords(held)}, not ${typeWords(set)}; kube-proxy never makes it anew`,
    expected: [createSetLine(set)],
    actual: [createSetLine(held)],
    ...(held.at && { at: held.at }),
  };
}

function typeWords({ type, family }: IPSet): string {
  return family ? `${type} family ${family}` : type;
}
