/** The built program starts from compiled code, and is the same without it. */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { plainEnvironment } from "../lib/testing/package/package-folder.js";
import { ROOT } from "../lib/testing/run-cli.js";
import { V8_FLAGS } from "./v8-flags.js";

const CACHE = /^run-script\.js\..+\.cache$/;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "svcrules-start-"));
  for (const name of ["whole", "cut", "without", "other"])
    cpSync(join(ROOT, "dist"), join(folder, name), { recursive: true });
  const caches = readdirSync(join(folder, "whole/cli")).filter((name) => CACHE.test(name));
  expect(caches).toHaveLength(1);
  truncateSync(join(folder, "cut/cli", caches[0]!), 100_000);
  rmSync(join(folder, "without/cli", caches[0]!));
  writeFileSync(join(folder, "other/cli/run-script.js"), "(function(require,exports){exports.run=async()=>7})");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(build: string, ...flags: readonly string[]) {
  return compileFile("fixtures/guestbook/dump.yaml", build, flags);
}

function compileFile(input: string, build: string, flags: readonly string[] = []) {
  const main = join(folder, build, "cli/main.js");
  const args = ["compile", input, "--mode", "nftables", "-q"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, main, ...args], {
    cwd: ROOT,
    env: plainEnvironment(),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("with compiled code of another Node, of other flags or none the output is the same", () => {
  const usual = compile("whole");
  expect(usual.status).toBe(0);
  expect(usual.stdout).toContain("add table ip kube-proxy");
  expect(compile("cut")).toEqual(usual);
  expect(compile("without")).toEqual(usual);
  expect(compile("whole", "--no-lazy-feedback-allocation")).toEqual(usual);
});

test("the compiled code is not refused by the Node it was made with", () => {
  const code = `
    const { readFileSync } = require("node:fs");
    for (const flag of ${JSON.stringify(V8_FLAGS)}) require("node:v8").setFlagsFromString(flag);
    const [script, cache] = process.argv.slice(1).map((file) => readFileSync(file));
    const { cachedDataRejected } = new (require("node:vm").Script)(script.toString("latin1"), { cachedData: cache });
    console.log(cachedDataRejected);`;
  const built = join(folder, "whole/cli");
  const cache = readdirSync(built).find((name) => CACHE.test(name))!;
  const args = ["-e", code, join(built, "run-script.js"), join(built, cache)];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: plainEnvironment() });
  expect(stdout).toBe("false\n");
});

test("an input so large that the heap is to grow slowly compiles as a small one", () => {
  const small = join(ROOT, "fixtures/layouts/list.json");
  const large = join(folder, "large.json");
  writeFileSync(large, readFileSync(small));
  const blanks = Buffer.alloc(16 << 20, " ");
  for (let i = 0; i < 17; i++) appendFileSync(large, blanks);
  const usual = compileFile(small, "whole");
  expect(usual.status).toBe(0);
  expect(compileFile(large, "whole")).toEqual(usual);
});

test("the script is what runs where compiled code for this Node is there", () => {
  expect(compile("other").status).toBe(7);
});
