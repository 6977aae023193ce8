/** Large captures that are mostly blank lines or comments: the same rules at the same lines, of a small part of the text. */
import { describe, expect, test } from "@jest/globals";
import { readIPVSCapture } from "../../diff/ipvs/read-capture.js";
import { LineNumbers } from "../../source/line-numbers.js";
import { sourceFromText } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { readCaptures } from "../iptables/read-captures.js";
import { parseNftList } from "../nftables/parse-list.js";
import { cleanCapture } from "./clean-capture.js";
import { leaveOutBlanks } from "./leave-out-blanks.js";

const FLOODS = {
  "line ends": "\n",
  "lines of blanks": `${" ".repeat(70)}\n`,
  comments: "# told.\n",
  "a line of blanks": " ",
};
const MANY = 1 << 20;
const flood = (piece: string) => `${piece.repeat(MANY / piece.length)}\n`;
const lines = (text: string) => text.split("\n").length - 1;

describe.each(Object.entries(FLOODS))("%s, a megabyte of them", (_what, piece) => {
  const between = flood(piece);

  test("leave the rules of iptables-save at their lines", () => {
    const text = `*nat\n:KUBE-SERVICES - [0:0]\n${between}-A KUBE-SERVICES -j RETURN\n${between}-A KUBE-SERVICES -j DROP\nCOMMIT\nodd\n`;
    const { tables, diagnostics } = readCaptures([sourceFromText("node.txt", text)]);
    const chain = tables[0]!.chains.get("KUBE-SERVICES")!;
    expect(chain.texts).toEqual(["-A KUBE-SERVICES -j RETURN", "-A KUBE-SERVICES -j DROP"]);
    expect(diagnostics).toMatchObject([{ code: "unreadable-line", at: { line: lines(text) } }]);
    expect(cleanCapture(sourceFromText("node.txt", text)).source.size).toBeLessThan(20_000);
  });

  test("leave the tables of nft at their lines", () => {
    const text = `${between}table ip kube-proxy {\n\tchain services {\n${between}\t\tdrop\n\t}\n}\n`;
    const { tables, diagnostics } = parseNftList(sourceFromText("node.txt", text));
    expect(diagnostics).toEqual([]);
    expect(tables[0]!.rulesOfChains.at(0)![0]!.line).toBe(2 * lines(between) + 3);
  });

  test("leave listings of IPVS at their lines, and what stands behind them", () => {
    const text = `${between}-A -t 10.96.0.1:443 -s rr\n${between}create KUBE-CLUSTER-IP hash:ip,port family inet\n${between}*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j RETURN\nCOMMIT\nodd\n`;
    const { capture, listings, diagnostics } = readIPVSCapture([sourceFromText("node.txt", text)]);
    expect(listings.map(({ firstLine }) => firstLine)).toEqual([lines(between) + 1, 2 * lines(between) + 2]);
    expect(capture.virtualServers).toHaveLength(1);
    expect(capture.tables![0]!.startLine).toBe(3 * lines(between) + 3);
    expect(diagnostics).toMatchObject([{ at: { line: lines(text) } }]);
  });

  test.each([
    ["quoted", (text: string) => text.replace(/^/gm, "> ")],
    ["with CR", (text: string) => text.replaceAll("\n", "\r")],
    ["with CRLF and a byte order mark", (text: string) => `\ufeff${text.replaceAll("\n", "\r\n")}`],
  ])("leave what is %s readable", (_how, change) => {
    const text = `*nat\n:KUBE-SERVICES - [0:0]\n${between}-A KUBE-SERVICES -j RETURN\nCOMMIT\nodd\n`;
    const { tables, diagnostics } = readCaptures([sourceFromText("node.txt", change(text))]);
    expect(tables[0]!.chains.get("KUBE-SERVICES")!.texts).toEqual(["-A KUBE-SERVICES -j RETURN"]);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([{ at: { line: lines(text) } }]);
  });
});

test("comments that name a table or a tool stay among all others", () => {
  const text = flood("# told.\n") + "# Table `nat' is incompatible, use 'nft' tool.\n" + flood("# told.\n");
  const { diagnostics } = readCaptures([sourceFromText("node.txt", text)]);
  expect(diagnostics).toMatchObject([{ code: "capture-refused", at: { line: MANY / 8 + 2 } }]);
});

test("a line of any length is held as far as its readers look", () => {
  const { bytes } = leaveOutBlanks(Array.from({ length: 18 }, () => new Uint8Array(1 << 20).fill(65)));
  expect(bytes.length).toBe(17 << 20);
});

test("any lines in pieces of any size: what stays has the numbers it had, and only what says nothing is gone", () => {
  const line = fc.constantFrom("", "  ", "# told.", "# Table: nat", "-A X", "   y");
  const runs = fc.array(fc.tuple(line, fc.integer({ min: 1, max: 40 })), { maxLength: 20 });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 60 }), fc.boolean(), (made, size, isOpen) => {
      const all = made.flatMap(([text, count]) => Array.from({ length: count }, () => text));
      const text = all.join("\n") + (isOpen ? "" : "\n");
      const whole = new TextEncoder().encode(text);
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.slice(i * size, (i + 1) * size),
      );
      const { bytes, leftOut } = leaveOutBlanks(pieces);
      const left = new TextDecoder().decode(bytes);
      const numbers = new LineNumbers(leftOut);
      const numbered = left.split("\n").map((own) => [numbers.next(), own] as const);
      if (left.endsWith("\n")) numbered.pop();
      for (const [number, own] of numbered) expect(own).toBe(text.split("\n")[number - 1]);
      const gone = text.split("\n").filter((_, i) => !numbered.some(([number]) => number === i + 1));
      expect(gone.filter((own) => !/^\s*(#(?! Table).*)?$/.test(own))).toEqual([]);
    }),
  );
});
