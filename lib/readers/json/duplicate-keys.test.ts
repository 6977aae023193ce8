import { describe, expect, test } from "@jest/globals";
import { fc } from "../../testing/fuzz/properties.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { sourceFromText } from "../../source/source.js";
import { readJSON } from "./read-json.js";

const service = (name: string, spec: string) =>
  `{"apiVersion":"v1","kind":"Service","metadata":{"name":"${name}","annotations":{"a":"{\\"b\\":1,\\"b\\":2}"}},"spec":{${spec}}}`;
const BARE = { apiVersion: "v1", kind: "X", metadata: { name: "x" } };
const PLAIN = `"ports":[{"port":80}]`;

function warningsOf(text: string, rulesOnly = false): string[] {
  const found: Diagnostic[] = [];
  readJSON(sourceFromText("a.json", text), {
    object: () => undefined,
    diagnostic: (diagnostic) => void found.push(diagnostic),
    rulesOnly,
  });
  return found.map(({ at, severity, code, message }) => {
    const span = at as { start: number; end: number };
    return `${severity} ${code} ${text.slice(span.start, span.end)}: ${message}`;
  });
}

describe("a field name that stands twice in JSON", () => {
  test.each([
    ["an object", service("a", `${PLAIN},"clusterIP":"10.0.0.1","clusterIP":"10.0.0.2"`), "clusterIP"],
    ["blanks before the colon", service("a", `"type" : "ClusterIP", "type"  :"NodePort",${PLAIN}`), "type"],
    ["an object in a list", service("a", `"ports":[{"port":80,"port":81}]`), "port"],
    ["another spelling of the name", service("a", `${PLAIN},"typ\\u0065":"NodePort","type":"ClusterIP"`), "type"],
    ["the last item of a list", list(8, `"ports":[{"port":80,"port":81}]`), "port"],
    ["an item that is one of many alike", list(30, `${PLAIN},"ports":[]`), "ports"],
    ["a list itself", list(3, PLAIN).replace(`"kind":"List"`, `"kind":"List","kind":"List"`), "kind"],
  ])("in %s is told with its place", (_where, text, key) => {
    for (const rulesOnly of [false, true])
      expect(warningsOf(text, rulesOnly)).toEqual([
        `warning duplicate-key "${key}": key "${key}" occurs twice in one object; the last one wins`,
      ]);
  });

  test("is not seen where names only look alike", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify({ ...BARE, a: JSON.parse(json) as unknown, "a\\": '":', '":': 1 }, null, indent);
        expect(warningsOf(text)).toEqual([]);
      }),
    );
  });
});

function list(count: number, lastSpec: string): string {
  const items = Array.from({ length: count }, (_, i) => service(`s${i}`, i === count - 1 ? lastSpec : PLAIN));
  return `{"apiVersion":"v1","kind":"List","items":[${items.join(",")}]}`;
}
