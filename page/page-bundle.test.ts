import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test("the page's script and style are those that npm run build:page makes of page/", () => {
  const directory = mkdtempSync(join(tmpdir(), "svcrules-bundle-"));
  try {
    const file = join(directory, "page-bundle.ts");
    const { status, stderr } = spawnSync(process.execPath, [at("../scripts/build-page.mjs"), file], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8") === readFileSync(at("../lib/render/html/page-bundle.ts"), "utf8")).toBe(true);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
