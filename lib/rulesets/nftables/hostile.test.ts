import { describe, expect, test } from "@jest/globals";
import { sourceFromBytes, sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { readRecordedText } from "../../testing/recorded-cases.js";
import { normalRuleText } from "./normalize.js";
import { parseNftCommands } from "./parse-commands.js";
import { parseNftJSON } from "./parse-json.js";
import { parseNftList } from "./parse-list.js";
import { nftLines, printRule } from "./print.js";
import { nftListing } from "./print-list.js";

const recorded = parseNftCommands(readRecordedText("session-affinity", "nftables", "nft", 36)!.split("\n")).tables[0]!;
const listing = [...nftListing(recorded)];

const WORDS = [
  "ip",
  "daddr",
  "meta",
  "mark",
  "set",
  "{",
  "}",
  ",",
  ":",
  ".",
  "dnat",
  "to",
  "numgen",
  "random",
  "mod",
  "2",
  "map",
  "vmap",
  "goto",
  "jump",
  "x",
  '"q"',
  "@s",
  "update",
  "reject",
  "with",
  "ct",
  "state",
  "new",
  "fib",
  "10.0.0.1",
  "10.0.0.0/8",
  "10.0.0.1-10.0.0.9",
  "0x4000",
  "and",
  "|",
  "==",
  "!=",
  "comment",
  "counter",
  "packets",
  "elements",
  "=",
  "type",
  ";",
  "#",
  "fd00::1",
  "[fd00::1]:80",
  "10.0.0.1:80",
];

describe("nothing that is read makes a reader fail", () => {
  test("words of nft in any order, inside the table", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }), { maxLength: 8 }), (lines) => {
        const text = `table ip kube-proxy {\n\tchain c {\n${lines.map((words) => `\t\t${words.join(" ")}`).join("\n")}\n\t}\n}\n`;
        const { tables } = parseNftList(sourceFromText("node.txt", text));
        for (const table of tables)
          for (const rule of table.rules) expect(normalRuleText(rule)).toEqual(expect.any(String));
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });

  test("a listing with a piece of it torn out or bytes changed", () => {
    const bytes = new TextEncoder().encode(listing.join("\n"));
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(400), fc.uint8Array({ maxLength: 12 }), (at, length, inserted) => {
        const torn = new Uint8Array([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at + length)]);
        const { tables } = parseNftList(sourceFromBytes("node.txt", torn));
        for (const table of tables) expect([...nftLines(table)].length).toBeGreaterThan(0);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  test("JSON of any shape", () => {
    const item = fc.oneof(
      fc.json(),
      fc
        .record({
          family: fc.constant("ip"),
          table: fc.constant("kube-proxy"),
          name: fc.string(),
          chain: fc.string(),
          type: fc.jsonValue(),
          elem: fc.jsonValue(),
          expr: fc.jsonValue(),
          prio: fc.jsonValue(),
          hook: fc.string(),
        })
        .chain((object) =>
          fc.constantFrom("chain", "set", "map", "rule", "table").map((kind) => JSON.stringify({ [kind]: object })),
        ),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        const { tables } = parseNftJSON(sourceFromText("node.json", `{"nftables": [${items.join(",")}]}`));
        for (const table of tables) expect([...nftLines(table)].length).toBeGreaterThan(0);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });
});

test("what cannot be made a text is told of", () => {
  const own = { toString: false };
  const head = { family: "ip", table: "kube-proxy" };
  const base = { ...head, name: "c", type: "nat", hook: "output" };
  const range = { match: { op: "==", left: { meta: { key: "mark" } }, right: { range: [own, 5] } } };
  const read = (...nftables: readonly unknown[]) =>
    parseNftJSON(sourceFromText("node.json", JSON.stringify({ nftables })));
  for (const prio of [own, [own], null])
    expect(read({ chain: { ...base, prio } }).diagnostics.map(({ code }) => code)).toEqual(["unreadable-line"]);
  const { tables } = read({ chain: { ...base, prio: -100 } }, { rule: { ...head, chain: "c", expr: [range] } });
  expect([...tables[0]!.rules].map(({ statements }) => statements.map(({ kind }) => kind))).toEqual([["unknown"]]);
});

test("a line that is inserted into a listing is the only one told of", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: listing.length - 1 }), (at) => {
      const text = listing.toSpliced(at, 0, "\t\t<<<<<<< HEAD").join("\n");
      const { diagnostics } = parseNftList(sourceFromText("node.txt", text));
      // Inside a list of elements it spoils the list.
      for (const { code } of diagnostics) expect(code).toBe("unreadable-line");
      expect(diagnostics).toHaveLength(1);
    }),
    { numRuns: fuzzRuns(200) },
  );
});

