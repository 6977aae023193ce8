/** `check --update` that is killed, or runs twice at once: each golden file is the old or the new one. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fuzzRuns } from "../../lib/testing/fuzz/runs.js";
import { ROOT } from "../../lib/testing/run-cli.js";

const MAIN = join(ROOT, "dist/cli/main.js");
const TRIES = fuzzRuns(8);
/** In CI, --update is refused. */
const { CI: _ci, ...env } = process.env;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-killed-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A case of three modes; its golden files by name, as --update writes them for the manifests with this port. */
function project(name: string): { readonly path: string; readonly goldenOf: (port: number) => Record<string, string> } {
  const path = join(directory, name);
  mkdirSync(path);
  cpSync(join(ROOT, "fixtures/guestbook/manifests"), join(path, "apps"), { recursive: true });
  writeFileSync(
    join(path, "svcrules.yaml"),
    "cases:\n  - name: guestbook\n    inputs: [apps, extra.yaml]\n    modes: [iptables, ipvs, nftables]\n",
  );
  return {
    path,
    goldenOf(port) {
      setPort(path, port);
      expect(spawnSync(process.execPath, [MAIN, "check", "--update"], { cwd: path, env }).status).toBe(0);
      return goldenFiles(path);
    },
  };
}

function setPort(path: string, port: number): void {
  const spec = { clusterIP: "10.96.7.7", ports: [{ port }] };
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "extra", namespace: "default" }, spec };
  writeFileSync(join(path, "extra.yaml"), JSON.stringify(service));
}

function goldenFiles(path: string): Record<string, string> {
  const names = readdirSync(join(path, "golden"), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(file, "utf8")]));
}

function update(path: string, config = "svcrules.yaml"): ChildProcess {
  return spawn(process.execPath, [MAIN, "check", config, "--update"], { cwd: path, env, stdio: "ignore" });
}

const ended = (child: ChildProcess) => new Promise<void>((done) => child.once("exit", () => done()));

test("killed at any moment, each golden file is the old or the new one", async () => {
  const { path, goldenOf } = project("killed");
  const before = goldenOf(1111);
  const started = performance.now();
  const after = goldenOf(2222);
  const took = performance.now() - started;
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(Object.values(after)).not.toEqual(Object.values(before));
  for (let i = 0; i < TRIES; i++) {
    goldenOf(1111);
    setPort(path, 2222);
    const child = update(path);
    const done = ended(child);
    // The later half of a run, in which the files are written.
    await new Promise((passed) => setTimeout(passed, (took * (TRIES + i)) / (2 * TRIES)));
    child.kill("SIGKILL");
    await done;
    for (const [file, text] of Object.entries(goldenFiles(path)))
      // What a killed run leaves beside a golden file is no golden file.
      if (!file.endsWith(".tmp")) expect([before[file], after[file]]).toContain(text);
  }
  expect(Object.fromEntries(Object.entries(goldenOf(2222)).filter(([file]) => !file.endsWith(".tmp")))).toEqual(after);
}, 120_000);

test("twice at once, they end in one of the two results", async () => {
  const { path } = project("twice");
  // Two states of the same cases, as of two branches, in one directory.
  const configs = [1111, 2222].map((port) => {
    setPort(path, port);
    renameSync(join(path, "extra.yaml"), join(path, `extra-${port}.yaml`));
    const config = readFileSync(join(path, "svcrules.yaml"), "utf8").replace("extra.yaml", `extra-${port}.yaml`);
    writeFileSync(join(path, `config-${port}.yaml`), config);
    return `config-${port}.yaml`;
  });
  const results = configs.map((config) => {
    expect(spawnSync(process.execPath, [MAIN, "check", config, "--update"], { cwd: path, env }).status).toBe(0);
    return goldenFiles(path);
  });
  expect(Object.values(results[0]!)).not.toEqual(Object.values(results[1]!));
  for (let i = 0; i < 4; i++) {
    const ends = configs.map((config) => ended(update(path, config)));
    await Promise.all(ends);
    const files = goldenFiles(path);
    expect(Object.keys(files)).toEqual(Object.keys(results[0]!));
    for (const [file, text] of Object.entries(files)) expect(results.map((result) => result[file])).toContain(text);
  }
}, 120_000);
