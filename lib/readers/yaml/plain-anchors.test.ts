/** Documents with anchors, aliases, merge keys and brackets over lines: the fast parser has the whole grammar's value, or none. */
import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { NOT_PLAIN } from "./not-plain.js";
import { parseAnyYAML } from "./parse-any.js";
import { parsePlainYAML } from "./parse-plain.js";

const runs = fuzzRuns(1000);

/** Which parts of a value are one object, by their paths in order. */
function sharedParts(value: unknown): string[] {
  const first = new Map<object, string>();
  const found: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    const known = first.get(node);
    if (known !== undefined) return void found.push(`${path} is ${known}`);
    first.set(node, path);
    for (const [key, inner] of Object.entries(node)) walk(inner, `${path}/${key}`);
  };
  walk(value, "");
  return found;
}

/** True where the fast parser answers; then it has the fields in the same order, and shares the same parts. */
function agrees(text: string): boolean {
  const plain = parsePlainYAML(text, Buffer.from(text));
  if (plain === NOT_PLAIN) return false;
  const full = parseAnyYAML(text);
  if ("error" in full) throw new Error(`refused by the whole grammar: ${full.error.message}\n${text}`);
  expect(full.warnings).toEqual([]);
  const values = full.values.length === 0 ? [null] : full.values;
  expect([plain]).toEqual(values);
  expect(JSON.stringify([plain])).toBe(JSON.stringify(values));
  expect(sharedParts(plain)).toEqual(sharedParts(values[0]));
  return true;
}

type Draw = <T>(...choices: readonly T[]) => T;

const NAMES = ["x", "x", "y", "Z-1_"];
const anchor = (draw: Draw) => draw("", "", "", ...NAMES.map((name) => `&${name} `));
const alias = (draw: Draw) => `*${draw(...NAMES)}`;
const scalar = (draw: Draw) => draw("web", "80", "yes", '"a: b"', "'q'", "~", "a b", "");

/** What stands between two things in brackets. */
function gap(draw: Draw, indent: string): string {
  return draw("", " ", " ", `\n${indent}`, `\n${indent}  `, ` # c\n${indent} `, "\n\n", `\n# c\n${indent}`);
}

function flow(draw: Draw, indent: string, depth: number): string {
  const kind = draw("scalar", "alias", "list", "map", "map");
  if (kind === "scalar" || depth > 2) return anchor(draw) + scalar(draw);
  if (kind === "alias") return draw("", "", "", "&y ") + alias(draw);
  const inner = () => flow(draw, indent, depth + 1);
  const key = () => draw("a", "b", "c", "d", '"e"', "<<", "<<", "&x f", "-g", "---");
  const pair = () => `${key()}:${draw(" ", " ", `\n${indent} `, "")}${inner()}`;
  const parts = Array.from({ length: draw(0, 1, 2, 3) }, kind === "list" ? draw(inner, inner, pair) : pair);
  const inside = parts.map((part) => part + gap(draw, indent)).join(`,${gap(draw, indent)}`) + draw("", "", ",", ", ");
  const [open, close] = kind === "list" ? "[]" : "{}";
  return anchor(draw) + open + gap(draw, indent) + inside + gap(draw, indent) + close;
}

/** What stands behind `key:` or `-`, with its line end. */
function after(draw: Draw, indent: string, depth: number): string {
  const end = draw("\n", "\n", " # c\n", "\n\n", `\n${indent}# c\n`);
  const kind = draw("scalar", "alias", "alias", "flow", "nested", "nested", "nested", "literal", "lines");
  if (kind === "alias") return ` ${draw("", "", "", "&y ", "&y")}${alias(draw)}${end}`;
  if (kind === "flow") return ` ${flow(draw, indent, 0)}${end}`;
  if (kind === "literal") return ` ${anchor(draw)}|\n${indent}  text *x\n`;
  if (kind === "lines") return ` ${anchor(draw)}one\n${indent}  ${draw("two", "*x", "&x two")}${end}`;
  if (kind === "scalar" || depth > 3) return ` ${anchor(draw)}${scalar(draw)}${end}`;
  return ` ${anchor(draw).trimEnd()}${end}${block(draw, indent + draw("  ", "  ", " ", ""), depth + 1)}`;
}

function block(draw: Draw, indent: string, depth: number): string {
  const isList = draw(true, false, false);
  const key = () => draw("a", "b", "c", "d", '"e"', "1", "<<", "<<", "<<", "&x f", "*x", '"<<"', "__proto__");
  const start = () => (isList ? draw("-", "-", "-", "- -", "- &x a:", "- k:", "- <<:") : `${key()}:`);
  return Array.from({ length: draw(1, 2, 3, 4) }, () => `${indent}${start()}${after(draw, indent, depth)}`).join("");
}

