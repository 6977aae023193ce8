/** Output that cannot be written, through the built command line. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT } from "../../lib/testing/run-cli.js";
import { writeFileAtomically } from "./write-output.js";

const MAIN = join(ROOT, "dist/cli/main.js");
const INPUT = "fixtures/guestbook/manifests";
let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-unwritable-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a line of a shell in which $SVCRULES is the command. */
function shell(line: string) {
  const env = { ...process.env, SVCRULES: `${process.execPath} ${MAIN}`, DIR: directory };
  const { status, stderr } = spawnSync("sh", ["-c", line], { cwd: ROOT, env, encoding: "utf8" });
  return { status, stderr };
}

describe("a terminal", () => {
  const hasScript = spawnSync("script", ["--version"]).status === 0;
  (hasScript ? test : test.skip)("that does not tell its width has 80 columns", () => {
    const command = `stty cols 0 rows 0; ${process.execPath} ${MAIN} impact fixtures/guestbook/dump.yaml --drain worker-2 -q`;
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd: ROOT, encoding: "utf8" });
    expect(stdout).toContain("4 moved; 2 of 6 frontends unchanged");
  });
});

describe("stdout", () => {
  test.each([
    ["that is full", `$SVCRULES compile ${INPUT} -q >/dev/full`, "no space is left"],
    ["that is full, for help", "$SVCRULES --help >/dev/full", "no space is left"],
    ["that is closed", `$SVCRULES compile ${INPUT} -q >&-`, "it is closed"],
    ["that is closed, for the version", "$SVCRULES --version >&-", "closed"],
  ])("%s is one error", (_name, line, reason) => {
    const { status, stderr } = shell(line);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^svcrules: cannot write to stdout: /);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/bug|internal error|^\s+at /m);
  });

  test.each(["sh", "bash"])("that is closed by %s is one error, whether the shell stays or not", (name) => {
    const env = { ...process.env, SVCRULES: `${process.execPath} ${MAIN}` };
    for (const line of ["$SVCRULES --help >&-", "$SVCRULES --help >&-; exit $?"])
      expect(spawnSync(name, ["-c", line], { env, encoding: "utf8" })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("it is closed"),
      });
  });

  test("that a program gave as /dev/null, because it wants no output, is no error", () => {
    const stdio = ["pipe", "ignore", "pipe"] as const;
    const started = (command: string, argv: readonly string[]) =>
      spawnSync(command, argv, { cwd: ROOT, stdio: [...stdio], encoding: "utf8" });
    const argv = [MAIN, "compile", INPUT, "-q"];
    expect(started(process.execPath, argv)).toMatchObject({ status: 0, stderr: "" });
    // A shell between them has it from there.
    const line = `${process.execPath} ${argv.join(" ")}; exit $?`;
    expect(started("sh", ["-c", line])).toMatchObject({ status: 0, stderr: "" });
  });

  test("that is /dev/null, or stderr that is full, is no error", () => {
    expect(shell(`$SVCRULES compile ${INPUT} -q >/dev/null`)).toEqual({ status: 0, stderr: "" });
    expect(shell(`$SVCRULES compile ${INPUT} >/dev/null 2>/dev/full`).status).toBe(0);
  });
});

describe("a file", () => {
  test.each([
    ["under /proc", "/proc/nope/x", "ENOENT"],
    ["below a file", "/etc/hostname/x/y", "ENOTDIR"],
  ])("%s is refused and never waited for", (_name, path, code) => {
    expect(() => writeFileAtomically(path, ["x"])).toThrow(code);
  });

  test("with the longest name is written", () => {
    const path = join(directory, `${"n".repeat(251)}.txt`);
    writeFileAtomically(path, ["x"]);
    expect(readFileSync(path, "utf8")).toBe("x");
  });

  test("is written where a killed run left its temporary file", () => {
    writeFileSync(join(directory, `.rules.txt.${process.pid}.tmp`), "half");
    writeFileAtomically(join(directory, "rules.txt"), ["whole"]);
    expect(readFileSync(join(directory, "rules.txt"), "utf8")).toBe("whole");
    rmSync(join(directory, `.rules.txt.${process.pid}.tmp`));
  });
});

describe("a run that is stopped while it writes", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "by %s leaves the old file or the new, and nothing beside it",
    async (signal) => {
      const module = join(ROOT, "cli/io/write-output.ts");
      const folder = mkdtempSync(join(directory, "stopped-"));
      const file = join(folder, "rules.txt");
      writeFileSync(file, "old\n");
      // The chunks come slowly, so that the signal meets the middle of the file.
      const script = `
      import { build } from "esbuild";
      const { outputFiles } = await build({ entryPoints: [${JSON.stringify(module)}], bundle: true, platform: "node", format: "esm", write: false });
      const { writeFileAtomically } = await import("data:text/javascript," + encodeURIComponent(outputFiles[0].text));
      const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      function* chunks() { for (let i = 0; i < 20; i++) { if (i === 2) process.stdout.write("writing\\n"); yield "new\\n"; pause(25); } }
      writeFileAtomically(${JSON.stringify(file)}, chunks());
      await new Promise((done) => setTimeout(done, 2000));
    `;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: ROOT });
      await new Promise<void>((started) => child.stdout.once("data", () => started()));
      child.kill(signal);
      const [code, by] = await new Promise<[number | null, string | null]>((ended) =>
        child.once("exit", (...how) => ended(how)),
      );
      expect([code, by]).toEqual([null, signal]);
      expect(["old\n", "new\n".repeat(20)]).toContain(readFileSync(file, "utf8"));
      expect(readdirSync(folder)).toEqual(["rules.txt"]);
      expect(existsSync(file)).toBe(true);
    },
  );
});
