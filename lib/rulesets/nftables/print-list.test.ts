/** The lines of rules as a listing has them. */
import { expect, test } from "@jest/globals";
import { listRules } from "./print-list.js";
import type { NftRule } from "./types.js";

const rule = (comment?: string): NftRule => ({
  chain: "chain",
  statements: [{ kind: "verdict", verdict: { kind: "drop" } }],
  comment,
});

test("each rule is a line; rules of which one takes several are none", () => {
  expect(listRules([])).toBe("");
  expect(listRules([rule(), rule("b")])).toBe('\t\tdrop\n\t\tdrop comment "b"\n');
  expect(listRules([rule(), rule("a\nb")])).toBeUndefined();
  expect(listRules([rule("a\n"), rule()])).toBeUndefined();
});
