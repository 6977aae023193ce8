import { describe, expect, test } from "@jest/globals";
import { load } from "js-yaml";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { parseAnyYAML } from "./parse-any.js";
import { parseYAMLDocument } from "./parse-document.js";
import { NOT_PLAIN } from "./not-plain.js";
import { parsePlainYAML } from "./parse-plain.js";
import { resolvePlainScalar } from "./plain-scalar.js";
import { KUBECTL_SCHEMA } from "./schema.js";

const runs = fuzzRuns(1000);

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Draws numbers below a limit, one after the other, from a generated list. */
type Draw = (limit: number) => number;

const texts = fc.oneof(
  fc.constantFrom("web", "a b", "yes", "1.10", "", "a: b", "x #y", "- z", "'q'", '"', "\\", "é", "\u{1f553}", "{a}"),
  fc.constantFrom("line\n", "one\ntwo\n", "one\n\n  two\nthree", "\nfirst", "tab\there", "end\n\n", "\u2028", "\x85"),
  fc.string({ maxLength: 12 }),
);
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("name", "a b", "on", "x:y", "1", 'q"', "é"), tie("value"), {
      maxKeys: 3,
    }) as fc.Arbitrary<Value>,
  ),
}));

const escapes = (text: string, draw: Draw) =>
  [...text]
    .map((c) => {
      const code = c.codePointAt(0)!;
      if (c === '"' || c === "\\") return `\\${c}`;
      if (c === "\n") return "\\n";
      if (code >= 0x20 && code < 0x7f && draw(6) > 0) return c;
      if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
      const units = c.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return draw(2) === 0 ? units.join("") : `\\U${code.toString(16).padStart(8, "0")}`;
    })
    .join("");

const isSimple = (text: string) => /^[a-z][a-z.]*(?: [a-z]+)*$/.test(text) && resolvePlainScalar(text) === text;

function writeText(text: string, draw: Draw, column: number, inFlow: boolean): string {
  const styles: (() => string)[] = [() => `"${escapes(text, draw)}"`];
  if (/^[ -~é]*$/.test(text)) styles.push(() => `'${text.replaceAll("'", "''")}'`);
  if (isSimple(text)) styles.push(() => text);
  if (isSimple(text)) styles.push(() => text.replace(" ", `\n${" ".repeat(column + 1 + draw(3))}`));
  const isBlock = !inFlow && /^[ -~é\n]*$/.test(text) && /[^\n ]/.test(text);
  if (isBlock) styles.push(() => writeLiteral(text, draw, column));
  return styles[draw(styles.length)]!();
}

function writeLiteral(text: string, draw: Draw, column: number): string {
  const body = text.replace(/\n+$/, "");
  const ends = text.length - body.length;
  const chomping = ends === 0 ? "-" : ends === 1 ? "" : "+";
  const depth = 1 + draw(3);
  const indent = " ".repeat(column + depth);
  const lines = body.split("\n").map((line) => (line === "" ? "" : indent + line));
  const blanks = "\n".repeat(Math.max(0, ends - 1));
  const isTold = /^[\n ]/.test(body) || draw(3) === 0;
  return `|${isTold ? depth : ""}${chomping}\n${lines.join("\n")}${blanks}`;
}

function writeScalar(value: Value, draw: Draw, column: number, inFlow: boolean): string {
  return typeof value === "string" ? writeText(value, draw, column, inFlow) : JSON.stringify(value);
}

const isCollection = (value: Value): value is Value[] | { [key: string]: Value } =>
  typeof value === "object" && value !== null;

function writeFlow(value: Value, draw: Draw, column: number): string {
  if (!isCollection(value)) return writeScalar(value, draw, column, true);
  const gap = ["", " ", "\n", "\n   ", " # c\n"][draw(5)]!;
  const parts = Array.isArray(value)
    ? value.map((item) => writeFlow(item, draw, column))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${writeFlow(item, draw, column)}`);
  const last = parts.length > 0 && draw(4) === 0 ? "," : "";
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${gap}${parts.join(`,${gap || " "}`)}${last}${gap}${close}`;
}

/** What follows `key:` or `-` in a collection whose items begin in `column`. */
function writeAfter(value: Value, draw: Draw, column: number): string {
  if (!isCollection(value) || Object.keys(value).length === 0 || draw(3) === 0)
    return ` ${isCollection(value) ? writeFlow(value, draw, column) : writeScalar(value, draw, column, false)}\n`;
  const comment = ["", " # c", "\n # c"][draw(3)]!;
  return `${comment}\n${writeBlock(value, draw, column + 1 + draw(3))}`;
}

function writeBlock(value: Value, draw: Draw, column: number): string {
  const indent = " ".repeat(column);
  if (!isCollection(value) || Object.keys(value).length === 0) return `${indent}${writeFlow(value, draw, column)}\n`;
  if (Array.isArray(value)) return value.map((item) => `${indent}-${writeAfter(item, draw, column)}`).join("");
  return Object.entries(value)
    .map(([key, item]) => {
      const written = isSimple(key) && draw(2) === 0 ? key : JSON.stringify(key);
      const head = draw(5) === 0 ? `? ${written}\n${indent}:` : `${written}:`;
      return indent + head + writeAfter(item, draw, column);
    })
    .join("");
}

