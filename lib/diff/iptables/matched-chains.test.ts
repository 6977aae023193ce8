import { expect, test } from "@jest/globals";
import { MatchedChains } from "./matched-chains.js";
import type { SideChain } from "./side.js";

const chain = (text: string, index?: number): SideChain => ({ texts: [text], ...(index !== undefined && { index }) });

test("chains of both sides: as captured, changed, only expected, only captured", () => {
  const held = new Map([
    ["A", chain("a", 0)],
    ["B", chain("b", 1)],
    ["X", chain("x", 2)],
  ]);
  const chains = new MatchedChains(held);
  chains.add("A", held.get("A")!, held.get("A"));
  chains.add("B", chain("other"), held.get("B"));
  chains.add("C", chain("c"), undefined);
  expect([...chains].map(([name, { texts }]) => [name, texts[0]])).toEqual([
    ["B", "other"],
    ["C", "c"],
    ["A", "a"],
  ]);
  expect([...chains.extra]).toEqual(["X"]);
  expect(chains.size).toBe(3);
  expect(chains.get("A")).toBe(held.get("A"));
  expect(chains.has("X")).toBe(false);
});

test("a captured chain without a place is told by its text", () => {
  const held = new Map([["A", chain("a")]]);
  const chains = new MatchedChains(held);
  chains.add("A", held.get("A")!, held.get("A"));
  expect([...chains.keys()]).toEqual(["A"]);
  expect(chains.extra.size).toBe(0);
});
