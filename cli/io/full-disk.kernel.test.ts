/** A disk that is full: a tmpfs of some pages, which only root may mount. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { describeKernel } from "../../lib/testing/kernel/describe-kernel.js";
import { ROOT } from "../../lib/testing/run-cli.js";

const run = (command: string, argv: readonly string[]) => spawnSync(command, argv, { cwd: ROOT, encoding: "utf8" });

describeKernel("a full disk", ["mount", "umount"], () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "svcrules-full-"));
    expect(run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]).status).toBe(0);
  });
  afterEach(() => {
    run("umount", [directory]);
    rmSync(directory, { recursive: true, force: true });
  });

  test("is one error that names the file, and the old file stays", () => {
    const file = join(directory, "rules.txt");
    writeFileSync(file, "old\n");
    writeFileSync(join(directory, "ballast"), Buffer.alloc(56 << 10));
    const { status, stderr } = run(process.execPath, [
      "dist/cli/main.js",
      ...["compile", "golden/kube-proxy/cases/hundred-endpoints/manifests.yaml", "-q", "--out", file],
    ]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^svcrules: cannot write .*rules\.txt: no space is left/),
    ]);
    expect(readFileSync(file, "utf8")).toBe("old\n");
    expect(readdirSync(directory).sort()).toEqual(["ballast", "rules.txt"]);
  });
});
