import { describe, expect, test } from "@jest/globals";
import { readFileSync, readdirSync } from "node:fs";
import { NOT_PLAIN } from "./not-plain.js";
import { parsePlainYAML } from "./parse-plain.js";
import { parseAnyYAML } from "./parse-any.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";

const runs = fuzzRuns(500);

/** The fast parser may decline; when it answers, js-yaml must have the same answer. */
function expectAgreement(text: string): boolean {
  const plain = parsePlainYAML(text, Buffer.from(text));
  if (plain === NOT_PLAIN) return false;
  const full = parseAnyYAML(text);
  if ("error" in full) throw new Error(`js-yaml refuses what the fast parser takes: ${full.error.message}\n${text}`);
  expect(full.warnings).toEqual([]);
  expect([plain]).toEqual(full.values.length === 0 ? [null] : full.values);
  return true;
}

const root = "golden/kube-proxy";
const manifests = readdirSync(`${root}/cases`).map((name) => `${root}/cases/${name}/manifests.yaml`);
const dumps = readdirSync(`${root}/dumps`).map((name) => `${root}/dumps/${name}/get-all.yaml`);

const FLOW_PIECES = [
  "a",
  "b c",
  '"q"',
  "'s'",
  ": ",
  ", ",
  " #",
  "1",
  "-x",
  "- ",
  "yes",
  "{}",
  "[]",
  "{a: b}",
  '"<<": ',
  "<<: ",
  "a: ",
];

