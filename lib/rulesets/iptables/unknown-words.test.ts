/** Rows and rules with words that are not known: rules with an unknown match or target, never left out. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { parseIptables } from "./parse.js";
import { parseRule } from "./parse-rule.js";
import { printRuleSave } from "./print-save.js";

const HEADING = " pkts bytes target     prot opt in     out     source               destination         ";
const listed = (row: string, heading = HEADING) => {
  const { rulesets, diagnostics } = parseIptables([
    sourceFromText("L.txt", `Table: filter\nChain INPUT (policy ACCEPT)\n${heading}\n${row}\n`),
  ]);
  return { rules: rulesets[0]?.tables[0]?.rules ?? [], codes: diagnostics.map(({ code }) => code) };
};
const kinds = (row: string) => {
  const { rules, codes } = listed(row);
  expect(codes).toEqual([]);
  return rules.map(({ clauses, target }) => [...clauses.map(({ kind }) => kind), target.kind].join(" "));
};
const ROW = "    0     0 %    0    --  *      *       0.0.0.0/0            0.0.0.0/0            ";
const row = (target: string, words: string) => ROW.replace("%", target) + words;

describe("rows of a listing", () => {
  test.each([
    ["ACCEPT", "state NEW", "unknown accept"],
    ["DROP", "limit: avg 3/min burst 5", "unknown drop"],
    ["LOG", 'LOG flags 0 level 4 prefix "hey "', "unknown unknown"],
    ["REDIRECT", "redir ports 8080", "unknown"],
    ["REJECT", "#conn src/32 > 5 reject-with icmp-port-unreachable", "unknown reject"],
    ["DROP", 'STRING match  "a tcp dpt:80 b" ALGO name bm', "unknown drop"],
  ])("%s with %s is a rule", (target, words, expected) => {
    expect(kinds(row(target, words))).toEqual([expected]);
  });

  test("a known word inside words that are not known is no match of its own", () => {
    const { rules } = listed(row("DROP", 'STRING match  "x mark match 0x1 y"'));
    expect(rules[0]!.clauses).toEqual([
      { kind: "unknown", module: "listed", tokens: ["--words", expect.stringContaining("mark match 0x1")] },
    ]);
  });

  test("names in place of numbers are an error that asks for -n", () => {
    expect(listed(row("ACCEPT", "tcp dpt:http").replace(" 0    --", " tcp  --")).codes).toEqual(["capture-names"]);
    expect(listed(row("ACCEPT", "").replace("0.0.0.0/0 ", "localhost/8 ")).codes).toEqual(["capture-names"]);
    expect(listed(row("ACCEPT", "").replaceAll("0.0.0.0/0", "anywhere")).codes).toEqual([]);
  });

  test("a listing without -v has rules of which the interfaces are not known, said once", () => {
    const heading = "target     prot opt source               destination         ";
    const { rules, codes } = listed(
      "DROP       0    --  0.0.0.0/0            0.0.0.0/0           \nKUBE-SERVICES  0    --  0.0.0.0/0            0.0.0.0/0           ",
      heading,
    );
    expect(codes).toEqual(["capture-without-interfaces"]);
    expect(rules.map(({ clauses }) => clauses.length)).toEqual([1, 0]);
  });

  test("a negated protocol stays negated", () => {
    const { rules } = listed(row("DROP", "").replace(" 0    --", " !6    --"));
    expect(printRuleSave(rules[0]!, "IPv4")).toBe("-A INPUT ! -p tcp -j DROP");
  });
});

describe("rules as iptables-save prints them", () => {
  test.each([
    "-A INPUT -m policy --dir in --pol ipsec --proto esp -j DROP",
    "-A INPUT -p tcp -m policy --dir in --pol ipsec --proto esp -j DROP",
    "-A INPUT -m policy --dir in --pol ipsec --strict --proto esp --mode tunnel --next --proto ah -j DROP",
    "-A INPUT ! -p tcp -m tcp --dport 80 -j DROP",
    "-A INPUT ! -p udp -j DROP",
    "-A INPUT -m ipvs --vaddr 10.0.0.5/8 -j DROP",
    '-A INPUT -m listed --words "state NEW" -j ACCEPT',
  ])("%s comes back as it is", (line) => {
    const parsed = parseRule(line);
    expect("rule" in parsed && printRuleSave(parsed.rule, "IPv4")).toBe(line);
  });

  test("--proto without an open match is the header's", () => {
    const parsed = parseRule("-A INPUT --proto udp -j DROP");
    expect("rule" in parsed && printRuleSave(parsed.rule, "IPv4")).toBe("-A INPUT -p udp -j DROP");
  });
});
