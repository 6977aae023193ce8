/** The single executable, on a PATH without Node. Built here; that takes a minute. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { load } from "js-yaml";
import { ROOT } from "../run-cli.js";
import { plainEnvironment } from "./package-folder.js";

const EXECUTABLE = join(ROOT, "dist/binary/svcrules");
const NODES = join(ROOT, "golden/kube-proxy/nodes");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-binary-"));
  const built = spawnSync("npm", ["run", "build:binary"], { cwd: ROOT, env: plainEnvironment(), encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(command: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    cwd: ROOT,
    env: { PATH: directory, HOME: directory, ...more },
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}
const binary = (...argv: readonly string[]) => run([EXECUTABLE, ...argv]);
const builtProgram = (...argv: readonly string[]) => run([process.execPath, join(ROOT, "dist/cli/main.js"), ...argv]);

describe("the single executable", () => {
  test("is called as it was named, and tells its version", () => {
    expect(binary("--version")).toEqual({ status: 0, out: `${version}\n`, err: "" });
    symlinkSync(EXECUTABLE, join(directory, "kubectl-svcrules"));
    expect(run([join(directory, "kubectl-svcrules"), "--help"]).out).toMatch(/^Usage: kubectl svcrules/);
  });

  test.each([
    ["compile fixtures/guestbook/manifests --mode ipvs"],
    ["diff fixtures/guestbook/node-iptables.txt --manifests fixtures/guestbook/dump.yaml"],
    ["doctor fixtures/guestbook/dump.yaml"],
    ["explain guestbook/frontend fixtures/guestbook/dump.yaml --mode nftables"],
    ["compile nope"],
    ["complie"],
  ])("answers as the built program: %s", (line) => {
    expect(binary(...line.split(" "))).toEqual(builtProgram(...line.split(" ")));
  });

  test("compares many nodes in threads, as the built program", () => {
    const folder = join(directory, "captures");
    mkdirSync(folder);
    for (let i = 0; i < 96; i++)
      cpSync(join(NODES, i % 3 === 0 ? "lb-ip-missing-1009" : "clean-1000", "node.txt"), join(folder, `host-${i}.txt`));
    const argv = ["diff", folder, "--manifests", join(NODES, "clean-1000/manifests.yaml"), "--output", "jsonl"];
    const got = binary(...argv);
    expect(got.status).toBe(1);
    expect(got).toEqual(builtProgram(...argv));
    // Node's own words, once a thread is there.
    expect(run([EXECUTABLE, ...argv], { NODE_DEBUG: "worker" }).err).toMatch(/WORKER/);
  });

  test("writes the playground's page", () => {
    const page = join(directory, "page.html");
    expect(binary("playground")).toMatchObject({ status: 2, out: "" });
    expect(binary("playground", "--out", page)).toMatchObject({ status: 0 });
    expect(readFileSync(page, "utf8")).toBe(readFileSync(join(ROOT, "dist/playground/index.html"), "utf8"));
  });

  test("is packed with checksums and a manifest for krew", () => {
    const folder = join(directory, "release");
    const made = spawnSync(process.execPath, ["scripts/release-files.mjs", folder, "https://example.com/v1/"], {
      cwd: ROOT,
      env: plainEnvironment(),
      encoding: "utf8",
    });
    expect([made.status, made.stderr]).toEqual([0, ""]);
    const [archive] = made.stdout.split("\n");
    expect(spawnSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: folder }).status).toBe(0);
    const [sum] = readFileSync(join(folder, "SHA256SUMS"), "utf8").split(" ");
    const plugin = load(readFileSync(join(folder, "svcrules.yaml"), "utf8")) as { spec: { platforms: object[] } };
    expect(plugin).toMatchObject({ kind: "Plugin", spec: { version: `v${version}` } });
    expect(plugin.spec.platforms).toMatchObject([
      { uri: `https://example.com/v1/${archive!}`, sha256: sum, bin: "svcrules" },
    ]);
    spawnSync("tar", ["-xzf", archive!], { cwd: folder });
    expect(run([join(folder, "svcrules"), "--version"]).out).toBe(`${version}\n`);
  });

  test("comes with the licences of what is in it", () => {
    const notices = readFileSync(join(ROOT, "dist/binary/LICENSES.txt"), "utf8");
    for (const name of ["Node.js", "OpenSSL", "V8", "yargs", "js-yaml", "fflate"]) expect(notices).toContain(name);
    expect(readFileSync(join(ROOT, "dist/binary/LICENSE"), "utf8")).toContain("Apache License");
  });
});
