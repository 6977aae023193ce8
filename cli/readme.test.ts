/** Runs what README.md tells people to type. The recipes run in a copy of fixtures/guestbook, with the built program. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROOT } from "../lib/testing/run-cli.js";
import { COMMANDS } from "../lib/options/commands/index.js";
import { optionsMarkdown } from "../lib/options/markdown-table.js";

const README = readFileSync(join(ROOT, "README.md"), "utf8");
const BUILT = join(ROOT, "dist/cli/main.js");

/** Fenced blocks of a language with what stands in the next block, when that is output. */
function blocks(text: string): { shell: string; output: string | undefined }[] {
  const fences = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((m) => ({
    language: m[1]!,
    body: m[2]!,
    start: m.index,
    end: m.index + m[0].length,
  }));
  return fences.flatMap((fence, i) => {
    if (fence.language !== "sh") return [];
    const next = fences[i + 1];
    const follows = next?.language === "" && text.slice(fence.end, next.start).trim() === "";
    return [{ shell: fence.body, output: follows ? next.body : undefined }];
  });
}

const recipes = README.slice(README.indexOf("## Recipes"), README.indexOf("## Options"));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-readme-"));
  cpSync(join(ROOT, "fixtures/guestbook"), directory, { recursive: true });
  const bin = join(directory, "svcrules");
  writeFileSync(bin, `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(BUILT)} "$@"\n`);
  chmodSync(bin, 0o755);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function shell(script: string, cwd: string) {
  const { CI: _ci, NODE_OPTIONS: _options, ...env } = process.env;
  return spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd,
    env: { ...env, PATH: `${directory}:${process.env["PATH"]}` },
    encoding: "utf8",
  });
}

describe("README.md", () => {
  test("has a first command that prints what it says, once set up", () => {
    expect(existsSync(BUILT)).toBe(true);
    const [first] = blocks(README);
    const { status, stdout } = shell(first!.shell.replace("npm ci && ", ""), ROOT);
    expect([status, stdout]).toEqual([0, first!.output]);
  });

  const all = blocks(recipes);
  test("has recipes", () => expect(all.length).toBeGreaterThanOrEqual(7));
  test.each(all.map((block) => [block.shell.split("\n")[0]!, block] as const))(
    "has a recipe that works: %s",
    (_name, { shell: script, output }) => {
      const { status, stdout, stderr } = shell(script, directory);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      if (output !== undefined) expect(stdout).toContain(output);
    },
  );

  test("names every command", () => {
    for (const { name } of COMMANDS) expect(README).toContain(`svcrules ${name}`);
  });

  test("has the table of options that the commands declare (UPDATE_README=1 writes it)", () => {
    const wanted = `<!-- options -->\n\n${optionsMarkdown(COMMANDS).join("\n")}\n\n<!-- /options -->`;
    const told = README.replace(/<!-- options -->[\s\S]*<!-- \/options -->/, () => wanted);
    if (process.env["UPDATE_README"] === "1") writeFileSync(join(ROOT, "README.md"), told);
    else expect(README).toBe(told);
    expect(told).toContain(wanted);
  });
});
