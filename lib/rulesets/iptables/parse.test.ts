/** Reads every recorded text and prints it again. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { normalizeRule } from "./normalize.js";
import { parseRule } from "./parse-rule.js";
import { parseIptables } from "./parse.js";
import { printRuleRestore } from "./print-restore.js";
import { printRuleSave } from "./print-save.js";

const golden = fileURLToPath(new URL("../../../golden/kube-proxy/", import.meta.url));
const rootFiles = (folder: string, pattern: RegExp) =>
  readdirSync(join(golden, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(golden, folder, name), "utf8") }));

const sinceOf = (name: string) => Number(/since-1\.(\d+)\.txt$/.exec(name)![1]);
const ruleLines = (text: string) => text.split("\n").filter((line) => line.startsWith("-A "));

describe("what iptables-save printed", () => {
  const files = rootFiles("expected", /iptables-save/);
  test("there are recorded texts", () => expect(files.length).toBeGreaterThan(60));
  test.each(files)("is printed again from the tree: $name", ({ text }) => {
    const { rulesets, diagnostics } = parseIptables([sourceFromText("save.txt", text)]);
    expect(diagnostics).toEqual([]);
    expect(rulesets).toHaveLength(1);
    const [ruleset] = rulesets;
    const family = ruleset!.family === "IPv6" ? "IPv6" : "IPv4";
    const lines = text.split("\n");
    for (const table of ruleset!.tables)
      for (const rule of table.rules) {
        expect(printRuleSave(rule, family)).toBe(lines[rule.at!.line - 1]);
        expect(printRuleSave(normalizeRule(rule, family), family)).toBe(lines[rule.at!.line - 1]);
      }
    expect(ruleset!.tables.flatMap((table) => table.rules)).toHaveLength(ruleLines(text).length);
  });
});

describe("what kube-proxy wrote", () => {
  const files = rootFiles("expected", /iptables-restore/);
  test.each(files)("is printed again from the tree: $name", ({ text }) => {
    for (const line of ruleLines(text)) {
      const parsed = parseRule(line);
      if ("problem" in parsed) throw new Error(`${parsed.problem}: ${line}`);
      expect(printRuleRestore(parsed.rule)).toBe(line);
    }
  });

  const saves = rootFiles("expected", /iptables-save/);
  test.each(saves)("has, in iptables-save's spelling, the lines that the kernel held: $name", ({ name, text }) => {
    const folder = name.replace(/[^/]*$/, "");
    const family = text.includes("icmp6") || / -d \S*:\S*:/.test(text) ? "IPv6" : "IPv4";
    // The newest text of a release that is not after the one on the kernel.
    const restore = files.filter((file) => file.name.startsWith(folder) && sinceOf(file.name) <= sinceOf(name)).at(-1)!;
    const held = new Set(ruleLines(text));
    for (const line of ruleLines(restore.text)) {
      const parsed = parseRule(line);
      if ("problem" in parsed) throw new Error(parsed.problem);
      expect(held).toContain(printRuleSave(parsed.rule, family));
    }
  });
});

describe("what was read on nodes", () => {
  const files = rootFiles("nodes", /(node|iptables-save)\.txt$/).filter(({ text }) => !text.startsWith("table ip"));
  test.each(files)("is read without complaint, comes out as iptables-save prints it: $name", ({ text }) => {
    const { rulesets, diagnostics } = parseIptables([sourceFromText("node.txt", text)]);
    expect(diagnostics).toEqual([]);
    const lines = text.split("\n");
    let rules = 0;
    for (const ruleset of rulesets)
      for (const rule of ruleset.tables.flatMap((table) => table.rules)) {
        rules++;
        const line = lines[rule.at!.line - 1]!.replace(/^\[\d+:\d+\] /, "");
        // One recorded line was quoted by hand where iptables-save leaves the quotes out.
        const spelled = line.replace('--comment "old"', "--comment old");
        if (line.startsWith("-A ")) expect(printRuleSave(rule, "IPv4")).toBe(spelled);
        else expect(rule.clauses.some((clause) => clause.kind === "unknown")).toBe(false);
      }
    expect(rules).toBeGreaterThan(5);
  });
});

test("a quoted ! is no name, since without its quotes it negates", () => {
  expect(parseRule(`-A KUBE-SERVICES -m "!" --mark 0x1 -j ACCEPT`)).toHaveProperty("problem");
});

test("an IPv6 address among rules of IPv4 stays one address", () => {
  const parsed = parseRule("-A KUBE-SERVICES -s fd00::1 -j ACCEPT");
  if ("problem" in parsed) throw new Error(parsed.problem);
  expect(printRuleSave(parsed.rule, "IPv4")).toBe("-A KUBE-SERVICES -s fd00::1/128 -j ACCEPT");
});

test("a value that needs its quotes keeps them", () => {
  const line = String.raw`-A KUBE-SERVICES -m addrtype --dst-type "LO\"CAL" -j ACCEPT`;
  const parsed = parseRule(line);
  if ("problem" in parsed) throw new Error(parsed.problem);
  expect(parsed.rule.clauses.map(({ kind }) => kind)).toEqual(["unknown"]);
  expect(printRuleSave(parsed.rule, "IPv4")).toBe(line);
});

test.each([`-A "KUBE SERVICES" -j ACCEPT`, `-A "" -j ACCEPT`])("no chain has such a name: %s", (line) => {
  expect(parseRule(line)).toEqual({ problem: "the name of a chain has no blanks or quotes" });
});