function write(value: Value, choices: readonly number[]): string {
  let next = 0;
  const draw: Draw = (limit) => (choices[next++ % choices.length] ?? 0) % limit;
  return writeBlock(value, draw, draw(3));
}

const documents = fc
  .tuple(values, fc.array(fc.nat(59), { minLength: 1, maxLength: 40 }))
  .map(([value, choices]) => ({ value, text: write(value, choices) }));

describe("documents in every style", () => {
  test("have the value that was written, by the quick path and by the whole grammar", () => {
    let quick = 0;
    fc.assert(
      fc.property(documents, ({ value, text }) => {
        expect(parseAnyYAML(text)).toEqual({ values: [value], warnings: [] });
        expect(parseYAMLDocument(text)).toEqual({ values: [value], warnings: [] });
        const plain = parsePlainYAML(text, Buffer.from(text));
        if (plain === NOT_PLAIN) return;
        quick++;
        expect(plain).toEqual(value);
      }),
      { numRuns: runs },
    );
    expect(quick).toBeGreaterThan(runs / 20);
  });

  test("have js-yaml's value wherever js-yaml takes them", () => {
    let taken = 0;
    fc.assert(
      fc.property(documents, ({ text }) => {
        let value: unknown;
        try {
          value = load(text, { schema: KUBECTL_SCHEMA });
        } catch {
          return;
        }
        taken++;
        expect(parseAnyYAML(text)).toEqual({ values: [value], warnings: [] });
      }),
      { numRuns: runs },
    );
    expect(taken).toBeGreaterThan(runs / 2);
  });
});

describe("what kubectl's parser takes and others refuse", () => {
  test.each<[string, unknown]>([
    ["args: [\n  a\n]\n", { args: ["a"] }],
    ["a:\n  b: {\n    c: 1\n  }\n", { a: { b: { c: 1 } } }],
    ["a:\n- b: [\n  x,\n  z\n  ]\n", { a: [{ b: ["x", "z"] }] }],
    ['a: "one\ntwo"\n', { a: "one two" }],
    [
      'a: "\\U0001F553 \\u00e9 \\x41\\N\\_\\L\\P\\e\\a\\v\\0\\/\\\t"',
      { a: "\u{1f553} é A\x85\xa0\u2028\u2029\x1b\x07\v\0/\t" },
    ],
    ['a: "\\uD83D\\uDD53"', { a: "\u{1f553}" }],
    ['a: "one \\\n    two\\\n  \\ three"', { a: "one two three" }],
    ["a: !!str 1\nb: !!binary aGk=\nc: !Ref 12\nd: !!int '3'\n", { a: "1", b: "hi", c: "12", d: 3 }],
    ["&a a: &b 1\nc: *b\n*b : d\n", { a: 1, c: 1, "1": "d" }],
    ["? a\n: b\n? |\n  x\n: - z\n", { a: "b", "x\n": ["z"] }],
    ["a: [x]#c\nb: 'y'#c\n", { a: ["x"], b: "y" }],
    ["%YAML 1.2\n%TAG !e! tag:example.com,2000:\n---\na: !e!x y\n", { a: "y" }],
    ["a: {b: http://x:80/?q=1, c: [d:e]}\n", { a: { b: "http://x:80/?q=1", c: ["d:e"] } }],
    ['a: "one\\\n\n  two"\n', { a: "one\ntwo" }],
    ["a: >+2\n    x\n   y\n\n  z\n\nb: 1\n", { a: "  x\n y\n\nz\n\n", b: 1 }],
    ["a: >-\n  one\n  two\n\n  three\n", { a: "one two\nthree" }],
    ["a: b\r\nc: |\r\n  d\r\n  e\r\n", { a: "b", c: "d\ne\n" }],
    ["--- {a: 1}\n", { a: 1 }],
  ])("%j", (text, value) => {
    const parsed = parseYAMLDocument(text);
    expect(parsed).toEqual({ values: [value], warnings: [] });
  });

  test.each([
    ["a: b: c\n", "a mapping may not begin here", 4],
    ["a: [b\n", 'expected "]"', 3],
    ["a: 'b\n", "has no end", 3],
    ["a:\n  b\nc\n", 'expected ":" after this key', 7],
    [`a: b\n${"k".repeat(1100)}: x\n`, 'expected ":" within 1,024 characters of where this key begins', 5],
    ['a: "\\q"\n', "no escape", 4],
    ['a: "\\ud83d"\n', "no Unicode character", 4],
    ["a:\n\tb: 1\n", "a tab stands", 3],
    ["a: |\n \tb\n", "a tab stands", 6],
    ["a: @b\n", "needs quotes", 3],
    ["? [x, y]\n: b\n", "a key is a list or a mapping", 0],
    ["a: !!int x\n", "tag !!int", 3],
    ["<<: 1\n", '"<<"', 0],
    ["a: *b\n", "alias", 4],
    ["a: b\n  - c: d\n", "a mapping may not begin here", 10],
  ])("%j is refused in plain words, at its place", (text, message, index) => {
    const parsed = parseYAMLDocument(text);
    expect(parsed).toMatchObject({ error: { code: "invalid-yaml", message: expect.stringContaining(message), index } });
  });
});
