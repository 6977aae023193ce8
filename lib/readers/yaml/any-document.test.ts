/** Documents put together of every construct, right and nearly right, without knowing their value beforehand. */
import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { load } from "js-yaml";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { parseAnyYAML } from "./parse-any.js";
import { NOT_PLAIN } from "./not-plain.js";
import { parsePlainYAML } from "./parse-plain.js";
import { KUBECTL_SCHEMA } from "./schema.js";

const runs = fuzzRuns(2000);

/** Draws one of the choices. */
type Draw = <T>(...choices: readonly T[]) => T;

const PLAIN = [
  "web",
  "a b",
  "yes",
  "1.10",
  "0o17",
  "017",
  "~",
  "a:b",
  "x#y",
  "-z",
  "1_000",
  ".5",
  "2020-01-02",
  "a, b",
];
const FLOW_PLAIN = PLAIN.filter((text) => !text.includes(","));
const PIECES = [
  "a",
  "b c",
  " d",
  "",
  "  e",
  "# f",
  "g # h",
  "\\",
  "é",
  "- i",
  "j: k",
  "'",
  '"',
  "tail ",
  "tail\t",
  "\tm",
];
const ESCAPES = [...'0abtnvfre "/\\N_LP']
  .map((c) => `\\${c}`)
  .concat("\\x41", "\\u00e9", "\\uD83D\\uDD53", "\\U0001F553");
const TAGS = ["!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!!binary ", "!foreign ", "! "];

function quoted(draw: Draw, indent: string): string {
  const next = draw("", "", "", `\n${indent} `, `\n\n${indent}  `, ` \n${indent} `);
  const one = () => draw("a", "b c", " ", "é", "# x", "a: b", ...ESCAPES);
  if (draw(true, false)) return `'${draw("a", "it''s", " x ", "", "a: b", "\\n", "# c")}${next}${draw("b", "", " c")}'`;
  return `"${one()}${one()}${draw(next, next && `\\${next}`, "")}${one()}"`;
}

function blockScalar(draw: Draw, indent: string): string {
  const depth = draw(1, 2, 4);
  const [told, chomping] = [draw("", "", String(depth)), draw("", "-", "+")];
  const header = draw("|", ">") + draw(told + chomping, chomping + told) + draw("", "", " ", " # c");
  const lines = Array.from({ length: draw(1, 2, 3, 5) }, () => draw(...PIECES));
  const body = lines.map((line) => (line === "" ? draw("", indent, " ") : indent + " ".repeat(depth) + line));
  return `${header}\n${body.join("\n")}${draw("", "\n", "\n\n", `\n${indent}`)}`;
}

function flow(draw: Draw, indent: string, depth: number): string {
  if (depth > 2) return draw(...FLOW_PLAIN, quoted(draw, indent));
  const gap = () => draw("", " ", `\n${indent} `, ` # c\n${indent} `, `\n${indent}`);
  const item = () => draw("", "", "", "&f ", ...TAGS) + flow(draw, indent, depth + 1);
  const key = () => draw("a", '"b"', "'c'", "d e", "? f", "1", "&k g");
  const kind = draw("list", "map", "scalar", "scalar");
  if (kind === "scalar") return draw(...FLOW_PLAIN, `a${gap()}b`, quoted(draw, indent));
  const pair = () => draw(`${key()}: ${item()}`, `${key()}:${draw(" ", `\n${indent} `)}${item()}`, '"q":1');
  const parts = Array.from({ length: draw(0, 1, 2, 3) }, kind === "list" ? draw(item, item, pair) : pair);
  const inside = gap() + parts.join(`${gap()},${gap() || " "}`) + draw("", ",") + gap();
  return kind === "list" ? `[${inside}]` : `{${inside}}`;
}

/** What stands behind `key:` or `-`, with its line end. */
function after(draw: Draw, indent: string, depth: number): string {
  const mark = draw("", "", "", "", "&a ", "&b ", ...TAGS);
  const comment = draw("", "", "", " # c", `\n${indent}# c`, "\n\n# d");
  const kind = draw("plain", "lines", "quoted", "block", "flow", "alias", "nested", "nested", "nothing");
  if (kind === "nested" && depth < 3) {
    const deeper = indent + draw(" ", "  ", "    ");
    return ` ${mark.trimEnd()}${comment}\n${block(draw, deeper, depth + 1)}`;
  }
  if (kind === "block") return ` ${mark}${blockScalar(draw, indent)}\n`;
  if (kind === "alias") return ` *${draw("a", "b")}${comment}\n`;
  const lines = () => `${draw(...PLAIN)}${draw("\n", "\n\n", " \n")}${indent} ${draw("more", "1", "- x", "a # c")}`;
  const text = {
    plain: () => draw(...PLAIN),
    lines,
    quoted: () => quoted(draw, indent),
    flow: () => flow(draw, indent, 0),
  };
  const value = Object.hasOwn(text, kind) ? text[kind as keyof typeof text]() : "";
  return ` ${mark}${value}${comment}\n`;
}

