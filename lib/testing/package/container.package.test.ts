/** The steps of the container file in a tree as a container build gets it, without a container. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ROOT } from "../run-cli.js";
import { plainEnvironment } from "./package-folder.js";

const lines = (file: string) =>
  readFileSync(join(ROOT, file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-container-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function shell(script: string, cwd: string, path = process.env["PATH"]!) {
  const { status, stdout, stderr } = spawnSync("bash", ["-ec", script], {
    cwd,
    env: plainEnvironment({ PATH: path, HOME: directory }),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${script}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

test("the tree without what .containerignore leaves out builds, packs, installs and runs", () => {
  const ignored = lines(".containerignore");
  expect(lines(".dockerignore")).toEqual(ignored);
  const source = join(directory, "src");
  const tracked = shell("git ls-files --cached --others --exclude-standard", ROOT).trim().split("\n");
  for (const file of tracked) {
    if (ignored.some((name) => file === name || file.startsWith(`${name}/`))) continue;
    mkdirSync(dirname(join(source, file)), { recursive: true });
    cpSync(join(ROOT, file), join(source, file));
  }
  const [build, install] = lines("Containerfile").flatMap((line) => /^RUN (npm .*)$/.exec(line)?.[1] ?? []);
  const out = join(directory, "out");
  shell(build!.replaceAll("/out", out), source);
  const [tarball, ...more] = readdirSync(out);
  expect([tarball!.endsWith(".tgz"), more]).toEqual([true, []]);
  const prefix = join(directory, "prefix");
  shell(
    install!.replace("--global", `--global --prefix ${prefix}`).replaceAll("/tmp/*.tgz", `${out}/*.tgz`),
    directory,
  );
  const path = `${join(prefix, "bin")}:${process.env["PATH"]!}`;
  expect(shell("svcrules compile fixtures/guestbook/manifests -q", ROOT, path)).toContain("guestbook/frontend:http ->");
  expect(shell("svcrules playground", directory, path)).toContain("index.html");
}, 600_000);