/** Half of the documents define `x`, `y` and `Z-1_` first, so that their aliases mostly mean something. */
const BASE = "base: &x {a: 1, b: &y {c: 2, d: 3}}\nmore: &Z-1_\n- *y\n- *x\n";

function write(choices: readonly number[]): string {
  let next = 0;
  const draw: Draw = (...of) => of[choices[next++ % choices.length]! % of.length]!;
  const start = draw("", BASE, BASE);
  return start + block(draw, "", 0);
}

const documents = fc.array(fc.nat(9999), { minLength: 8, maxLength: 80 }).map(write);

/** Documents that are right: an alias stands behind what it means, and keys differ. */
function writeRight(choices: readonly number[]): string {
  let next = 0;
  let count = 0;
  const draw: Draw = (...of) => of[choices[next++ % choices.length]! % of.length]!;
  const [known, maps]: string[][] = [[], []];
  const value = (indent: string, depth: number): string => {
    const kind = draw("scalar", "alias", "map", "map", "list", "flow");
    if (kind === "alias" && known!.length > 0) return ` *${draw(...known!)}\n`;
    if (kind === "flow") return ` [a,\n${indent}  {b: c, d: [1,\n${indent}2]}, # c\n${indent}]\n`;
    if (kind === "scalar" || kind === "alias" || depth > 4) return ` ${draw("a", "1", "'b c'")}\n`;
    const name = draw("", `o${count++}`);
    const inside = (kind === "map" ? fields : items)(`${indent}  `, depth + 1);
    if (name) (kind === "map" ? maps : known)!.push(name);
    return ` ${name && `&${name}`}\n${inside}`;
  };
  const merge = (indent: string) =>
    maps!.length > 0 ? draw("", `${indent}<<: *${draw(...maps!)}\n`, `${indent}<<: [*${draw(...maps!)}]\n`) : "";
  const fields = (indent: string, depth: number): string => {
    const field = () => `${indent}k${count++}:${value(indent, depth)}`;
    return draw("", "", `${indent}same: 1\n`) + merge(indent) + field() + merge(indent) + field();
  };
  const items = (indent: string, depth: number) =>
    Array.from({ length: draw(1, 2, 3) }, () => `${indent}-${value(indent, depth)}`).join("");
  return fields("", 0) + fields("", 0).replace(/^same/m, "other");
}

const rightDocuments = fc.array(fc.nat(9999), { minLength: 8, maxLength: 80 }).map(writeRight);