test("a rule that is printed reads back as itself", () => {
  for (const rule of recorded.rules) {
    const [again] = parseNftCommands([`add rule ip kube-proxy ${rule.chain} ${printRule(rule)}`]).tables;
    expect([...again!.rules].map(printRule)).toEqual([printRule(rule)]);
  }
});

test("a very long line and very many braces are told of, not followed", () => {
  const deep = "{ ".repeat(100_000);
  const text = `table ip kube-proxy {\n\tchain c {\n\t\tip daddr ${deep}\n\t}\n`;
  expect(parseNftList(sourceFromText("node.txt", text)).diagnostics.length).toBeGreaterThan(0);
  const json = `{"nftables": [${"[".repeat(200_000)}`;
  expect(parseNftJSON(sourceFromText("node.json", json)).diagnostics.map(({ code }) => code)).toEqual([
    "capture-incomplete",
  ]);
});

describe("a block that lacks its first line", () => {
  const messagesOf = (...lines: string[]) =>
    parseNftList(sourceFromText("node.txt", ["table ip kube-proxy {", ...lines, "}", ""].join("\n"))).diagnostics.map(
      ({ message }) => message,
    );

  test("is said of a set without a type", () => {
    expect(messagesOf("\tset cluster-ips {", "\t\telements = { 10.0.0.1 }", "\t}")).toContain(
      "no type is given: set cluster-ips",
    );
  });

  test("a policy alone makes no base chain", () => {
    const text = "table ip kube-proxy {\n\tchain nat-output {\n\t\tpolicy accept;\n\t}\n}\n";
    const [table] = parseNftList(sourceFromText("node.txt", text)).tables;
    expect(table!.chains.map(({ name, base }) => [name, base])).toEqual([["nat-output", undefined]]);
  });
});

test("a chain that stands in a table twice is said, since nft prints each once", () => {
  const chain = "\tchain services {\n\t\tip daddr 10.0.0.1 drop\n\t}\n";
  const { diagnostics } = parseNftList(sourceFromText("node.txt", `table ip kube-proxy {\n${chain}\n${chain}}\n`));
  expect(diagnostics.map(({ message, at }) => [message, at])).toEqual([
    ["this stands in the table before: chain services", { file: "node.txt", line: 6 }],
  ]);
  const tables = `table ip kube-proxy {\n${chain}}\ntable ip6 kube-proxy {\n${chain}}\n`;
  expect(parseNftList(sourceFromText("node.txt", tables)).diagnostics).toEqual([]);
});

test.each([
  "type nat hook output priority dstnat; type nat hook input priority 100;",
  "type nat hook outptu priority dstnat;",
  "type nta hook output priority dstnat;",
])("a chain whose hook is damaged is told of: %s", (line) => {
  const text = `table ip kube-proxy {\n\tchain nat-output {\n\t\t${line}\n\t}\n}\n`;
  expect(parseNftList(sourceFromText("node.txt", text)).diagnostics.map(({ code, at }) => [code, at])).toEqual([
    ["unreadable-line", { file: "node.txt", line: 3 }],
  ]);
});
