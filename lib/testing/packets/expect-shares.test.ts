import { expect, test } from "@jest/globals";
import { allowedDeviation, compareShares } from "./expect-shares.js";

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
