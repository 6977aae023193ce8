import { describe, expect, test } from "@jest/globals";
import { compareNftables } from "../../diff/nftables/index.js";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { parseNftList } from "./parse-list.js";
import { nftListing } from "./print-list.js";

const cases = recordedCases().flatMap((recorded) => {
  const text = readRecordedText(recorded.name, "nftables", "nft", NEWEST_MINOR);
  return text === undefined ? [] : [{ ...recorded, text }];
});

describe("the commands that make a table", () => {
  test.each(cases)("as recorded of $name are no difference, and without a rule or an element are one", (recorded) => {
    const situation = recordedSituation(recorded, recordedCluster(recorded.name), "nftables", NEWEST_MINOR);
    const expected = compileNftables(backendInput(recordedCluster(recorded.name), situation));
    const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", recorded.text));
    expect(diagnostics).toEqual([]);
    expect(compareNftables({ expected, actual: tables[0] }).changes).toEqual([]);
    const lines = recorded.text.split("\n");
    const rule = lines.findLastIndex((line) => /^add (?:rule|element) \S+ kube-proxy (?:serv|endp|mark)/.test(line));
    const less = parseNftList(sourceFromText("node.txt", lines.toSpliced(rule, 1).join("\n")));
    expect(compareNftables({ expected, actual: less.tables[0] }).changes).not.toEqual([]);
  });

  test("are told apart from a listing, which wins", () => {
    const { text } = cases[0]!;
    const script = parseNftList(sourceFromText("node.txt", text)).tables[0]!;
    expect(script.chains.length).toBeGreaterThan(5);
    const rules = script.chains.flatMap((_, place) => script.rulesOfChains.at(place) ?? []);
    const listing = [...nftListing({ ...script, rules })].join("\n");
    const both = parseNftList(sourceFromText("node.txt", `${text}\n${listing}`));
    expect(both.tables).toHaveLength(1);
    expect(both.tables[0]!.chains.map(({ line }) => line)).not.toEqual(script.chains.map(({ line }) => line));
  });

  test("what is added twice stands there once, and a rule for no chain is told", () => {
    const { text } = cases[0]!;
    const added = text.split("\n").filter((line) => /^add (?:table|chain|set|map) /.test(line));
    const once = parseNftList(sourceFromText("node.txt", text));
    const twice = parseNftList(sourceFromText("node.txt", `${text}\n${added.join("\n")}`));
    expect(twice).toEqual(once);
    const lost = parseNftList(sourceFromText("node.txt", `${text.trimEnd()}\nadd rule ip kube-proxy nowhere drop\n`));
    expect(lost.diagnostics).toEqual([expect.objectContaining({ code: "unreadable-line" })]);
  });

  test("other lines are told, with their place, the first twenty", () => {
    const { text } = cases[0]!;
    const flushes = Array.from({ length: 30 }, (_, at) => `flush chain ip kube-proxy c${at}`);
    const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", `${flushes.join("\r\n")}\r\n${text}`));
    expect(tables).toHaveLength(1);
    expect(diagnostics).toHaveLength(20);
    expect(diagnostics[2]).toMatchObject({ code: "unreadable-line", at: { file: "node.txt", line: 3 } });
    expect(diagnostics[19]!.message).toContain("11 lines");
  });
});
