/** No command opens a connection or starts a program: proven by the system calls of the built command line. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { describeKernel } from "../lib/testing/kernel/describe-kernel.js";
import { ROOT } from "../lib/testing/run-cli.js";
import { COMMANDS } from "../lib/options/commands/index.js";

const MAIN = join(ROOT, "dist/cli/main.js");
const INPUT = "fixtures/guestbook/manifests";
const NODE = "golden/kube-proxy/nodes/two-drifts-1020";
const CAPTURE = [`${NODE}/node.txt`, "--manifests", `${NODE}/manifests.yaml`];

/** Of each command what reads the most; `%DIR` is a directory of its own. */
const RUNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  compile: [[INPUT], [INPUT, "-o", "html", "--out", "%DIR/page.html"], ["%DIR/packed.tar.gz"], ["--help"]],
  diff: [CAPTURE, [...CAPTURE, "-o", "patch"], [...CAPTURE, "--report", "sarif=%DIR/diff.sarif"]],
  check: [["%DIR/svcrules.yaml", "--update"], ["%DIR/svcrules.yaml"]],
  endpoints: [[INPUT]],
  explain: [["frontend", INPUT]],
  trace: [[INPUT, "--from", "outside", "--to", "10.96.0.10:80"]],
  doctor: [[INPUT]],
  dns: [["-f", INPUT]],
  impact: [[INPUT, "fixtures/shop"]],
  migrate: [[INPUT, "--from-mode", "iptables", "--to-mode", "nftables"]],
  collect: [[]],
  extract: [["fixtures/bombs"], ["--help"]],
  anonymize: [[INPUT, "--out", "%DIR/anonymous"]],
  playground: [[]],
  completion: [["bash"]],
};

const NAMED = Object.entries(RUNS).flatMap(([command, runs]) =>
  runs.map((argv) => [[command, ...argv].join(" "), command, argv] as const),
);

describeKernel("the system calls of", ["strace", "tar"], () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "svcrules-calls-"));
    spawnSync("tar", ["czf", join(directory, "packed.tar.gz"), INPUT], { cwd: ROOT });
    cpSync(join(ROOT, INPUT), join(directory, "apps"), { recursive: true });
    writeFileSync(join(directory, "svcrules.yaml"), "cases:\n  - name: guestbook\n    inputs: [apps]\n");
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Calls of all threads that make a socket or start a process. */
  function callsOf(command: string, argv: readonly string[]) {
    const log = join(directory, "strace.log");
    const own = argv.map((word) => word.replace("%DIR", directory));
    const traced = [
      "-f",
      "-qq",
      "-o",
      log,
      "-e",
      "trace=socket,connect,bind,sendto,sendmsg,execve,execveat,fork,vfork,clone,clone3",
    ];
    const { status, stderr } = spawnSync("strace", [...traced, process.execPath, MAIN, command, ...own], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { status, stderr, calls: readFileSync(log, "utf8").split("\n").filter(Boolean) };
  }

  test.each(NAMED)("svcrules %s makes no socket and no process", (_shown, command, argv) => {
    const { status, stderr, calls } = callsOf(command, argv);
    expect(`${status} ${stderr}`).toMatch(/^[012] /);
    expect(stderr).not.toMatch(/unknown|no such/i);
    const isThread = (call: string) => /\bclone3?\(/.test(call) && call.includes("CLONE_THREAD");
    const others = calls.filter((call) => !isThread(call) && !/<\.\.\. clone3? resumed>/.test(call));
    // The one is Node itself.
    expect(others.filter((call) => call.includes("execve(")).length).toBe(1);
    expect(others.filter((call) => !call.includes("execve("))).toEqual([]);
  });

  test("every command is looked at", () => {
    expect(Object.keys(RUNS).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    expect(readdirSync(directory)).toContain("page.html");
  });
});
