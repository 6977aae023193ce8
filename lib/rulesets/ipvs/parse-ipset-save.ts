/** Reads `ipset save` (and what `ipset restore` takes, as far as it makes sets and adds entries). */
import { canonicalEntry } from "./canonical-entry.js";
import { cutListing, forEachLine, unreadableOrCut, wordsOf, type ListingText } from "./lines.js";
import { isBeginningOfEntry, isBeginningOfHeader } from "./cut-set.js";
import { readSetLimits } from "./set-limits.js";
import type { IPSet, IPSetEntry, ListingPlace } from "./types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

const WHAT = "ipset save";

export interface SetListing {
  readonly sets: readonly IPSet[];
  readonly diagnostics: readonly Diagnostic[];
}

export type SetInProgress = Omit<IPSet, "entries"> & { readonly entries: IPSetEntry[] };

/** The family of "family inet hashsize 1024 ..."; undefined for types that have none. */
export function familyOption(words: readonly string[]): IPSet["family"] {
  const value = words[words.indexOf("family") + 1];
  return value === "inet" || value === "inet6" ? value : undefined;
}

function startSet(name: string, type: string, options: readonly string[], at: ListingPlace): SetInProgress {
  const limits = readSetLimits(options);
  return {
    name,
    type,
    family: options.includes("family") ? familyOption(options) : undefined,
    ...(limits && { limits }),
    entries: [],
    at,
  };
}

/**
 * The sets with their entries in canonical text, in the order read.
 * Hash parameters, counters and comments of sets, and all but the text of entries, are passed over.
 */
export function parseIpsetSave(input: ListingText): SetListing {
  const sets = new Map<string, SetInProgress>();
  const diagnostics: Diagnostic[] = [];
  forEachLine(input, (line, number, isOpen) => {
    const words = wordsOf(line);
    const [verb, name, third] = words;
    if (verb === undefined || verb.startsWith("#") || verb === "COMMIT") return;
    const at = { file: input.file, line: number };
    const refuse = (note: string) => void diagnostics.push(unreadableOrCut(at, WHAT, line, { isOpen, note }));
    if (name === undefined || third === undefined) return refuse("expected: create NAME TYPE ..., or add NAME ENTRY");
    if (verb === "create" || verb === "-N") {
      if (isOpen && isBeginningOfHeader(words.slice(3))) diagnostics.push(cutListing(at, WHAT));
      else if (sets.has(name)) refuse("this set stands in the listing twice");
      else sets.set(name, { ...startSet(name, third, words.slice(3), at), ...(isOpen && { isOpen }) });
    } else if (verb === "add" || verb === "-A") {
      const set = sets.get(name);
      if (isOpen && set && isBeginningOfEntry(third, set.type)) diagnostics.push(cutListing(at, WHAT));
      else if (!set) refuse("its set was not made before it");
      else if (!words.slice(3).includes("nomatch"))
        set.entries.push({ text: canonicalEntry(third), at, ...(isOpen && { isOpen }) });
      else refuse("kube-proxy makes no entries with nomatch");
    } else refuse("expected create or add");
  });
  return { sets: [...sets.values()], diagnostics };
}
