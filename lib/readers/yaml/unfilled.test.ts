import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { sourceFromText } from "../../source/source.js";
import { readYAML } from "./read-yaml.js";

function troubles(text: string) {
  const found: Diagnostic[] = [];
  readYAML(sourceFromText("a.yaml", text), { object: () => undefined, diagnostic: (d) => void found.push(d) });
  return found.map(({ code, message, at, notes }) => ({
    code,
    message,
    text: at && "start" in at ? text.slice(at.start, at.end) : "",
    notes: notes?.join(),
  }));
}

describe("a placeholder without quotes, where it is no YAML", () => {
  test.each([
    ["kind: A\nselector: {app: ${X}}\n", "${X}"],
    ["image: {a: '${Z}', name: ${IMG:-a.b/c:1}}\n", "${IMG:-a.b/c:1}"],
    ["{${KEY}: a}\n", "${KEY}"],
    ["a: {{ name }}\n", "{{ name }}"],
    ["a: @IMAGE@\n", "@IMAGE@"],
    ["a: [b, %TAG%]\n", "%TAG%"],
    ["a: {b: ${X}}\nc: d: e\n", "${X}"],
  ])("is told by its name, at its place: %j", (text, placeholder) => {
    const [found, ...rest] = troubles(text);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ code: "invalid-yaml", text: placeholder });
    expect(found!.message).toContain(`${placeholder} is a placeholder`);
    expect(found!.notes!.includes("envsubst")).toBe(placeholder.startsWith("${"));
  });

  test.each(['a: {b: "${X}", c: d: e}\n', "a: b: c # ${X}\n", "a: 'b\nc: ${X}\n", "a: [b\n"])(
    "is no excuse for another mistake: %j",
    (text) => {
      expect(troubles(text).map(({ message }) => message.includes("placeholder"))).toEqual([false]);
    },
  );
});
