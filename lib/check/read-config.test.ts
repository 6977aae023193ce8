import { readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { printDiagnostic } from "../diagnostics/print.js";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { CONFIG_FIELDS, type ConfigField } from "./config-fields.js";
import { configSchema } from "./config-schema.js";
import { readConfig } from "./read-config.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

const SCHEMA_FILE = new URL("../../schemas/svcrules.schema.json", import.meta.url);

function troubles(text: string): string {
  const { config, diagnostics } = readConfig(sourceFromText("svcrules.yaml", text));
  expect(config).toBeUndefined();
  return locateDiagnostics(diagnostics).map(printDiagnostic).join("\n");
}

describe("readConfig", () => {
  test.each([
    ["defaults: {}", "[check-config-missing-field]"],
    ["cases: [{name: shop}]", "[check-config-missing-field]"],
    ["cases: [{name: shop, inputs: a, modes: [iptable]}]", "[check-config-invalid-value]"],
    ["cases: [{name: shop, inputs: a, modes: []}]", "[check-config-invalid-value]"],
  ])("refuses %s with its code", (text, code) => {
    expect(troubles(text)).toContain(code);
  });

  test("takes fields of a case over those of the defaults", () => {
    const { config } = readConfig(
      sourceFromText(
        "svcrules.yaml",
        `
$schema: ./schema.json
defaults:
  inputs: [apps, cluster]
  modes: [iptables, nftables]
  golden: expected
  randomFully: false
cases:
  - name: shop
    modes: ipvs
    kubeVersions: ["1.34", '1.36']
  - {name: rest, inputs: other, golden: rest-golden, simulate: false}
`,
      ),
    );
    const [shop, rest] = config!.cases;
    expect(shop).toMatchObject({
      name: "shop",
      inputs: ["apps", "cluster"],
      modes: ["ipvs"],
      kubeVersions: ["1.34", "1.36"],
      golden: "expected/shop",
      randomFully: false,
      simulate: true,
      format: "restore",
    });
    expect(rest).toMatchObject({
      inputs: ["other"],
      golden: "rest-golden",
      modes: ["iptables", "nftables"],
      simulate: false,
    });
    expect(shop!.placeOf("inputs", 1).path).toEqual(["defaults", "inputs", 1]);
    expect(rest!.placeOf("inputs", 0).path).toEqual(["cases", 1, "inputs"]);
  });

  test("leaves the section of svcrules doctor to it", () => {
    const text = "doctor: {ignore: [no-ready-endpoints]}\ncases: [{name: a, inputs: x}]\n";
    expect(readConfig(sourceFromText("svcrules.yaml", text)).diagnostics).toEqual([]);
  });

  test("reads JSON, with tabs and a byte order mark", () => {
    const text = '\ufeff{\n\t"cases": [{"name": "a", "inputs": "x"}]\n}';
    expect(readConfig(sourceFromText("svcrules.json", text)).config!.cases[0]!.golden).toBe("golden/a");
  });

  test("shows a release without quotes as it was written", () => {
    expect(troubles("cases:\n- name: a\n  inputs: x\n  kubeVersions: [1.30]\n")).toBe(
      [
        'svcrules.yaml:4:18: error: kubeVersions: expected a release in quotes, such as "1.34", found the number 1.3 [check-config-wrong-type]',
        "  4 |   kubeVersions: [1.30]",
        "    |                  ^^^^",
        'note: write it in quotes: "1.30"',
      ].join("\n"),
    );
  });

  test.each([
    [
      "cases:\n- name: a\n  input: [x]\n",
      'svcrules.yaml:3:3: error: "input" is not a field here',
      "did you mean inputs?",
    ],
    [
      "cases:\n- name: a\n  inputs: [x]\n  modes: [iptable]\n",
      'svcrules.yaml:4:11: error: modes: "iptable" is not one of',
      "did you mean iptables?",
    ],
    ["cases:\n- name: a\n  inputs: [x, x]\n", 'svcrules.yaml:3:15: error: inputs names "x" twice', ""],
    [
      "cases:\n- name: a\n  inputs: x\n- name: a\n  inputs: y\n",
      "svcrules.yaml:4:9: error: case a is also the name of case 1",
      "",
    ],
    ["cases:\n- name: a\n", "svcrules.yaml:2:3: error: case a names no inputs", ""],
    ["cases:\n- inputs: x\n", "svcrules.yaml:2:3: error: this case has no name", ""],
    [
      "cases:\n- name: ../x\n  inputs: x\n",
      'svcrules.yaml:2:9: error: name "../x" does not fit a directory',
      "letters, digits",
    ],
    ["cases: []\n", "svcrules.yaml:1:1: error: cases: expected a list of cases, found an empty list", ""],
    ["cases:\n- name: a\n  inputs: '-'\n", 'svcrules.yaml:3:11: error: inputs: "-" is not a file or directory', ""],
    [
      "cases:\n- name: a\n  inputs: x\n  simulate: 'yes'\n",
      "svcrules.yaml:4:13: error: simulate: expected true or false",
      "",
    ],
    ["cases:\n- name: a\n  inputs: x\n  set: [a]\n", 'svcrules.yaml:4:9: error: set: "a" is not PATH=VALUE', ""],
    ["cases:\n- name: a\n  inputs: x\n  nodes: [../../etc]\n", "svcrules.yaml:4:11: error: nodes:", ""],
    ["- a\n", "error: expected a mapping with cases, found a list", ""],
    ["", "cases is missing", "--init"],
    ["a: [", "svcrules.yaml:", "[invalid-yaml]"],
    ['{"cases": [,]}', "svcrules.yaml:1:12: error:", "[invalid-json]"],
    ["cases: []\n---\ncases: []\n", "2 YAML documents", ""],
    ["cases:\n- name: a\n  inputs: x\n  __proto__: {modes: [ipvs]}\n", '"__proto__" is not a field here', ""],
    [
      '{"cases": [{"name": "a", "inputs": "x", "__proto__": {"modes": ["ipvs"]}}]}',
      '"__proto__" is not a field here',
      "",
    ],
    ["a: &a [*a]\n", "[alias-bomb]", ""],
    [`${"[".repeat(500)}`, "[nesting-too-deep]", ""],
  ])("refuses %j with its place and a remedy", (text, message, note) => {
    const said = troubles(text);
    expect(said).toContain(message);
    expect(said).toContain(note);
  });

  test("shows the first hundred errors and counts the rest, quickly", () => {
    const started = performance.now();
    const said = troubles(`cases: [${"1, ".repeat(50_000)}1]\n`);
    expect(said.split("\n").filter((line) => line.includes("error:"))).toHaveLength(101);
    expect(said).toContain("49901 more errors in this file");
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("refuses text that is not UTF-8", () => {
    const { config, diagnostics } = readConfig(sourceFromBytes("svcrules.yaml", new Uint8Array([97, 58, 32, 0xff])));
    expect(config).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ code: "invalid-utf8", message: "the text is not UTF-8 at byte 3" });
  });
});

describe("the published schema", () => {
  test("is the one of the table of fields", () => {
    const text = `${JSON.stringify(configSchema(), undefined, 2)}\n`;
    if (process.env["UPDATE_GOLDEN"] && !process.env["CI"]) writeFileSync(SCHEMA_FILE, text);
    expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(JSON.parse(text));
  });

  test("accepts what is read and refuses what is refused", () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(configSchema());
    const value = (name: string): fc.Arbitrary<unknown> => {
      const field = (CONFIG_FIELDS as Readonly<Record<string, ConfigField>>)[name]!;
      const texts = [
        ...(field.allowed ?? []),
        "1.34",
        "v1.30.2",
        "*",
        "node-1",
        "a/b",
        "x=y",
        "",
        "-",
        "iptable",
        "a\u0000",
        "é/ü",
      ];
      const scalar = fc.oneof(fc.constantFrom(...texts), fc.constantFrom(1.3, true, false, null));
      return fc.oneof(
        { weight: 3, arbitrary: scalar },
        { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
        fc.constant({}),
      );
    };
    const names = Object.keys(CONFIG_FIELDS);
    const section = fc
      .uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
      .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, value(name)]))));
    const name = fc.constantFrom<unknown>("shop", "a.b", "", "/", 3, "-x");
    const config = fc.record(
      {
        defaults: section,
        cases: fc.tuple(fc.tuple(name, section).map(([n, s]) => ({ name: n, ...s, inputs: "x" }))),
        other: fc.constant(1),
      },
      { requiredKeys: ["cases"] },
    );
    fc.assert(
      fc.property(config, (json) => {
        const read = readConfig(sourceFromText("svcrules.json", JSON.stringify(json)));
        expect(read.config !== undefined).toBe(validate(json));
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
