/** Places that cannot be written, against every way in which a command writes: a table. Disks are mounted, as root. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { describeKernel } from "../../lib/testing/kernel/describe-kernel.js";
import { mountTmpfs, TMPFS_PROGRAMS, type Tmpfs } from "../../lib/testing/kernel/tmpfs.js";
import { filesBelow, OUTPUT_WRITERS, writeProject, type OutputWriter } from "../../lib/testing/output-writers.js";
import { ROOT } from "../../lib/testing/run-cli.js";

const MAIN = join(ROOT, "dist/cli/main.js");
/** In CI, golden files are not written. */
const { CI: _ci, ...ENV } = process.env;
const DISK_KIBIBYTES = 4096;

let project = "";
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "svcrules-places-"));
  writeProject(project);
  // `npm run build` alone leaves the page out.
  if (!existsSync(join(ROOT, "dist/playground/index.html")))
    expect(spawnSync(process.execPath, ["scripts/build-playground.mjs"], { cwd: ROOT }).status).toBe(0);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(argv: readonly string[], env: NodeJS.ProcessEnv = ENV) {
  return spawnSync(process.execPath, [MAIN, ...argv, "-q"], { cwd: project, env, encoding: "utf8", timeout: 60_000 });
}

/** One error with path and cause, and exit status 2. */
function expectOneError(argv: readonly string[], path: string, cause: RegExp, env = ENV): void {
  const { status, stderr } = run(argv, env);
  const errors = stderr.split("\n").filter((line) => /^svcrules: |error|bug/i.test(line));
  expect({ status, errors, stderr }).toEqual({ status: 2, errors: [expect.stringMatching(cause)], stderr });
  expect(errors[0]).toContain(path);
  expect(errors[0]).toMatch(/^svcrules: /);
}

/** What the writer leaves in a place where nothing is in its way. */
function goodRun({ argv, writes }: OutputWriter): Record<string, string> {
  const place = join(mkdtempSync(join(project, "good-")), "place");
  writeProject(place);
  const { status, stderr } = run(argv(join(place, writes === "directory" ? "golden" : "file")));
  expect(`${status} ${stderr}`).toMatch(/^[01] /);
  return filesBelow(place);
}

const writers = OUTPUT_WRITERS.map((writer) => [writer.name, writer] as const);
const fileWriters = writers.filter(([, { writes }]) => writes === "file");
const directoryWriters = writers.filter(([, { writes }]) => writes === "directory");

describeKernel("a disk of its own", TMPFS_PROGRAMS, () => {
  let disk: Tmpfs;
  beforeEach(() => {
    disk = mountTmpfs(DISK_KIBIBYTES);
    writeProject(disk.directory);
  });
  afterEach(() => disk.remove());

  test.each(writers)("that is full is one error of %s, and nothing is there that was not", (name, { argv }) => {
    const target = join(disk.directory, "golden");
    disk.fill(0);
    const before = filesBelow(disk.directory);
    expectOneError(argv(target), disk.directory, /no space is left/);
    expect([name, filesBelow(disk.directory)]).toEqual([name, before]);
  });

  test.each(fileWriters.filter(([name]) => name !== "check --init"))(
    "that is full leaves the old file of %s",
    (_name, { argv }) => {
      const target = join(disk.directory, "file");
      writeFileSync(target, "old\n");
      disk.fill(0);
      const before = filesBelow(disk.directory);
      expectOneError(argv(target), target, /no space is left/);
      expect(filesBelow(disk.directory)).toEqual(before);
    },
  );

  test.each(directoryWriters)("that becomes full under %s holds whole files only", (_name, writer) => {
    const whole = goodRun(writer);
    const names = Object.keys(whole).filter((name) => name.startsWith("golden/"));
    for (const freePages of [1, 2, 4]) {
      rmSync(join(disk.directory, "golden"), { recursive: true, force: true });
      rmSync(join(disk.directory, "ballast"), { force: true });
      disk.fill(freePages);
      const { status } = run(writer.argv(join(disk.directory, "golden")));
      const { ballast: _ballast, ...left } = filesBelow(disk.directory);
      expect(whole).toMatchObject(left);
      const isAllThere = names.every((name) => name in left);
      expect([0, 1, 2]).toContain(status);
      expect(status === 2).toBe(!isAllThere);
    }
  });

  test.each(writers)("that is read-only is one error of %s", (_name, { argv }) => {
    disk.makeReadOnly();
    expectOneError(argv(join(disk.directory, "golden")), disk.directory, /the file system is read-only/);
  });
});

