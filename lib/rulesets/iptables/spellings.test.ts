/** One rule, three spellings, as the real iptables wrote them. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { IPFamily } from "../../net/ip.js";
import { MATCH_FORMS } from "./matches/index.js";
import { normalizeRule } from "./normalize.js";
import { listingColumns, parseListedRule } from "./parse-listing.js";
import { parseRule, type ParsedRule } from "./parse-rule.js";
import { printRuleRestore } from "./print-restore.js";
import { printRuleSave } from "./print-save.js";
import { TARGET_FORMS } from "./targets/index.js";
import type { Rule } from "./types.js";

const rows = readFileSync(new URL("../../../golden/iptables/spellings.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [table, family, written, saved, listed] = line.split("\t") as [string, IPFamily, string, string, string];
    return { table, family, written, saved, listed };
  });

const columns = listingColumns(" pkts bytes target     prot opt in     out     source               destination")!;
const isChain = (name: string) => name === "A" || name === "B";
const ruleOf = (parsed: ParsedRule): Rule => {
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.rule;
};

describe("a rule as written, as saved and as listed", () => {
  test.each(rows)("$written", ({ family, written, saved, listed }) => {
    const fromSave = ruleOf(parseRule(saved, isChain));
    expect(printRuleSave(fromSave, family)).toBe(saved);
    const normal = normalizeRule(fromSave, family);
    expect(printRuleSave(normal, family)).toBe(saved);
    expect(normalizeRule(normal, family)).toEqual(normal);
    expect(normalizeRule(ruleOf(parseRule(printRuleRestore(fromSave), isChain)), family)).toEqual(normal);
    if (!/--syn|icmp-type|hitcount/.test(written) && !saved.includes("CONNMARK"))
      expect(printRuleSave(normalizeRule(ruleOf(parseRule(written, isChain)), family), family)).toBe(saved);
    // Words of modules that are not known stay as they are listed.
    const rule = normalizeRule(ruleOf(parseListedRule(listed, "A", columns, isChain)), family);
    const known = (r: Rule) => r.target.kind !== "unknown" && !r.clauses.some((clause) => clause.kind === "unknown");
    if (known(rule)) expect(rule).toEqual(normal);
    else expect(saved).toMatch(/nth|limit|icmp|physdev-in|LOG|CONNMARK|REDIRECT|hitcount|ctproto/);
  });
});

test("the spellings show every match and target but those the recording kernel lacks", () => {
  const seen = new Set<string>();
  for (const { saved } of rows) {
    const rule = ruleOf(parseRule(saved, isChain));
    for (const clause of rule.clauses) seen.add(`match ${clause.kind}`);
    seen.add(`target ${rule.target.kind}`);
  }
  const all = [
    ...Object.keys(MATCH_FORMS).map((kind) => `match ${kind}`),
    ...Object.keys(TARGET_FORMS).map((kind) => `target ${kind}`),
  ];
  expect(all.filter((kind) => !seen.has(kind))).toEqual(["match nfacct", "match ipvs"]);
});

test("nfacct has two spaces before its name in iptables-save's spelling", () => {
  const saved =
    "-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP";
  expect(printRuleSave(ruleOf(parseRule(saved)), "IPv4")).toBe(saved);
});

test("ipvs has its protocol first and as a number in iptables-save's spelling", () => {
  const written = "-A C -s 203.0.113.1 -m ipvs --vaddr 203.0.113.1 --vproto tcp --vport 80 -j DROP";
  const rule = ruleOf(parseRule(written));
  expect(printRuleRestore(rule)).toBe(written);
  const saved = "-A C -s 203.0.113.1/32 -m ipvs --vproto 6 --vaddr 203.0.113.1 --vport 80 -j DROP";
  expect(printRuleSave(rule, "IPv4")).toBe(saved);
  expect(normalizeRule(ruleOf(parseRule(saved)), "IPv4")).toEqual(normalizeRule(rule, "IPv4"));
});
