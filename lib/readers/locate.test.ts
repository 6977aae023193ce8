import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FieldPath } from "../source/origin.js";
import { sourceFromText, type Span } from "../source/source.js";
import { locate } from "./locate.js";
import { locateDiagnostics } from "./locate-diagnostics.js";

function locatedText(text: string, syntax: "json" | "yaml", path: FieldPath, of?: "key" | "value"): string {
  const source = sourceFromText("a", text);
  const end = Buffer.byteLength(text);
  const span = locate({ origin: { source, start: 0, end, syntax, path: [] }, path, of });
  return Buffer.from(source.read(span.start, span.end)).toString();
}

const YAML = `# é
base: &b {app: "web", tier: front}
spec:
  selector: *b
  labels:
    <<: *b
    yes: 'no'
  ports:
  - port: 80   # comment
    name: http
  - {port: "443", name: https}
  empty:
  note: |
    two
    lines
  twice: 1
  twice: 2
bare:
  args:
  - a
  -
`;

const JSON_TEXT =
  '{"é": 1, "spec": {"ports": [{"port": 80}, {"port": "443", "a\\u0062": null}], "twice": 1, "twice": 22}}';

describe("a field in YAML is found", () => {
  const rows: [FieldPath, string][] = [
    [["spec", "ports", 0, "port"], "80"],
    [["spec", "ports", 1, "port"], '"443"'],
    [["spec", "ports", 1, "name"], "https"],
    [["spec", "selector", "app"], '"web"'],
    [["spec", "labels", "tier"], "front"],
    [["spec", "labels", "true"], "'no'"],
    [["spec", "twice"], "2"],
    [["bare", "args", 1], "args"],
    [["bare", "args", 1, "name"], "args"],
  ];
  test.each(rows)("at %j", (path, expected) => expect(locatedText(YAML, "yaml", path)).toBe(expected));

  test("by its key when asked", () => {
    expect(locatedText(YAML, "yaml", ["spec", "ports", 1, "port"], "key")).toBe("port");
  });
  test("by the key of a mapping, list or empty value", () => {
    expect(locatedText(YAML, "yaml", ["spec", "ports"])).toBe("ports");
    expect(locatedText(YAML, "yaml", ["spec", "empty"])).toBe("empty");
    expect(locatedText(YAML, "yaml", ["spec", "ports", 1])).toBe("port");
  });
  test("by the nearest thing around it when it is not written", () => {
    expect(locatedText(YAML, "yaml", ["spec", "ports", 0, "nodePort"])).toBe("port");
    expect(locatedText(YAML, "yaml", ["spec", "absent", "deeper"])).toBe("spec");
    expect(locatedText(YAML, "yaml", [])).toBe("base");
  });
});

describe("a field in JSON is found", () => {
  const rows: [FieldPath, string][] = [
    [["é"], "1"],
    [["spec", "ports", 0, "port"], "80"],
    [["spec", "ports", 1, "port"], '"443"'],
    [["spec", "ports", 1, "ab"], "null"],
    [["spec", "twice"], "22"],
    [["spec", "ports"], '"ports"'],
    [["spec", "ports", 1], '"port"'],
    [["spec", "absent"], '"spec"'],
  ];
  test.each(rows)("at %j", (path, expected) => expect(locatedText(JSON_TEXT, "json", path)).toBe(expected));
});

test("each item of a long list costs no walk over those in front of it", () => {
  const count = 60_000;
  const source = sourceFromText("a", Array.from({ length: count }, (_, i) => `- {é: ${i}}\n`).join(""));
  const diagnosticAt = (i: number): Diagnostic => ({
    ...{ code: "not-an-object", severity: "error", message: "" },
    at: { origin: { source, start: 0, end: source.size, syntax: "yaml", path: [] }, path: [i, "é"] },
  });
  const asked = Array.from({ length: count }, (_, i) => i);
  const started = performance.now();
  const texts = locateDiagnostics(asked.map(diagnosticAt)).map(({ at }) => {
    const { start, end } = at as Span;
    return Buffer.from(source.read(start, end)).toString();
  });
  expect(texts).toEqual(asked.map(String));
  // Walks took minutes.
  expect(performance.now() - started).toBeLessThan(20_000);
});
