import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { normalRuleText } from "./normalize.js";
import { parseNftCommands } from "./parse-commands.js";
import { parseNftList } from "./parse-list.js";
import { nftLines } from "./print.js";
import { nftListing } from "./print-list.js";
import type { NftRule, NftTable } from "./types.js";

const MINORS = [31, 33, 34, 36];

/** Everything about a table that a listing tells, in normal form. */
function contents(table: NftTable) {
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
  const rules = new Map<string, string[]>();
  for (const rule of table.rules as Iterable<NftRule>) {
    const body = `${normalRuleText(rule)} # ${rule.comment ?? ""}`;
    rules.set(rule.chain, [...(rules.get(rule.chain) ?? []), body]);
  }
  return {
    family: table.family,
    comment: table.comment,
    chains: [...table.chains].sort(byName).map(({ name, base, comment }) => ({
      name,
      comment,
      base: base && { ...base, policy: base.policy ?? "accept" },
      rules: rules.get(name) ?? [],
    })),
    sets: [...table.sets]
      .sort(byName)
      .map(({ kind, name, keyType, valueType, flags, timeoutSeconds, comment, elements }) => ({
        kind,
        name,
        keyType,
        valueType,
        flags,
        timeoutSeconds,
        comment,
        elements: elements.map(({ key, comment: note, verdict }) => JSON.stringify([key, note, verdict])).sort(),
      })),
  };
}

describe("recorded texts", () => {
  for (const { name } of recordedCases()) {
    if (readRecordedText(name, "nftables", "nft", 36) === undefined) continue;
    test(`${name}: parsed and printed is the same text; listed and parsed is the same table`, () => {
      for (const minor of MINORS) {
        const text = readRecordedText(name, "nftables", "nft", minor)!.trimEnd().split("\n");
        const { tables, unread } = parseNftCommands(text);
        expect(unread).toEqual([]);
        expect(tables).toHaveLength(1);
        const [table] = tables;
        expect([...nftLines(table!)]).toEqual(text);
        const listing = [...nftListing(table!)].join("\n");
        const { tables: listed, diagnostics } = parseNftList(sourceFromText("node.txt", listing));
        expect(diagnostics).toEqual([]);
        expect(listed).toHaveLength(1);
        expect(contents(listed[0]!)).toEqual(contents(table!));
      }
    });
  }
});
