/** Release numbers stand in the tables of this folder: whoever adds a minor has no other number to look for. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ROOT } from "../testing/run-cli.js";
import { NEWEST_MINOR, OLDEST_MINOR } from "./kube-version.js";

/** Files that may spell release numbers, each with the reason. */
const MAY_SPELL: Readonly<Record<string, string>> = {
  "lib/config/feature-rows.ts": "the table of features",
  "lib/config/feature-gates.ts": "the table of gates",
  "lib/config/deprecations.ts": "the table of deprecations",
  "lib/diagnostics/codes.ts": "explanations of the page of codes, below what knows releases; of releases that are past",
};

/** Numbers that look like a release and are none. */
const OTHER_NUMBERS = /busybox:1\.\d+|\b14px\/1\.\d+|\b12px\/1\.\d+/g;

const files = ["lib", "cli", "playground"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !/\.test\.ts$|\.d\.ts$/.test(e.name))
    .map((e) => relative(ROOT, join(e.parentPath, e.name)))
    .filter((name) => !/^lib\/testing\/|node_modules/.test(name)),
);

const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8").replace(OTHER_NUMBERS, "");
const withoutComments = (text: string) => text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");

/** "FILE: number" for each release number from a minor on. */
function spelled(file: string, text: string, oldest: number): string[] {
  const minors = [...text.matchAll(/(?<![\d.])1\.(\d\d)(?!\d)/g)].map(([, minor]) => Number(minor));
  return minors.filter((minor) => minor >= oldest && minor < NEWEST_MINOR + 12).map((minor) => `${file}: 1.${minor}`);
}

describe("a release number", () => {
  test("stands in no code outside the tables; up to the oldest known one they change no more", () => {
    const found = files
      .filter((file) => !MAY_SPELL[file])
      .flatMap((file) => spelled(file, withoutComments(textOf(file)), OLDEST_MINOR + 1));
    expect(found).toEqual([]);
  });

  test("of the newest release stands in no comment either, where it would soon be wrong", () => {
    const found = files
      .filter((file) => !/feature-rows|feature-gates|deprecations/.test(file))
      .flatMap((file) => spelled(file, textOf(file), NEWEST_MINOR));
    expect(found).toEqual([]);
  });

  test("is compared nowhere: releases differ in features", () => {
    const compared = /\bminor\w*\s*(?:[<>]=?|[!=]==?)\s*\d|\d\s*(?:[<>]=?|[!=]==?)\s*\w*\.minor\b/i;
    expect(files.filter((file) => compared.test(withoutComments(textOf(file))))).toEqual([]);
  });

  test("is spelled by each file that may", () => {
    const idle = Object.keys(MAY_SPELL).filter((file) => spelled(file, textOf(file), 0).length === 0);
    expect(idle.filter((file) => !/[a-zA-Z]: \d\d\b/.test(textOf(file)))).toEqual([]);
  });
});
