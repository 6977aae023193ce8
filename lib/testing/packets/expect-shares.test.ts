import { expect, test } from "@jest/globals";
import { allowedDeviation, compareShares, roundRobinDeviation } from "./expect-shares.js";

test("counts near their shares agree", () => {
  const shares = new Map([
    ["a", 0.5],
    ["b", 0.5],
  ]);
  expect(
    compareShares(
      new Map([
        ["a", 130],
        ["b", 110],
      ]),
      shares,
    ),
  ).toBeUndefined();
});

test("a count five standard deviations away does not", () => {
  const shares = new Map([
    ["a", 0.5],
    ["b", 0.5],
  ]);
  expect(allowedDeviation(0.5, 240)).toBeCloseTo(39.73, 2);
  expect(
    compareShares(
      new Map([
        ["a", 160],
        ["b", 80],
      ]),
      shares,
    ),
  ).toBe("a: 160 of 240, expected a share of 0.5000\nb: 80 of 240, expected a share of 0.5000");
});

test("an outcome that should not be is wrong however seldom, and one that should always be however often", () => {
  expect(compareShares(new Map([["a", 4]]), new Map([["a", 1]]))).toBeUndefined();
  expect(
    compareShares(
      new Map([
        ["a", 239],
        ["silent", 1],
      ]),
      new Map([["a", 1]]),
    ),
  ).toMatch(/^silent: 1 of 240/);
  expect(compareShares(new Map([["a", 2]]), new Map([["b", 1]]))).toMatch(/a: 2 of 2.*\nb: 0 of 2/);
});

test("round robin leaves no room: one connection too many is wrong", () => {
  const shares = new Map(["a", "b", "c"].map((name) => [name, 1 / 3]));
  const counts = (a: number, b: number, c: number) => new Map(Object.entries({ a, b, c }));
  expect(compareShares(counts(4, 4, 4), shares, roundRobinDeviation)).toBeUndefined();
  expect(compareShares(counts(5, 3, 4), shares, roundRobinDeviation)).toBe(
    "a: 5 of 12, expected a share of 0.3333\nb: 3 of 12, expected a share of 0.3333",
  );
  // Five standard deviations of so few connections exclude next to nothing.
  expect(compareShares(counts(8, 2, 2), shares)).toBeUndefined();
  expect(compareShares(counts(8, 2, 2), shares, roundRobinDeviation)).toMatch(/^a: 8 of 12/);
});
