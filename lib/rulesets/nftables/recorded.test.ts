import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { nftContents } from "../../testing/nft-contents.js";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { parseNftCommands } from "./parse-commands.js";
import { parseNftList } from "./parse-list.js";
import { nftLines } from "./print.js";
import { nftListing } from "./print-list.js";

const MINORS = [31, 33, 34, 36, NEWEST_MINOR];

const isElement = (line: string) => line.startsWith("add element ");

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
        // Which set's elements come first is chance in some recorded texts.
        expect(printed.filter((line) => !isElement(line))).toEqual(text.filter((line) => !isElement(line)));
        expect(printed.filter(isElement).sort()).toEqual(text.filter(isElement).sort());
        const listing = [...nftListing(table!)].join("\n");
        const { tables: listed, diagnostics } = parseNftList(sourceFromText("node.txt", listing));
        expect(diagnostics).toEqual([]);
        expect(listed).toHaveLength(1);
        expect(nftContents(listed[0]!)).toEqual(nftContents(table!));
      }
    });
  }
});
