/** Chains of others that decide about every packet. */
import { expect, test } from "@jest/globals";
import { placeOfWall } from "./order-matters.js";
import type { Rule } from "./types.js";

type Plain = Pick<Rule, "clauses" | "target">;
const jump = (chain: string): Plain => ({ clauses: [], target: { kind: "jump", chain } });
const drop = (address?: string): Plain => ({
  clauses: address === undefined ? [] : [{ kind: "source", address }],
  target: { kind: "drop" },
});

test("a chain that many rules jump to is looked at once", () => {
  const list = Array.from({ length: 5000 }, (_, i) => drop(`10.9.${i >> 8}.${i & 255}`));
  let asked = 0;
  const rulesOf = (chain: string) => {
    asked++;
    return chain === "LIST" ? list : chain === "ALL" ? [...list, jump("NONE")] : [drop()];
  };
  const jumps = Array.from({ length: 5000 }, () => jump("LIST"));
  expect(placeOfWall(jumps, rulesOf, () => true)).toBe(-1);
  expect(asked).toBe(1);
  expect(placeOfWall([...jumps, jump("ALL")], rulesOf, () => true)).toBe(5000);
});
