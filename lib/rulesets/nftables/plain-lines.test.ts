/** Lines as every nft prints them are read the quick way: it says what the slow one says, whatever byte is wrong in them. */
import { expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { mutate, randomFrom } from "../../testing/fuzz/mutate.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { readRecordedText } from "../../testing/recorded-cases.js";
import { parseNftCommands } from "./parse-commands.js";
import { parseNftList } from "./parse-list.js";
import { normalRuleText } from "./normalize.js";
import { nftListing } from "./print-list.js";

/** As nft -a shows it. */
const withHandles = (line: string, i: number) =>
  /^\t\t(?!type|flags|timeout|size|elements|comment|\t)/.test(line) ? `${line} # handle ${i}` : line;

const listings = [
  "session-affinity",
  "loadbalancer-source-ranges",
  "loadbalancer-local",
  "random-003",
  "detect-local-bridge",
].flatMap((name) => {
  const { tables } = parseNftCommands(readRecordedText(name, "nftables", "nft", 36)!.trimEnd().split("\n"));
  const lines = [...nftListing(tables[0]!)];
  return [lines, lines.map(withHandles)].map((all) => new TextEncoder().encode(all.join("\n") + "\n"));
});

function read(text: string) {
  const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", text));
  return {
    diagnostics,
    tables: tables.map(({ rulesOfChains, rules: _, ...table }) => ({
      ...table,
      rules: table.chains.map((_, i) =>
        rulesOfChains.at(i)!.map((rule) => [rule.chain, rule.line, rule.handle, rule.comment, normalRuleText(rule)]),
      ),
    })),
  };
}

/** A tab behind each line means nothing, and none of the lines is plain then. */
const slowly = (text: string) => text.replaceAll("\n", "\t\n");

test("bytes, words and lines that are wrong anywhere are read alike on both paths", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(listings.length - 1), (seed, i) => {
      const bytes = seed % 8 === 0 ? listings[i]! : mutate(listings[i]!, listings[i]!, randomFrom(seed), 1 << 20);
      const text = new TextDecoder().decode(bytes).replaceAll("\r", "?");
      const both = [read(text), read(slowly(text))] as const;
      // How long its lines are is another matter.
      fc.pre(!both.some(({ diagnostics }) => diagnostics.some(({ code }) => code === "capture-wrapped")));
      expect(both[0]).toEqual(both[1]);
    }),
    { numRuns: fuzzRuns(200) },
  );
});

test("a block behind a list that is not closed is read alike on both paths", () => {
  const text = "table ip kube-proxy {\n\tdevices = { eth0,\n\tchain services {\n\t\tdrop\n\t}\n}\n";
  expect(read(text).diagnostics).not.toEqual([]);
  expect(read(text)).toEqual(read(slowly(text)));
});

const wordsOfElements = fc.array(
  fc.constantFrom(
    ..."10.0.0.1 10.0.0.2 80 tcp . : , , , , ; goto drop services ... comment timeout expires 5s counter packets".split(
      " ",
    ),
    '"a, b"',
  ),
  { maxLength: 24 },
);

test("a list of elements is read alike however many lines it takes", () => {
  const blockOf = (list: string) =>
    `table ip kube-proxy {\n\tmap m {\n\t\ttype ipv4_addr : verdict\n\t\telements = {\n\t\t\t${list} }\n\t}\n` +
    "\tchain services {\n\t\tdrop\n\t}\n}\n";
  fc.assert(
    fc.property(wordsOfElements, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (words, breaks) => {
      const wrapped = words.map((word, i) => (breaks[i] ? `\n\t\t\t${word}` : ` ${word}`)).join("");
      // Blank lines in the place of those that are left out: what stands behind keeps its line.
      const blank = "\n".repeat(wrapped.split("\n").length - 1);
      const inOneLine = blockOf(words.join(" ")).replace(/(?<=elements = \{\n.*)/, blank);
      const both = [read(blockOf(wrapped)), read(inOneLine)] as const;
      // A line of dots alone says that lines were left out.
      fc.pre(!both.some(({ diagnostics }) => diagnostics.some(({ code }) => code === "capture-elided")));
      expect(both[0]).toEqual(both[1]);
    }),
    { numRuns: fuzzRuns(2000) },
  );
});

const oddElement = fc
  .array(
    fc.constantFrom(..."10.0.0.1 80 tcp 0x50 http . : , goto jump drop svc/a ... timeout } {".split(" "), '"a, b"'),
    {
      maxLength: 7,
    },
  )
  .map((words) => `${words.join(" ")},`);
const plainElements = ["10.0.0.1 . tcp . 80 : goto svc/a,", "10.0.0.2 . udp . domain : jump b,", "10.0.0.3,", "c . 4,"];

test("lines of elements, plain ones and others, are read alike on both paths", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...plainElements) }, { weight: 1, arbitrary: oddElement }),
        {
          maxLength: 30,
        },
      ),
      fc.constantFrom("ipv4_addr", "ipv4_addr . inet_proto . inet_service"),
      (lines, type) => {
        const list = lines.map((line) => `\t\t\t     ${line}\n`).join("");
        const text =
          `table ip kube-proxy {\n\tmap m {\n\t\ttype ${type} : verdict\n\t\telements = { 10.9.9.9 . tcp . 1 : goto svc/z,\n` +
          `${list}\t\t\t     10.9.9.8 . tcp . 1 : goto svc/y }\n\t}\n\tchain services {\n\t\tdrop\n\t}\n}\n`;
        const both = [read(text), read(slowly(text))] as const;
        fc.pre(!both.some(({ diagnostics }) => diagnostics.some(({ code }) => code === "capture-elided")));
        expect(both[0]).toEqual(both[1]);
      },
    ),
    { numRuns: fuzzRuns(1000) },
  );
});
