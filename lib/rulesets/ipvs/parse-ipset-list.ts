/** Reads `ipset list`, also with -t (headers only) and -s (sorted). */
import { canonicalEntry } from "./canonical-entry.js";
import { isBeginningOfEntry } from "./cut-set.js";
import { cutListing, forEachLine, unreadableOrCut, wordsOf, type ListingText } from "./lines.js";
import { familyOption, type SetListing } from "./parse-ipset-save.js";
import { readSetLimits } from "./set-limits.js";
import { isTypedEntry } from "./typed-entry.js";
import type { IPSet, IPSetEntry, SetLimits } from "./types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

const WHAT = "ipset list";

/** Headings that say nothing to compare. */
const PASSED_OVER = new Set(["Revision", "Size in memory", "References"]);

/** Name and type of a set of which the entries are addresses and ports. */
const OF_KUBE_PROXY = /^KUBE-\S+ (?:hash:ip|bitmap:port)/;
const OPTION = /^(?:timeout|packets|comment|skb[a-z]+)$/;

/** False of what another command printed behind the listing. */
function isEntry([entry = "", option]: readonly string[]): boolean {
  return isTypedEntry(entry) && (option === undefined || OPTION.test(option));
}

interface Block {
  readonly name: string;
  readonly at: { readonly file: string; readonly line: number };
  type: string;
  family: IPSet["family"];
  limits?: SetLimits;
  entries: IPSetEntry[] | undefined;
  /** As the listing counts them. */
  count?: number;
}

/** The sets with their entries in canonical text, in the order read. */
export function parseIpsetList(input: ListingText): SetListing {
  const blocks = new Map<string, Block>();
  const diagnostics: Diagnostic[] = [];
  let block: Block | undefined;

  forEachLine(input, (line, number, isOpen) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const at = { file: input.file, line: number };
    const refuse = (note: string) => void diagnostics.push(unreadableOrCut(at, WHAT, line, { isOpen, note }));
    if (line.startsWith("Name: ")) {
      const name = line.slice("Name: ".length).trim();
      block = { name, at, type: "", family: undefined, entries: undefined };
      if (blocks.has(name)) refuse("this set stands in the listing twice");
      else blocks.set(name, block);
      return;
    }
    if (!block) return refuse("expected Name: first");
    if (block.entries) {
      const words = wordsOf(line);
      if (words.includes("nomatch")) return refuse("kube-proxy makes no entries with nomatch");
      if (!isOpen && OF_KUBE_PROXY.test(`${block.name} ${block.type}`) && !isEntry(words))
        return refuse("expected an entry of the set");
      if (isOpen && isBeginningOfEntry(words[0]!, block.type)) diagnostics.push(cutListing(at, WHAT));
      else block.entries.push({ text: canonicalEntry(words[0]!), at, ...(isOpen && { isOpen }) });
      return;
    }
    const colon = line.indexOf(":");
    const heading = line.slice(0, colon < 0 ? 0 : colon);
    if (heading === "Members") block.entries = [];
    else if (heading === "Type") block.type = line.slice(colon + 1).trim();
    else if (heading === "Header") {
      const limits = readSetLimits(wordsOf(line));
      block.family = familyOption(wordsOf(line));
      if (limits) block.limits = limits;
    } else if (heading === "Number of entries") block.count = Number(line.slice(colon + 1));
    else if (!PASSED_OVER.has(heading)) refuse("expected one of the headings of a set");
  });

  const last = [...blocks.values()].at(-1);
  if (last && diagnostics.length === 0 && isCutBlock(last, [...blocks.values()], input.text.endsWith("\n")))
    diagnostics.push(cutListing(last.at, WHAT));
  const sets = Array.from(blocks.values(), ({ name, type, family, limits, entries, at }): IPSet => ({
    name,
    type,
    family,
    ...(limits && { limits }),
    entries: entries ?? [],
    ...(!entries && { membersListed: false }),
    at,
  }));
  return { sets, diagnostics };
}

/** Whether the last set lacks what ipset prints of every set, or entries that it counted. */
function isCutBlock({ entries, type, limits, count }: Block, all: readonly Block[], isEnded: boolean): boolean {
  if (!entries) return all.some((block) => block.entries) || type === "" || (count === undefined && !isEnded);
  return limits?.timeout === undefined && count !== undefined && entries.length < count;
}