/** Documents of one line each, and whether the fast parser answers. */
const CASES: readonly (readonly [text: string, value: unknown])[] = [
  ["a: &x 1\nb: *x\nc: *x # c\n", { a: 1, b: 1, c: 1 }],
  ["a: &x\nb: *x\n", { a: null, b: null }],
  ["a: &x\n- 1\nb: *x\n", { a: [1], b: [1] }],
  ["- &x\n  a: 1\n- &y\n- <<: *x\n  a: 2\n- [*x, *y]\n", [{ a: 1 }, null, { a: 2 }, [{ a: 1 }, null]]],
  ["a: &x one\n  two\nb: *x\n", { a: "one two", b: "one two" }],
  ["a: &x |\n  one\nb: *x\n", { a: "one\n", b: "one\n" }],
  ["a: &x 1\nb: &x 2\nc: *x\n", { a: 1, b: 2, c: 2 }],
  ["a: &x [&x 1]\nb: *x\n", { a: [1], b: 1 }],
  ["<<: {a: 1, b: 2}\nb: 3\n", { a: 1, b: 3 }],
  ["a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x, b: 4}\n", { a: { b: 1, c: 2 }, d: { c: 3, b: 4 } }],
  ["a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n", { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } }],
  ["a: [\n  b,\n  # c\n  {c:\n    d},\n]\ne: f\n", { a: ["b", { c: "d" }], e: "f" }],
  ["a: {\n}\nb: [\n\n]\n", { a: {}, b: [] }],
  // What is left to the whole grammar: errors, and what is seldom.
  ["a: *x\nb: &x 1\n", NOT_PLAIN],
  ["a: &x [*x]\n", NOT_PLAIN],
  ["a: &x {b: *x}\n", NOT_PLAIN],
  ["a: &x 1\nb: &x [*x]\n", NOT_PLAIN],
  ["a: &x {b: 1}\n<<: *x\nb: 2\nb: 3\n", NOT_PLAIN],
  ["b: 1\n<<: {b: 2}\nb: 3\n", NOT_PLAIN],
  ["<<: 1\n", NOT_PLAIN],
  ["<<: [{a: 1}, [b]]\n", NOT_PLAIN],
  ["<<:\n", NOT_PLAIN],
  ["a: &x &y 1\n", NOT_PLAIN],
  ["a: &x 1\nb: &y *x\n", NOT_PLAIN],
  ["a: &x 1\nb: *x c\n", NOT_PLAIN],
  ["a: &x 1\nb: *x\n  c\n", NOT_PLAIN],
  ["a: & 1\n", NOT_PLAIN],
  ["a: &é 1\n", NOT_PLAIN],
  ["a: &x- 1\nb: *x\n", NOT_PLAIN],
  ["&x a: 1\n*x : 2\n", NOT_PLAIN],
  ["- &x a: 1\n", NOT_PLAIN],
  ["- &x - 1\n", NOT_PLAIN],
  ["a: &x !!str 1\n", NOT_PLAIN],
  ["a: [b\n  c]\n", NOT_PLAIN],
  ["a: {b\n  : c}\n", NOT_PLAIN],
  ["a: [\n---\n]\n", NOT_PLAIN],
  ["a: [b,\n---,\n]\n", NOT_PLAIN],
  ["a: [b,\n...\n]\n", NOT_PLAIN],
  ["a: [b,#c\n]\n", NOT_PLAIN],
  ["a: [b,,]\n", NOT_PLAIN],
  ["a: [,]\n", NOT_PLAIN],
  ["a: [b,\n", NOT_PLAIN],
  ["a: [b\n]: c\n", NOT_PLAIN],
  ["a: [b\n] c\n", NOT_PLAIN],
  ["a: [b\n]\n  c: d\n", NOT_PLAIN],
];

/** An anchor of ten aliases of the one before, and so on. */
function bomb(levels: number): string {
  const line = (i: number) =>
    `l${i}: &l${i} [${Array(10)
      .fill(`*l${i - 1}`)
      .join(", ")}]\n`;
  return `l0: &l0 [a]\n${Array.from({ length: levels }, (_, i) => line(i + 1)).join("")}`;
}

describe("anchors, aliases and merge keys", () => {
  test.each(CASES)("%j", (text, value) => {
    expect(parsePlainYAML(text, Buffer.from(text))).toEqual(value);
    expect(agrees(text)).toBe(value !== NOT_PLAIN);
  });

  test("are left to the whole grammar, which refuses, where they blow a document up", () => {
    expect(agrees(bomb(4))).toBe(true);
    expect(agrees(bomb(9))).toBe(false);
    expect(parseAnyYAML(bomb(9))).toMatchObject({ error: { code: "alias-bomb" } });
    const merges = `a: &a {${Array.from({ length: 100 }, (_, i) => `k${i}: 1`).join(", ")}}\n${"- {<<: *a}\n".repeat(100).replace("-", "b:\n-")}`;
    expect(agrees(merges)).toBe(false);
    expect(parseAnyYAML(merges)).toMatchObject({ error: { code: "invalid-yaml" } });
  });

  test("are refused where they nest values deeper than any object is", () => {
    const chain = (length: number) =>
      `${length}: &a${length} [x]\n${Array.from({ length }, (_, i) => length - 1 - i)
        .map((i) => `${i}: &a${i} [*a${i + 1}]\n`)
        .join("")}`;
    expect(agrees(chain(100))).toBe(true);
    for (const length of [1100, 12_000]) {
      expect(parsePlainYAML(chain(length))).toBe(NOT_PLAIN);
      expect(parseAnyYAML(chain(length))).toMatchObject({ error: { code: "alias-bomb" } });
    }
  });

  test("have one value by the fast parser and by the whole grammar", () => {
    let answered = 0;
    fc.assert(
      fc.property(documents, (text) => {
        if (agrees(text)) answered++;
      }),
      { numRuns: runs * 10 },
    );
    expect(answered).toBeGreaterThan(runs / 5);
  });

  test("are mostly answered by the fast parser where they mean something", () => {
    let answered = 0;
    fc.assert(
      fc.property(rightDocuments, (text) => {
        if (agrees(text)) answered++;
      }),
      { numRuns: runs },
    );
    expect(answered / runs).toBeGreaterThan(0.9);
  });
});
