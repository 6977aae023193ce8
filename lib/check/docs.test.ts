import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { CONFIG_FIELDS, type ConfigField } from "./config-fields.js";
import { readConfig } from "./read-config.js";

const FILE = new URL("../../docs/check.md", import.meta.url);

function table(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = Object.entries<ConfigField>(CONFIG_FIELDS).map(([name, { type, describe: words, allowed }]) => {
    const values = allowed
      ? allowed.map((word) => `\`${word}\``).join(", ")
      : { text: "text", list: "list", flag: "true or false" }[type];
    return `| \`${name}\` | ${cell(values)} | ${cell(words)} |`;
  });
  return ["| field | values | meaning |", "|---|---|---|", "| `name` | text | Unique. |", ...rows].join("\n");
}

describe("docs/check.md", () => {
  test("has the table of fields", () => {
    const text = readFileSync(FILE, "utf8");
    const wanted = text.replace(
      /(<!-- fields -->\n)[^]*?(<!-- \/fields -->)/,
      (_all, start: string, end: string) => `${start}\n${table()}\n\n${end}`,
    );
    if (process.env["UPDATE_GOLDEN"] && !process.env["CI"]) writeFileSync(FILE, wanted);
    const lines = (markdown: string) =>
      markdown
        .replace(/[ -]{2,}/g, " ")
        .split("\n")
        .filter((line) => line.startsWith("| `"));
    expect(lines(readFileSync(FILE, "utf8"))).toEqual(lines(wanted));
  });

  test("shows configurations that can be used", () => {
    const blocks = [...readFileSync(FILE, "utf8").matchAll(/```yaml\n([^]*?)```/g)].map((m) => m[1]!);
    const configs = blocks.filter((block) => /^cases:/m.test(block));
    expect(configs).toHaveLength(3);
    for (const block of configs) expect(readConfig(sourceFromText("svcrules.yaml", block)).diagnostics).toEqual([]);
  });
});
