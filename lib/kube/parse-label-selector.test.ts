import { describe, expect, test } from "@jest/globals";
import { selectorMatches } from "./label-selector.js";
import { parseLabelSelector } from "./parse-label-selector.js";

const LABELS = { app: "web", "app.kubernetes.io/name": "cart", tier: "front" };

function matches(text: string): boolean | string {
  const selector = parseLabelSelector(text);
  return typeof selector === "string" ? selector : selectorMatches(selector, LABELS);
}

describe("parseLabelSelector", () => {
  test.each([
    ["app=web", true],
    ["app==web", true],
    ["app = web , tier=front", true],
    ["app=web,tier=back", false],
    ["app!=db", true],
    ["other!=db", true],
    ["app.kubernetes.io/name=cart", true],
    ["app in (web, db),tier notin (back)", true],
    ["app in (db)", false],
    ["other notin (x)", true],
    ["tier", true],
    ["!tier", false],
    ["!other", true],
    ["other", false],
    ["app=", false],
  ] as const)("%s", (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  test.each([
    ["", ""],
    ["app=web,", ""],
    ["app=we b", "app=we b"],
    ["app in web", "app in web"],
    ["a=b,c in (d", "c in (d"],
    ["app>3", "app>3"],
    ["-x=1", "-x=1"],
  ])("says which part of %j is none", (text, part) => {
    expect(matches(text)).toBe(part);
  });
});
