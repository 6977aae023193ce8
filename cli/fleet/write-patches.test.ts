import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT, runCli } from "../../lib/testing/run-cli.js";

const NODES = join(ROOT, "golden/kube-proxy/nodes");
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-patches-"));
  for (const [from, to] of [
    ["two-drifts-1020", "node-1.txt"],
    ["clean-1000", "node-2.txt"],
  ] as const)
    copyFileSync(join(NODES, from, "node.txt"), join(directory, to));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const manifests = ["--manifests", join(NODES, "two-drifts-1020", "manifests.yaml")];
const diff = (...argv: string[]) => runCli(["diff", ...argv, ...manifests], { cwd: directory });

describe("patches of several nodes", () => {
  test("are refused on stdout", async () => {
    const { code, out, err } = await diff("node-1.txt", "node-2.txt", "-o", "patch");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("patches of 2 nodes");
    expect(err).toContain("--out DIR");
  });

  test("are written one file a node, each as it would be printed", async () => {
    const { code, out } = await diff("node-1.txt", "node-2.txt", "-o", "patch", "--out", "patches/");
    expect([code, out]).toEqual([1, ""]);
    expect(readdirSync(join(directory, "patches")).sort()).toEqual(["node-1.patch", "node-2.patch"]);
    const alone = await diff("node-1.txt", "--node", "node-1", "-o", "patch");
    expect(alone.out).toContain("COMMIT");
    expect(readFileSync(join(directory, "patches/node-1.patch"), "utf8")).toBe(alone.out);
  });
});

test.each(["text", "unified", "json", "jsonl", "html"])("what is printed as %s can go to a file", async (output) => {
  const args = ["node-1.txt", "--node", "node-1", "-o", output];
  const { code, out } = await diff(...args, "--out", `diff.${output}`);
  expect([code, out]).toEqual([1, ""]);
  expect(readFileSync(join(directory, `diff.${output}`), "utf8")).toBe((await diff(...args)).out);
});
