/** Every diagnostic code is given by some code, and seen by some test or fixture. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { DIAGNOSTIC_CODES } from "./codes.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CODES = Object.keys(DIAGNOSTIC_CODES);
/** This file, and the table itself. */
const OWN = /codes-covered\.test\.ts$|diagnostics\/codes\.ts$/;

/** Files under the folders, as text. */
function textsIn(folders: readonly string[], wanted: RegExp): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => wanted.test(path) && !OWN.test(path))
      .map((path) => readFileSync(path, "utf8")),
  );
}

/** Words of the texts in the form of a code. */
const wordsOf = (texts: readonly string[]) =>
  new Set(texts.flatMap((text) => text.match(/(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])/g) ?? []));

test("every code occurs in a test or a fixture", () => {
  const tested = wordsOf([
    ...textsIn(["lib", "cli"], /\.test\.ts$/),
    ...textsIn(["fixtures"], /\.(?:txt|json|ya?ml|md)$/),
  ]);
  expect(CODES.filter((code) => !tested.has(code))).toEqual([]);
});

test("every code is given somewhere", () => {
  const code = textsIn(["lib", "cli"], /(?<!\.test)\.ts$/).join("\n");
  expect(CODES.filter((one) => !code.includes(`"${one}"`))).toEqual([]);
});
