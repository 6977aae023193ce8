/** Fields of several bits, and chains of several devices, in both forms of a listing. */
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { tellNftForm } from "./capture.js";
import { parseNftList } from "./parse-list.js";
import { matchFromJSON, printMatch } from "./statements/match.js";
import { parseRuleBody } from "./parse-rule.js";
import { addWords, emptyWords } from "./tokens.js";

function operatorOf(rule: string): string | undefined {
  const words = emptyWords();
  addWords(words, rule);
  const [match] = parseRuleBody(words.words).statements;
  return match?.kind === "match" ? match.operator : undefined;
}

describe("a plain flag asks for its own bit only", () => {
  test.each([
    ["tcp flags syn drop", "=="],
    ["tcp flags syn,ack drop", "=="],
    ["tcp flags == syn drop", "exactly"],
    ["tcp flags { syn, ack } drop", "exactly"],
    ["tcp flags ! syn drop", "!"],
    ["ct status dnat drop", "=="],
    ["ct status == dnat drop", "exactly"],
    ["ct state new drop", "=="],
    ["ct state == new drop", "=="],
    ["ct state { established, new } drop", "=="],
  ])("%s", (rule, operator) => {
    expect(operatorOf(rule)).toBe(operator);
  });

  test("JSON says in or ==", () => {
    const json = (op: string) =>
      matchFromJSON({ op, left: { payload: { protocol: "tcp", field: "flags" } }, right: "syn" })!;
    expect(json("in")).toMatchObject({ operator: "==" });
    expect(json("==")).toMatchObject({ operator: "exactly" });
    expect(printMatch(json("=="))).toBe("tcp flags == syn");
    expect(printMatch(json("in"))).toBe("tcp flags syn");
  });
});

test("a chain of several devices is a base chain", () => {
  const { tables, diagnostics } = parseNftList(
    sourceFromText(
      "n",
      "table netdev n {\n\tchain b {\n\t\ttype filter hook ingress devices = { d0, lo } priority filter; policy drop;\n\t}\n}\n",
    ),
    true,
  );
  expect(diagnostics).toEqual([]);
  expect(tables[0]!.chains[0]!.base).toEqual({ type: "filter", hook: "ingress", priority: 0, policy: "drop" });
});

test("the form is told behind any number of blank lines", () => {
  expect(tellNftForm(`${"\n".repeat(65_000)}table ip kube-proxy {`)).toBe("list");
  expect(tellNftForm(`${"\n \t".repeat(20_000)}{ "nftables": [`)).toBe("json");
  expect(tellNftForm("\n".repeat(65_000))).toBeUndefined();
});
