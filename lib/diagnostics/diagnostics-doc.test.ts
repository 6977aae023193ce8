import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { DIAGNOSTIC_CODES } from "./codes.js";

const generator = new URL("../../scripts/make-diagnostics-doc.mjs", import.meta.url).href;

test("docs/diagnostics.md lists every code as codes.ts has it (npm run build && node scripts/make-diagnostics-doc.mjs)", async () => {
  const { diagnosticsDoc } = (await import(generator)) as { diagnosticsDoc: (codes: object) => string };
  const written = readFileSync(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");
  expect(written).toBe(diagnosticsDoc(DIAGNOSTIC_CODES));
});

test("every code is kebab-case and explained with an example", () => {
  for (const [code, { explanation, example }] of Object.entries(DIAGNOSTIC_CODES)) {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(explanation).toMatch(/\.$/);
    expect(example).not.toBe("");
  }
});