describe("the fast parser", () => {
  test("reads kubectl's and hand-written manifests, as js-yaml does", () => {
    let answered = 0;
    let all = 0;
    for (const file of [...manifests, ...dumps])
      for (const document of readFileSync(file, "utf8").split(/^---.*\n/m)) {
        all++;
        if (expectAgreement(document)) answered++;
      }
    expect(answered / all).toBeGreaterThan(0.8);
  });

  test.each([
    ["a: one\n  two\n   three: no\n", NOT_PLAIN],
    ["a: one\n  two\n   three\nb: 1\n", { a: "one two three", b: 1 }],
    ["a: one\n  two # c\n  three\n", NOT_PLAIN],
    ["- a: 1\n    2\n", [{ a: "1 2" }]],
    ["a: 'one  \n  two'  # c\nb: \"one\n    two\"\n", { a: "one two", b: "one two" }],
    ["a: 'one\n\n  two'\n", NOT_PLAIN],
    ["a: 'it''s'\nb: ['', '''', 'c''']  # 'd\n", { a: "it's", b: ["", "'", "c'"] }],
    ["a: 'it''s\n  b'\n", NOT_PLAIN],
    ["a: 'b'''\nc: '''\n", NOT_PLAIN],
    ["'it''s': b\n", NOT_PLAIN],
    ["a: {'it''s': 'b''', \"c''\": \"''\"}\n", { a: { "it's": "b'", "c''": "''" } }],
    ["a: |\n  x\n   y\n\n  z\nb: |-\n  x\n\nc: |+\n  x\n\n", { a: "x\n y\n\nz\n", b: "x", c: "x\n\n" }],
    ["- - 1\n  -\n  - b: 2\n    c:\n    - 3\n", [[1, null, { b: 2, c: [3] }]]],
    ['a: "x\\n\\u00e9"\n', { a: "x\n\u00e9" }],
    ["a: {b: 1, 'c': [x y, \"d\", -1, --e=f, nginx:1.27, {}, [ ]] }  # c\n- g", NOT_PLAIN],
    [
      "a: {b: 1, 'c': [x y, \"d\", -1, --e=f, nginx:1.27, {}, [ ]] }  # c\ng: yes\n",
      { a: { b: 1, c: ["x y", "d", -1, "--e=f", "nginx:1.27", {}, []] }, g: true },
    ],
    ['- {"a":"b\\n",on: ~,1.0: no}\n- [1]\n', [{ a: "b\n", true: null, 1: false }, [1]]],
    ...[
      "{b: 1}: c",
      "{a, b}",
      "[a, ,]",
      "[a: b]",
      "{a: &x &y b}",
      "[*a]",
      "{a: 1, a: 2}",
      "[a]b",
      "[a] #c]",
      "[a#b]",
    ].map((value): [string, unknown] => [`a: ${value}\n`, value === "[a] #c]" ? { a: ["a"] } : NOT_PLAIN]),
    ["a: [b\n  c]\n", NOT_PLAIN],
    ["~: b\n", NOT_PLAIN],
    ["a: {Null: b}\n", NOT_PLAIN],
    ["a: {'~': b}\n", { a: { "~": "b" } }],
    ["- {a: b}: c\n", NOT_PLAIN],
    [`${"k".repeat(1025)}: 1\n`, NOT_PLAIN],
    [`a: {${"k".repeat(1025)}: 1}\n`, NOT_PLAIN],
    [`${"k".repeat(1024)}: {${"l".repeat(1024)}: 1}\n`, { ["k".repeat(1024)]: { ["l".repeat(1024)]: 1 } }],
    ["a: 1\na: 2\n", NOT_PLAIN],
    ["a: !x 1\n", NOT_PLAIN],
  ])("reads %j", (text, value) => {
    expect(parsePlainYAML(text, Buffer.from(text))).toEqual(value);
    if (value !== NOT_PLAIN) expectAgreement(text);
  });

  const line = fc
    .tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(
        "a:",
        "a: b",
        "- a",
        "-",
        "- a: 1",
        "- - x",
        "b:  1 # c",
        "'q': \"w\\n\"",
        "c: |",
        "d: |-",
        "text",
        "# note",
        "",
        "  ",
        "e: {}",
        "f: []",
        "g: 'it''s'",
        "h: >",
        "- ",
        'i: "a: b"',
        "j: a: b",
        "k:v",
        "yes: no",
        "l: - x",
        '"m": *z',
        "n: #x",
        "o: a#b",
        "p: [",
        "- |+",
        "a b: c",
        "? x",
        "é: ü",
        "q: \t",
        "r:\tx",
        "more text",
        "- more",
        "s: 'one",
        't: "one',
        "two' # c",
        'two"',
        "u: one # c",
        "# c",
        "v: 1",
        "w: {a: b}",
        "- {a: b, c: [d, 'e'] } # f",
        "x: [a, b",
        "c]",
        "- [1, -2]",
        "{a: b}",
      ),
    )
    .map(([indent, text]) => " ".repeat(indent) + text);

  test("agrees with js-yaml on any mixture of lines", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), fc.boolean(), (lines, ends) => {
        expectAgreement(lines.join("\n") + (ends ? "\n" : ""));
      }),
      { numRuns: runs * 4 },
    );
  });

  const pieces = fc.constantFrom(..."{}[],:\"'# -?&*!|>%@`~\\=".split(""), ...FLOW_PIECES);
  const inBrackets = fc
    .tuple(fc.constantFrom("[{}]", "{a: ~}", "[~]", "~"), fc.array(pieces, { maxLength: 7 }))
    .map(([around, inside]) => around.replace(/~|\{\}/, () => inside.join("")));

  test("agrees with js-yaml on any mixture of what stands in brackets", () => {
    fc.assert(
      fc.property(fc.constantFrom("a: ", "- ", "- - ", "a: &b "), inBrackets, (before, text) => {
        expectAgreement(`${before}${text}\n`);
      }),
      { numRuns: runs * 10 },
    );
  });

  test("answers most of what people write in brackets", () => {
    const scalar = fc.constantFrom("a", "b c", "1", "'q'", '"d"', "-x", "nginx:1.27", "10.0.0.0/8", "{}", "$(A)", "~");
    const items = fc.array(scalar, { maxLength: 4 }).map((list) => `[${list.join(", ")}]`);
    const mapping = fc
      .dictionary(fc.stringMatching(/^[a-z./-]{0,5}[a-z]$/), fc.oneof(scalar, items), {
        maxKeys: 4,
        noNullPrototype: true,
      })
      .map((fields) => `{${Object.entries(fields).map(([key, text]) => `${key}: ${text}`)}}`);
    fc.assert(
      fc.property(mapping, (text) => {
        fc.pre(!/[{,][.-]*[-.][^,]*: /.test(text));
        expect(expectAgreement(`a: ${text}\n`)).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  const value: fc.Memo<unknown> = fc.memo((n) =>
    n <= 1
      ? fc.oneof(
          fc.string({ maxLength: 20 }),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.constantFrom("1.10", "yes", "a\nb", " x", "# y", "- z", ""),
        )
      : fc.oneof(
          fc.array(value(n - 1), { maxLength: 3 }),
          fc.dictionary(fc.stringMatching(/^[a-z./-]{1,9}$/), value(n - 1), { maxKeys: 4 }),
          value(1),
        ),
  );

  /** In kubectl's layout; strings as JSON writes them. */
  const print = (v: unknown, indent: number): string => {
    const pad = " ".repeat(indent);
    if (Array.isArray(v))
      return v.length === 0 ? " []\n" : `\n${v.map((x) => `${pad}-${print(x, indent + 2)}`).join("")}`;
    if (typeof v === "object" && v !== null) {
      const entries = Object.entries(v);
      return entries.length === 0
        ? " {}\n"
        : `\n${entries.map(([k, x]) => `${pad}${JSON.stringify(k)}:${print(x, Array.isArray(x) ? indent : indent + 2)}`).join("")}`;
    }
    return ` ${JSON.stringify(v)}\n`;
  };

  test("gives back what was printed in kubectl's layout", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z./-]{1,9}$/), value(4), { minKeys: 1 }), (v) => {
        const text = print(v, 0).slice(1);
        const plain = parsePlainYAML(text, Buffer.from(text));
        if (plain !== NOT_PLAIN) expect(plain).toEqual(v);
        const full = parseAnyYAML(text);
        expect(full).toEqual({ values: [v], warnings: [] });
      }),
      { numRuns: runs },
    );
  });
});