describe("a place that takes no files", () => {
  const HERE = OUTPUT_WRITERS.filter(({ name }) => name !== "check --update").map(
    (writer) => [writer.name, writer] as const,
  );

  test.each(HERE)("under /proc is one error of %s", (_name, { argv }) => {
    for (const path of ["/proc/nope/x", "/proc/x"]) expectOneError(argv(path), path, /no files can be made there/);
  });

  test.each(HERE)("below a file or a loop of links is one error of %s", (_name, { argv }) => {
    const path = join(project, "svcrules.yaml/x");
    expectOneError(argv(path), path, /a part of the path is not a directory/);
    const loop = join(project, "loop");
    if (!lstatSync(loop, { throwIfNoEntry: false })) symlinkSync(loop, loop);
    expectOneError(argv(join(loop, "x")), loop, /symbolic links form a loop/);
  });

  test.each(fileWriters.filter(([name]) => !/--init|compile|anonymize/.test(name)))(
    "because it is a directory is one error of %s",
    (_name, { argv }) => {
      const path = mkdtempSync(join(project, "directory-"));
      expectOneError(argv(path), path, /it is a directory|is no file/);
      expect(filesBelow(path)).toEqual({});
    },
  );

  test.each(directoryWriters)("because a directory has the name of a file is one error of %s", (_name, writer) => {
    const first = Object.keys(goodRun(writer)).find((name) => name.startsWith("golden/"))!;
    const place = join(mkdtempSync(join(project, "taken-")), "place");
    writeProject(place);
    mkdirSync(join(place, first), { recursive: true });
    expectOneError(writer.argv(join(place, "golden")), first.slice("golden/".length), /it is a directory|is no file/);
  });

  test.each(fileWriters.filter(([name]) => !/--init|--golden/.test(name)))(
    "because it is the full device is one error of %s",
    (_name, { argv }) => expectOneError(argv("/dev/full"), "/dev/full", /no space is left/),
  );
});

test("the step summary of GitHub that cannot be written is one error", () => {
  for (const [path, cause] of [
    ["/proc/x", /no files can be made there/],
    ["/dev/full", /no space is left/],
    [project, /it is a directory/],
    [join(project, "svcrules.yaml/x"), /not a directory/],
  ] as const) {
    const more = { ...ENV, GITHUB_STEP_SUMMARY: path };
    expectOneError(["doctor", "apps", "--exit-zero", "--report", "github"], path, cause, more);
  }
});

describe("stdout that is full", () => {
  const PRINTERS: readonly (readonly string[])[] = [
    ["compile", "apps"],
    ["compile", "apps", "-o", "html"],
    ["compile", "apps", "--golden", "nothing.txt"],
    ["__man"],
    ["--help"],
    ["diff", join(ROOT, "golden/kube-proxy/nodes/two-drifts-1020/node.txt"), "--manifests", "apps", "--report", "json"],
    ["check"],
    ["endpoints", "apps"],
    ["explain", "frontend", "apps"],
    ["trace", "apps", "--from", "outside", "--to", "10.96.0.10:80"],
    ["doctor", "apps", "-o", "json"],
    ["dns", "-f", "apps"],
    ["impact", "apps", join(ROOT, "fixtures/shop")],
    ["migrate", "apps", "--from-mode", "iptables", "--to-mode", "nftables"],
    ["collect"],
    ["playground"],
    ["completion", "bash"],
  ];
  test.each(PRINTERS.map((argv) => [argv.join(" "), argv] as const))("is one error of %s", (_name, argv) => {
    const line = `exec "$0" "$@" >/dev/full`;
    const options = { cwd: project, env: ENV, encoding: "utf8" } as const;
    const { status, stderr } = spawnSync("sh", ["-c", line, process.execPath, MAIN, ...argv, "-q"], options);
    const errors = stderr.split("\n").filter((text) => text.startsWith("svcrules: "));
    expect({ status, errors, stderr }).toEqual({
      status: 2,
      errors: ["svcrules: cannot write to stdout: no space is left on the device"],
      stderr,
    });
  });
});
