import { expect, test } from "@jest/globals";
import { parseRuleBody } from "../../rulesets/nftables/parse-rule.js";
import { addWords, emptyWords } from "../../rulesets/nftables/tokens.js";
import { meetFlags } from "./meet-flags.js";

const field = { payload: { protocol: "tcp", field: "flags" } };
const json = (op: string, mask: unknown, right: unknown) =>
  JSON.stringify({ match: { op, left: { "&": [field, mask] }, right } });

/** What nft 0.9 to 1.1 list, with and without -n, and in JSON. */
test.each([
  ["tcp flags syn / fin,syn,rst,ack", "yes"],
  ["tcp flags == syn / fin, syn, rst, ack", "yes"],
  ["tcp flags 0x2 / 0x17", "yes"],
  ["tcp flags & (fin | syn | rst | ack) == syn", "yes"],
  ["tcp flags & (fin|syn|rst|ack) == 0x2", "yes"],
  ["tcp flags & syn == syn", "yes"],
  ["tcp flags & (fin | rst) == 0x0", "yes"],
  ["tcp flags != fin,syn / fin,syn", "yes"],
  ["tcp flags fin,syn / fin,syn", "no"],
  ["tcp flags & (fin | syn) == fin | syn", "no"],
  ["tcp flags & (syn | rst) == syn | rst", "no"],
  ["tcp flags & (fin|syn|rst|psh|ack|urg) == 0x0", "no"],
  ["tcp flags != syn / fin,syn,rst,ack", "no"],
  ["tcp flags & (fin | syn | rst | ack) != syn", "no"],
  ["tcp flags ack / syn,ack", "no"],
  ["tcp flags syn / fin,syn,ecn,cwr", "maybe"],
])("%s: %s", (text, holds) => {
  const words = emptyWords();
  addWords(words, `${text} tcp dport 80 drop`);
  const { statements } = parseRuleBody(words.words);
  expect(statements.map(({ kind }) => kind)).toEqual(["unknown", "match", "verdict"]);
  const [first] = statements;
  const own = first?.kind === "unknown" ? first.text : "";
  expect(meetFlags(own, { protocol: "tcp" })?.holds).toBe(holds);
  expect(meetFlags(own, { protocol: "udp" })?.holds).toBe("no");
});

test.each([
  [json("==", ["fin", "syn", "rst", "ack"], "syn"), "yes"],
  [json("==", { "|": [{ "|": ["fin", "syn"] }, "rst"] }, "syn"), "yes"],
  [json("==", ["fin", "syn"], ["fin", "syn"]), "no"],
  [json("==", ["fin", "syn"], { "|": ["fin", "syn"] }), "no"],
  [json("!=", 23, 2), "no"],
  [json("==", ["fin", "syn", "cwr"], "syn"), "maybe"],
  [json("==", ["fin", "syn"], "@named"), "maybe"],
  [json("==", ["fin", { set: ["syn"] }], "syn"), "maybe"],
  [json("<", ["fin", "syn"], "syn"), undefined],
  ['{"counter":null}', undefined],
  ["tcp flags whatever", undefined],
])("of nft's JSON, %s: %s", (text, holds) => {
  expect(meetFlags(text, { protocol: "tcp" })?.holds).toBe(holds);
});
