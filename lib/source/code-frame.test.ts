import { describe, expect, test } from "@jest/globals";
import { codeFrame } from "./code-frame.js";
import { sourceFromText } from "./source.js";

const SERVICE = "kind: Service\nspec:\n  type: Odd\n";
const frameOf = (text: string, word: string) => {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(word)));
  return codeFrame({ source: sourceFromText("a.yaml", text), start, end: start + word.length });
};

describe("a code frame", () => {
  test("shows the line and a caret under the span", () => {
    expect(frameOf(SERVICE, "Odd")).toBe("  3 |   type: Odd\n    |         ^^^");
  });

  test.each([
    ["YAML", "apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2\n"],
    ["YAML in the order of kubectl", "items:\n- apiVersion: v1\n  data:\n    password: hunter2\n  kind: Secret\n"],
    ["JSON", '{"kind": "Secret", "data": {"password": "hunter2"}}'],
    ["flow YAML", "{kind: Secret, data: {password: hunter2}}"],
    ["YAML with a tag", "kind: !!str Secret\ndata: {password: hunter2}\n"],
    ["YAML with an anchor", "kind: &k Secret\ndata: {password: hunter2}\n"],
    ["YAML with a block", "kind: >-\n  Secret\ndata: {password: hunter2}\n"],
    ["YAML with a question mark", "? kind\n: Secret\n? data\n: password: hunter2\n"],
    ["YAML with escapes", 'kind: "S\\x65cret"\ndata: {password: hunter2}\n'],
    ["YAML with escapes in the key", '"k\\x69nd": Secret\ndata: {password: hunter2}\n'],
    ["JSON with escapes", '{"kind":"Secr\\u0065t","data":{"password":"hunter2"}}'],
    ["YAML of a misspelt kind", "kind: secrets\ndata: {password: hunter2}\n"],
    ["YAML without a kind", "stringData: {password: hunter2}\n"],
    ["quoted YAML", "'kind': \"Secret\"\nstringData: {password: hunter2}\n"],
  ])("of a Secret in %s is none", (_form, text) => {
    expect(frameOf(text, "hunter2")).toBeUndefined();
  });

  test("of a document beside a Secret's is shown", () => {
    const secret = "kind: Secret\ndata: {a: b}\n";
    expect(frameOf(`${secret}---\n${SERVICE}---\n${secret}`, "Odd")).toContain("type: Odd");
  });

  test("of a Service that names a Secret in a field is shown", () => {
    expect(frameOf(`${SERVICE}secretName: Secret\n`, "Odd")).toContain("type: Odd");
  });
});
