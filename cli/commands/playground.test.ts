import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { runCli } from "../../lib/testing/run-cli.js";
import { playgroundPage } from "../playground-page.js";

test("playground tells where the page is and writes a copy; where it is not built, it says how to build it", async () => {
  const page = playgroundPage();
  const cwd = mkdtempSync(join(tmpdir(), "svcrules-playground-"));
  try {
    const told = await runCli(["playground"]);
    const written = await runCli(["playground", "--out", "page.html"], { cwd });
    if (page === undefined) {
      expect(told).toMatchObject({ code: 2, out: "", err: expect.stringContaining("npm run build:playground") });
      expect([written.code, existsSync(join(cwd, "page.html"))]).toEqual([2, false]);
    } else {
      expect(told).toEqual({ code: 0, out: `${page.path}\n`, err: "" });
      expect(written).toEqual({ code: 0, out: "", err: "" });
      expect(readFileSync(join(cwd, "page.html"), "utf8")).toBe(page.text());
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});

test("playground takes no input", async () => {
  expect((await runCli(["playground", "dump.yaml"])).code).toBe(2);
});
