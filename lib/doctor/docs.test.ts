/** docs/doctor.md names every check as it is, and every known failure once. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { CHECKS } from "./checks/index.js";

const DOCS = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");
const KNOWN_FAILURES = 38;

const rows = DOCS.split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test.each(CHECKS.map(({ id, severity, title }) => [id, severity, title]))("%s is described", (id, severity, title) => {
  expect(rows.filter(([first]) => first === `\`${id}\``).map((row) => row.slice(1, 3))).toEqual([[severity, title]]);
});

test("every known failure is covered by a check or said to be found elsewhere", () => {
  for (let row = 1; row <= KNOWN_FAILURES; row++) {
    const [found, ...more] = rows.filter(([first]) => first === `${row}`);
    const covering = CHECKS.filter(({ covers }) => covers?.includes(row)).map(({ id }) => `\`${id}\``);
    expect([row, more, found?.[2]]).toEqual([row, [], covering.join(", ")]);
    expect(covering.length > 0 || found![3] !== "").toBe(true);
  }
});
