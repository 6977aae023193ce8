import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { nftContents } from "../../testing/nft-contents.js";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { parseNftCommands } from "./parse-commands.js";
import { parseNftList } from "./parse-list.js";
import { nftLines } from "./print.js";
import { nftListing } from "./print-list.js";

/** Texts of this minor were recorded with the elements of all sets mixed; a table holds them set by set. */
const MIXED_SINCE = 37;
const MINORS = [31, 33, 34, 36, NEWEST_MINOR];

const setOf = (line: string) => /^add element (\S+ \S+ \S+) /.exec(line)?.[1];

/** Elements by set, in their order within each. */
function bySet(lines: readonly string[]): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const line of lines) {
    const set = setOf(line);
    if (set === undefined) continue;
    const elements = sets.get(set);
    if (elements) elements.push(line);
    else sets.set(set, [line]);
  }
  return sets;
}

/** Whether all elements of a set stand together, in the order in which the sets are declared. */
function isSetBySet(lines: readonly string[]): boolean {
  const declared = lines.flatMap((line) => /^add (?:set|map) (\S+ \S+ \S+) /.exec(line)?.[1] ?? []);
  const places = lines.flatMap((line) => setOf(line) ?? []).map((set) => declared.indexOf(set));
  return places.every((place, i) => i === 0 || places[i - 1]! <= place);
}

describe("recorded texts", () => {
  for (const { name } of recordedCases()) {
    if (readRecordedText(name, "nftables", "nft", NEWEST_MINOR) === undefined) continue;
    test(`${name}: parsed and printed is the same text; listed and parsed is the same table`, () => {
      for (const minor of MINORS) {
        const recorded = readRecordedText(name, "nftables", "nft", minor);
        if (recorded === undefined) continue;
        const text = recorded.trimEnd().split("\n");
        const { tables, unread } = parseNftCommands(text);
        expect(unread).toEqual([]);
        expect(tables).toHaveLength(1);
        const [table] = tables;
        const printed = [...nftLines(table!)];
        const isElement = (line: string) => setOf(line) !== undefined;
        expect(printed.filter((line) => !isElement(line))).toEqual(text.filter((line) => !isElement(line)));
        expect(bySet(printed)).toEqual(bySet(text));
        if (isSetBySet(text)) expect(printed).toEqual(text);
        else expect(minor).toBeGreaterThanOrEqual(MIXED_SINCE);
        const listing = [...nftListing(table!)].join("\n");
        const { tables: listed, diagnostics } = parseNftList(sourceFromText("node.txt", listing));
        expect(diagnostics).toEqual([]);
        expect(listed).toHaveLength(1);
        expect(nftContents(listed[0]!)).toEqual(nftContents(table!));
      }
    });
  }
});