/** A mapping or a list in the column of the indent. */
function block(draw: Draw, indent: string, depth: number): string {
  const between = () => draw("", "", "", "# c\n", `${indent}# c\n`, "\n", `${indent}\n`);
  const count = draw(1, 2, 3);
  const items = Array.from({ length: count }, (_, i) => {
    const key = draw("k", '"q k"', "'s'", "1.5", "on", "&a anchored", "!!str t", "x y", "~") + (i === 0 ? "" : i);
    const written = key.replace(/(["'])(\d)$/, "$2$1");
    return { map: () => draw(`${written}:`, `${written} :`, `? ${written}\n${indent}:`), list: () => "-" };
  });
  const kind = draw("map", "map", "list") as "map" | "list";
  return items.map((item) => `${indent}${item[kind]()}${after(draw, indent, depth)}${between()}`).join("");
}

function write(choices: readonly number[]): string {
  let next = 0;
  // The first choice is the plain one: half of the documents have it mostly.
  const isTame = choices[0]! % 2 === 0;
  const draw: Draw = (...of) => {
    const choice = choices[next++ % choices.length]!;
    return isTame && choice % 8 < 5 ? of[0]! : of[(choice >> 3) % of.length]!;
  };
  const start = draw("", "", "", "---\n", "--- # c\n", "%YAML 1.1\n---\n", "%YAML 1.2\n# c\n---\n", "# c\n", "\n");
  const text = start + block(draw, draw("", "", " "), 0) + draw("", "", "", "...\n", "# c", "... # c\n");
  return draw("\n", "\n", "\n", "\r\n") === "\n" ? text : text.replaceAll("\n", "\r\n");
}

const documents = fc.array(fc.nat(9999), { minLength: 8, maxLength: 60 }).map(write);

/** Where js-yaml has another value than go-yaml; styles.test.ts has what is right. */
const OTHERWISE = [
  // A blank line behind an escaped line end stays, in YAML 1.2 as well.
  /\\\n *\n/,
  // A tab where the indentation of a block scalar is looked for is refused.
  /[|>].*\n[ \n]*\t/,
];

/** Undefined where js-yaml refuses the text. */
function valueByLibrary(text: string): unknown {
  try {
    return load(text, { schema: KUBECTL_SCHEMA });
  } catch {
    return undefined;
  }
}

describe("documents of every construct", () => {
  test("have one value by the quick path and by the whole grammar", () => {
    let quick = 0;
    fc.assert(
      fc.property(documents, (text) => {
        const plain = parsePlainYAML(text, Buffer.from(text));
        if (plain === NOT_PLAIN) return;
        quick++;
        expect(parseAnyYAML(text)).toEqual({ values: [plain], warnings: [] });
      }),
      { numRuns: runs },
    );
    expect(quick).toBeGreaterThan(runs / 100);
  });

  test("have js-yaml's value wherever js-yaml takes them, but for what go-yaml reads otherwise", () => {
    let taken = 0;
    fc.assert(
      fc.property(documents, (written) => {
        const text = written.replaceAll("\r\n", "\n");
        const value = valueByLibrary(text);
        if (value === undefined || OTHERWISE.some((pattern) => pattern.test(text))) return;
        taken++;
        const parsed = parseAnyYAML(text);
        const isNullKey = "error" in parsed && parsed.error.message.startsWith("a key is null");
        if (isNullKey) return expect(inspect(value, { depth: Infinity })).toContain("null: ");
        const isLoop = "error" in parsed && parsed.error.code === "alias-bomb";
        if (isLoop) expect(() => JSON.stringify(value)).toThrow("circular");
        else expect(parsed).toEqual({ values: [value], warnings: [] });
      }),
      { numRuns: runs },
    );
    expect(taken).toBeGreaterThan(runs / 5);
  });
});
