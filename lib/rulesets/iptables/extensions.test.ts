/**
 * Rules of every extension that Debian's iptables 1.8.9 loads, recorded in all three forms: what a trace says of each is
 * the same from `iptables -nvL`, `iptables -S` and `iptables-save`, or less certain; never different.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { contradictions, placedRules } from "../../testing/same-outcomes.js";

const recorded = (form: string) =>
  placedRules(readFileSync(new URL(`../../../fixtures/extensions/iptables-${form}.txt`, import.meta.url), "utf8"));

describe.each(["S", "nvL"] as const)("iptables -%s", (form) => {
  const saved = recorded("save");
  const other = recorded(form);

  test("is read whole: as many rules as iptables-save, and nothing that cannot be read", () => {
    expect(saved.rules.length).toBeGreaterThan(95);
    expect(other.codes).toEqual([]);
    expect(other.rules).toHaveLength(saved.rules.length);
  });

  test("leads to the same outcomes as iptables-save, or to less certain ones", () => {
    expect(contradictions(saved.rules, other.rules)).toEqual([]);
  });
});
