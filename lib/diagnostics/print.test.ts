import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import type { Diagnostic } from "./diagnostic.js";
import { diagnosticsJson } from "./json.js";
import { orderDiagnostics } from "./order.js";
import { printDiagnostic } from "./print.js";

const text = 'kind: Service\nspec:\n  ports:\n\t- nodePort: 300800 # "high"\n';
const source = sourceFromText("dir/services.yaml", text);
const start = text.indexOf("300800");
const tooHigh: Diagnostic = {
  code: "not-an-object",
  severity: "error",
  message: "nodePort 300800 is outside 1-65535",
  at: { source, start, end: start + 6 },
  notes: ["the API server would refuse this Service"],
};

describe("a diagnostic as text", () => {
  test("names the place, draws a caret under the span and ends with the notes", () => {
    expect(printDiagnostic(tooHigh)).toBe(
      [
        "dir/services.yaml:4:14: error: nodePort 300800 is outside 1-65535 [not-an-object]",
        '  4 |     - nodePort: 300800 # "high"',
        "    |                 ^^^^^^",
        "note: the API server would refuse this Service",
      ].join("\n"),
    );
  });

  test("does not name its file twice", () => {
    const message = "a.yaml cannot be read: it does not exist";
    expect(printDiagnostic({ code: "input-not-found", severity: "error", message, at: { file: "a.yaml" } })).toBe(
      "a.yaml: error: cannot be read: it does not exist [input-not-found]",
    );
  });

  test("of a file as a whole has no frame", () => {
    expect(
      printDiagnostic({
        code: "input-not-found",
        severity: "error",
        message: "it is not there",
        at: { file: "nope/" },
      }),
    ).toBe("nope/: error: it is not there [input-not-found]");
  });

  test("never echoes control characters", () => {
    const hostile = sourceFromText("a\u001b[31m.yaml", "name: \u001b[2J\u0007x\n");
    const printed = printDiagnostic({
      code: "invalid-yaml",
      severity: "error",
      message: "bad \u0007",
      at: { source: hostile, start: 6, end: 12 },
      notes: ["\u009b"],
    });
    expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(printed).toContain("\\x1b[2J\\x07");
  });

  test("cuts long lines around the span", () => {
    const long = sourceFromText("long.json", `{"a":"${"x".repeat(5000)}","b":7,"c":"${"y".repeat(5000)}"}`);
    const at = 6 + 5000 + 6;
    const lines = printDiagnostic({
      code: "invalid-json",
      severity: "error",
      message: "m",
      at: { source: long, start: at, end: at + 1 },
    }).split("\n");
    expect(lines[1]!.length).toBeLessThan(120);
    expect(lines[1]![lines[2]!.indexOf("^")]).toBe("7");
    expect(lines[0]).toContain(`long.json:1:${at + 1}:`);
  });

  test("puts the caret under wide characters and after multi-byte ones", () => {
    const wide = sourceFromText("w.yaml", "é: 日本 x\n");
    const at = Buffer.byteLength("é: 日本 ");
    const lines = printDiagnostic({
      code: "invalid-yaml",
      severity: "error",
      message: "m",
      at: { source: wide, start: at, end: at + 1 },
    }).split("\n");
    expect(lines[0]).toContain("w.yaml:1:7:");
    expect(lines[2]).toBe("    |         ^");
  });
});

test("diagnostics are ordered by file, line and column, those without a place last, equal ones once", () => {
  const at = (name: string, offset: number): Diagnostic => ({
    ...tooHigh,
    at: { source: name === "dir/services.yaml" ? source : sourceFromText(name, text), start: offset, end: offset + 1 },
  });
  const late = at("dir/services.yaml", 20);
  const early = at("dir/services.yaml", 2);
  const other = at("a.yaml", 30);
  const nowhere: Diagnostic = { code: "no-node", severity: "note", message: "no node" };
  expect(orderDiagnostics([nowhere, late, other, early, early])).toEqual([other, early, late, nowhere]);
});

test("diagnostics as JSON give file, line and column of both ends", () => {
  expect(JSON.parse(diagnosticsJson([tooHigh]))).toEqual([
    {
      code: "not-an-object",
      severity: "error",
      message: "nodePort 300800 is outside 1-65535",
      file: "dir/services.yaml",
      line: 4,
      column: 14,
      endLine: 4,
      endColumn: 20,
      notes: ["the API server would refuse this Service"],
    },
  ]);
});
