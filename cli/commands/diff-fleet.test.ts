import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { DiffReport } from "../../lib/diff/types.js";
import { ROOT, runCli } from "../../lib/testing/run-cli.js";

const NODES = join(ROOT, "golden/kube-proxy/nodes");
const MANIFESTS = join(NODES, "clean-1000/manifests.yaml");

let captures: string;

beforeAll(() => {
  captures = mkdtempSync(join(tmpdir(), "svcrules-fleet-"));
  // Three captures of one node stand for a fleet; which Node each is does not matter here.
  for (const [name, from] of [
    ["a.txt", "clean-1000"],
    ["b.txt", "lb-ip-missing-1009"],
    ["c.txt", "clean-1000"],
  ] as const) {
    mkdirSync(captures, { recursive: true });
    cpSync(join(NODES, from, "node.txt"), join(captures, name));
  }
});
afterAll(() => rmSync(captures, { recursive: true, force: true }));

const diff = (argv: readonly string[], env: Record<string, string> = {}) =>
  runCli(["diff", captures, "--manifests", MANIFESTS, "-q", ...argv], { env });

const reportsOf = (out: string) =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DiffReport);

describe("diff of a fleet", () => {
  test("prints one JSON line a node", async () => {
    const { code, out } = await diff(["--output", "jsonl"]);
    expect(code).toBe(1);
    expect(reportsOf(out)).toHaveLength(3);
  });

  test("names the node in each finding of a report, also where no line of a file shows it", async () => {
    const { out } = await diff(["--report", "json"]);
    const { findings } = JSON.parse(out) as {
      findings: { message: string; check: string; where?: { file: string } }[];
    };
    expect(findings.length).toBeGreaterThan(0);
    for (const { message, check, where } of findings) {
      expect(message.startsWith(check.slice(0, check.lastIndexOf(" (iptables")) + ": ")).toBe(true);
      expect(where?.file).not.toBe(captures);
    }
    expect((await diff(["--report", "github"])).out).toMatch(/^::error .*::node-1 \(.*b\.txt\): /m);
  });

  test("has the names of files on one line in messages of reports", async () => {
    const odd = join(captures, "d\n::error::x.txt");
    cpSync(join(captures, "b.txt"), odd);
    const { out } = await diff(["--report", "junit"]);
    rmSync(odd);
    expect(out).toContain("d\\x0a::error::x.txt): ");
    expect(out).not.toMatch(/^::error/m);
  });

  test("in shards compares every node once, whoever runs which shard", async () => {
    const whole = (await diff(["--output", "jsonl"])).out;
    const parts = [];
    for (const index of [0, 1]) {
      const given = await diff(["--output", "jsonl", "--shard", `${index}/2`]);
      const found = await diff(["--output", "jsonl", "--shard", "/2"], { JOB_COMPLETION_INDEX: String(index) });
      expect(found.out).toBe(given.out);
      parts.push(...given.out.split("\n").filter((line) => line !== ""));
    }
    expect(parts.sort()).toEqual(
      whole
        .split("\n")
        .filter((line) => line !== "")
        .sort(),
    );
  });

  test("in a shard without nodes is clean", async () => {
    const { code, out } = await diff(["--output", "jsonl", "--shard", "5/6"]);
    expect([code, out]).toEqual([0, ""]);
  });

  test.each([["2/2"], ["/2"], ["x/2"], ["1/0"]])("refuses the shard %s", async (shard) => {
    const { code, out, err } = await diff(["--shard", shard]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("--shard");
  });

  test("shows one node as a page, and several as a page with a matrix", async () => {
    const one = await runCli(["diff", join(captures, "b.txt"), "--manifests", MANIFESTS, "-q", "--output", "html"]);
    expect(one.code).toBe(1);
    expect(one.out).toMatch(/^<!doctype html>/);
    expect(one.out).toContain("frontend-missing");
    const many = await diff(["--output", "html"]);
    expect(many.code).toBe(1);
    expect(many.out).toMatch(/^<!doctype html>/);
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(many.out)![1]!) as {
      readonly kind: string;
      readonly nodes: readonly object[];
      readonly cells: readonly { readonly changes: readonly object[] }[];
    };
    expect([data.kind, data.nodes.length]).toEqual([
      "fleet",
      reportsOf((await diff(["--output", "jsonl"])).out).length,
    ]);
    expect(data.cells.every(({ changes }) => changes.length > 0)).toBe(true);
  });
});
