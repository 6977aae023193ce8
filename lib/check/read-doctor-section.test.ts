import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { printDiagnostic } from "../diagnostics/print.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { sourceFromText } from "../source/source.js";
import { configSchema } from "./config-schema.js";
import { readConfig } from "./read-config.js";
import { readDoctorConfig } from "./read-doctor-section.js";
import { fc } from "../testing/fuzz/properties.js";

const CHECKS = ["pods-pending", "no-readiness-probe"];
const read = (text: string) => readDoctorConfig(sourceFromText("svcrules.yaml", text), CHECKS);

describe("the section doctor of svcrules.yaml", () => {
  test("names checks, checks of objects and a baseline; the cases need not be there, nor be right", () => {
    const text =
      "doctor:\n  ignore: [no-readiness-probe, 'pods-*', {check: pods-pending, object: Service a/b}]\n  baseline: known.json\ncases: 1\n";
    expect(read(text)).toEqual({
      section: {
        ignore: [
          { check: "no-readiness-probe" },
          { check: "pods-*" },
          { check: "pods-pending", object: "Service a/b" },
        ],
        baseline: "known.json",
      },
      diagnostics: [],
    });
    expect(read("cases: []\n").section).toEqual({ ignore: [] });
    expect(read("doctor: {}\n").section).toEqual({ ignore: [] });
    expect(read("").section).toEqual({ ignore: [] });
  });

  test.each([
    ["doctor: []", "svcrules.yaml:1:1: error: doctor: expected a mapping, found an empty list"],
    ["doctor: {ignore: pods-pending}", "svcrules.yaml:1:18: error: ignore: expected a list of checks"],
    ["doctor: {ignore: [3]}", "svcrules.yaml:1:19: error: ignore: expected a check or a mapping with one"],
    ["doctor: {ignore: ['']}", 'error: check: "" is not a text with something in it'],
    ["doctor: {ignore: [pods-pendin]}", "did you mean pods-pending?"],
    ["doctor: {ignore: [{object: x}]}", "this has no check"],
    ["doctor: {ignore: [{check: '*', object: 3}]}", "object: expected text, found the number 3"],
    ["doctor: {ignore: [{check: '*', objects: x}]}", "did you mean object?"],
    ["doctor: {baseline: 3}", "svcrules.yaml:1:20: error: baseline: expected a file or directory, found the number 3"],
    ["doctor: {baselin: x}", "did you mean baseline?"],
    ["docter: {}", "did you mean doctor?"],
    ["doctor: [", "[invalid-yaml]"],
    ["- doctor", "expected a mapping"],
  ])("%s is refused with its place", (text, message) => {
    const { section, diagnostics } = read(text);
    expect(section).toBeUndefined();
    expect(locateDiagnostics(diagnostics).map(printDiagnostic).join("\n")).toContain(message);
  });

  test("is read alike by check and by doctor, and as the schema says", () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(configSchema());
    const text = fc.constantFrom<unknown>("pods-*", "Service a/b", "known.json", "-", "", 3, null, {}, []);
    const item = fc.oneof(
      text,
      fc.record({ check: text, object: text, other: text }, { requiredKeys: [] }),
      fc.record({ check: fc.constant("*"), object: text }),
    );
    const section = fc.oneof(
      text,
      fc.record({ ignore: fc.oneof(text, fc.array(item, { maxLength: 2 })), baseline: text }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(section, (doctor) => {
        const cases = [{ name: "a", inputs: "x" }];
        const source = sourceFromText("svcrules.json", JSON.stringify({ cases, doctor }));
        const isValid = validate({ cases, doctor });
        expect(validate({ doctor })).toBe(isValid);
        expect(readConfig(source).config !== undefined).toBe(isValid);
        expect(readDoctorConfig(source).section !== undefined).toBe(isValid);
      }),
      { numRuns: 1000 },
    );
  });
});
