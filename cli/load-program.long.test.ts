/** The built program starts from compiled code, and is the same without it. */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { plainEnvironment } from "../lib/testing/package/package-folder.js";
import { ROOT, runCli } from "../lib/testing/run-cli.js";
import { v8Flags } from "./v8-flags.js";

const CACHE = /^run-script\.js\..+\.cache$/;
let folder: string;
/** Of the user. */
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "svcrules-start-"));
  for (const name of ["whole", "cut", "without", "other"]) {
    mkdirSync(join(folder, name));
    cpSync(join(ROOT, "package.json"), join(folder, name, "package.json"));
    cpSync(join(ROOT, "dist/cli"), join(folder, name, "dist/cli"), { recursive: true });
  }
  const caches = readdirSync(join(folder, "whole/dist/cli")).filter((name) => CACHE.test(name));
  expect(caches).toHaveLength(1);
  truncateSync(join(folder, "cut/dist/cli", caches[0]!), 100_000);
  rmSync(join(folder, "without/dist/cli", caches[0]!));
  writeFileSync(
    join(folder, "other/dist/cli/run-script.js"),
    "(function(require,exports){exports.processTerminal=()=>({});exports.run=async()=>7})",
  );
});
beforeEach(() => {
  home = mkdtempSync(join(folder, "home-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly argv?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Node opens /dev/null for reading and writing where output is ignored. */
  readonly output?: "pipe" | "ignore";
}

const COMPILE = ["compile", "fixtures/guestbook/dump.yaml", "--mode", "nftables", "-q"];

function run(build: string, { argv = COMPILE, flags = [], env = {}, output = "pipe" }: Run = {}) {
  const main = join(folder, build, "dist/cli/main.js");
  const { XDG_CACHE_HOME: _caches, ...plain } = plainEnvironment();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, main, ...argv], {
    cwd: ROOT,
    env: { ...plain, HOME: home, ...env },
    timeout: 60_000,
    encoding: "utf8",
    stdio: ["pipe", output, output],
  });
  return { status, stdout, stderr };
}

test("with compiled code of another Node, of other flags or none the output is the same", () => {
  const usual = run("whole");
  expect(usual.status).toBe(0);
  expect(usual.stdout).toContain("add table ip kube-proxy");
  expect(run("cut")).toEqual(usual);
  expect(run("without")).toEqual(usual);
  expect(run("whole", { flags: ["--no-lazy-feedback-allocation"] })).toEqual(usual);
});

test("the compiled code is not refused by the Node it was made with", () => {
  const code = `
    const { readFileSync } = require("node:fs");
    for (const flag of ${JSON.stringify(v8Flags(process.versions.node))}) require("node:v8").setFlagsFromString(flag);
    const [script, cache] = process.argv.slice(1).map((file) => readFileSync(file));
    const { cachedDataRejected } = new (require("node:vm").Script)(script.toString("latin1"), { cachedData: cache });
    console.log(cachedDataRejected);`;
  const built = join(folder, "whole/dist/cli");
  const cache = readdirSync(built).find((name) => CACHE.test(name))!;
  const args = ["-e", code, join(built, "run-script.js"), join(built, cache)];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: plainEnvironment() });
  expect(stdout).toBe("false\n");
});

test("a compile needs nothing of the second script, and other commands load it", () => {
  const first = join(folder, "first");
  cpSync(join(folder, "whole"), first, { recursive: true });
  rmSync(join(first, "dist/cli/rest-script.js"));
  const forms = ["--mode iptables", "--mode iptables --output save", "--mode ipvs", "--mode nftables"];
  for (const form of forms.map((text) => text.split(" "))) {
    const argv = ["compile", join(ROOT, "fixtures/guestbook/manifests"), ...form];
    const usual = run("whole", { argv });
    expect(usual.status).toBe(0);
    expect(run("first", { argv })).toEqual(usual);
  }
  const packed = join(folder, "list.json.gz");
  writeFileSync(packed, gzipSync(readFileSync(join(ROOT, "fixtures/layouts/list.json"))));
  const expanded = run("whole", { argv: ["compile", join(ROOT, "fixtures/layouts/list.json"), "-q"] });
  expect(run("whole", { argv: ["compile", packed, "-q"] })).toEqual(expanded);
  const asked = ["doctor", join(ROOT, "fixtures/guestbook/dump.yaml")];
  expect(run("whole", { argv: asked }).status).toBeLessThan(2);
  expect(run("first", { argv: asked })).toMatchObject({ status: 3, stdout: "" });
});

test("each module of the second script has all that it exports when it is the first one asked for", () => {
  const code = `
    const { readFileSync } = require("node:fs");
    const { Script } = require("node:vm");
    const [first, second] = process.argv.slice(1).map((file) => new Script(readFileSync(file, "latin1")));
    const load = (script, later, ...shared) => {
      const exports = {};
      script.runInThisContext()(require, exports, "file:///", later, ...shared);
      return exports;
    };
    const anew = () => {
      const later = (path, start) => (start ? start() : modules[path]());
      const { modules } = load(second, later, load(first, later).shared());
      return modules;
    };
    const paths = Object.keys(anew());
    const missing = paths.flatMap((path) =>
      Object.entries(anew()[path]()).flatMap(([name, value]) => (value === undefined ? [path + " " + name] : [])),
    );
    console.log(JSON.stringify([paths.length > 50, missing]));`;
  const scripts = ["run-script.js", "rest-script.js"].map((name) => join(folder, "whole/dist/cli", name));
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code, ...scripts], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["[true,[]]\n", ""]);
});

test("a small compile starts none of the functions that are set aside, and a mode of its own those that it calls", () => {
  const started = (argv: readonly string[], output?: Run["output"]) => {
    const caches = join(home, ".cache/svcrules");
    rmSync(caches, { recursive: true, force: true });
    expect(run("without", { argv: ["compile", ...argv], ...(output && { output }) }).status).toBe(0);
    const code = readFileSync(join(caches, readdirSync(caches)[0]!));
    return code.toString("latin1", 0, 4096).match(/\baside\d/g) ?? [];
  };
  expect(started(["fixtures/start/service.json"])).toEqual([]);
  expect(started(["fixtures/start/deployment.yaml"])).toEqual([]);
  expect(started(["fixtures/start/anchors.yaml"])).toEqual([]);
  expect(started(["fixtures/start/deployment.yaml"], "ignore")).toEqual([]);
  expect(started(["fixtures/start/service.json", "--mode", "ipvs"])).toContain("aside2");
});

test("letters beyond ASCII in regular expressions are those of the sources", async () => {
  const own = mkdtempSync(join(folder, "letters-"));
  const captured = readFileSync(join(ROOT, "fixtures/guestbook/node-iptables.txt"), "utf8");
  writeFileSync(join(own, "node.txt"), `you@node ~ ❯ sudo iptables-save\n${captured}you@node ~ ❯ \n`);
  const kind = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration";
  writeFileSync(join(own, "config.yaml"), `${kind}\niptables:\n  minSyncPeriod: 100µs\n`);
  const argv = ["diff", join(own, "node.txt"), "--manifests", "fixtures/guestbook/dump.yaml"];
  argv.push("--proxy-config", join(own, "config.yaml"));
  const { code, out, err } = await runCli(argv);
  expect([code, err]).toEqual([1, expect.not.stringContaining("error:")]);
  expect(run("whole", { argv })).toEqual({ status: code, stdout: out, stderr: err });
  for (const name of ["main", "run-script", "rest-script", "diff-worker"])
    expect(readFileSync(join(folder, `whole/dist/cli/${name}.js`)).some((byte) => byte > 127)).toBe(false);
});

test("an input so large that the heap is to grow slowly compiles as a small one", () => {
  const small = join(ROOT, "fixtures/layouts/list.json");
  const large = join(folder, "large.json");
  writeFileSync(large, readFileSync(small));
  const blanks = Buffer.alloc(16 << 20, " ");
  for (let i = 0; i < 17; i++) appendFileSync(large, blanks);
  const compile = (input: string) => run("whole", { argv: ["compile", input, "--mode", "nftables", "-q"] });
  const usual = compile(small);
  expect(usual.status).toBe(0);
  expect(compile(large)).toEqual(usual);
});

/** Each takes a twentieth of a small run or more. */
const SLOW_MODULES = "assert crypto net perf_hooks stream tty v8 worker_threads zlib";

test("a small run loads no module of Node that takes long", () => {
  const preload = join(folder, "list-modules.cjs");
  const code = `
    const before = new Set(process.moduleLoadList);
    process.on("exit", () => console.error(process.moduleLoadList.filter((name) => !before.has(name)).join("\\n")));`;
  writeFileSync(preload, code);
  for (const argv of [["--help"], ["compile", join(ROOT, "fixtures/layouts/list.json"), "-q"]]) {
    const { status, stderr } = run("whole", { flags: ["--require", preload], argv });
    expect(status).toBe(0);
    const loaded = stderr.split("\n").map((name) => name.replace("NativeModule ", ""));
    expect(loaded).toContain("vm");
    const kept = v8Flags(process.versions.node).length > 0 ? ["v8", "stream"] : [];
    expect(SLOW_MODULES.split(" ").filter((name) => loaded.includes(name) && !kept.includes(name))).toEqual([]);
  }
});

test("the help that the build wrote is that of the program, in both widths", async () => {
  for (const columns of [80, 120]) {
    const written = readFileSync(join(folder, `whole/dist/cli/help-${columns}.txt`), "utf8");
    expect(written).toBe((await runCli(["--help"], { columns })).out);
  }
  const shown = run("whole", { argv: ["--help"] });
  expect(shown).toEqual({ ...shown, status: 0, stdout: (await runCli(["--help"], { columns: 80 })).out });
});

test("the script is what runs where compiled code for this Node is there", () => {
  expect(run("other").status).toBe(7);
});

test("work that never ends is a bug, and no success", () => {
  const stuck = join(folder, "stuck");
  cpSync(join(folder, "other"), stuck, { recursive: true });
  const script = "(function(require,exports){exports.processTerminal=()=>({});exports.run=()=>new Promise(()=>{})})";
  writeFileSync(join(stuck, "dist/cli/run-script.js"), script);
  expect(run("stuck")).toEqual({ status: 3, stdout: "", stderr: "" });
});

describe("without compiled code of the build, the code of the first run", () => {
  const kept = () => join(home, ".cache/svcrules");
  const header = (name: string) => readFileSync(join(kept(), name)).toString("latin1", 0, 4096).trim();

  test("is kept in the user's cache folder for the next ones, with each module and kind of input that has run", () => {
    const usual = run("without");
    const [name, ...more] = readdirSync(kept());
    expect(more).toEqual([]);
    const ran = header(name!).split(" ");
    expect(ran).toEqual(expect.arrayContaining(["cli/commands/compile.ts", "lib/backends/nftables/index.ts", ".yaml"]));
    const file = join(kept(), name!);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written = statSync(file).ino;
    expect(run("without")).toEqual(usual);
    expect(statSync(file).ino).toBe(written);
    run("without", { argv: ["compile", "fixtures/layouts/list.json"] });
    run("without", { argv: ["explain", "--help"] });
    const added = ["lib/backends/iptables/index.ts", ".json", "cli/ask-yargs.ts"];
    expect([readdirSync(kept()), header(name!).split(" ")]).toEqual([
      [name],
      expect.arrayContaining([...ran, ...added]),
    ]);
    expect(run("without")).toEqual(usual);
  });

  test("is kept for each of the two scripts once both have run", () => {
    const cached = (name: string) => name.endsWith(".cache");
    const built = join(folder, "without/dist/cli");
    for (const name of readdirSync(built).filter(cached)) rmSync(join(built, name));
    const argv = ["doctor", join(ROOT, "fixtures/guestbook/dump.yaml")];
    const usual = run("without", { argv });
    expect(readdirSync(kept()).map((name) => /-(rest|run)-script-/.exec(name)?.[1])).toEqual(["rest", "run"]);
    expect(run("without", { argv })).toEqual(usual);
  });

  test("is replaced when V8 refuses it", () => {
    const usual = run("without");
    const [name] = readdirSync(kept());
    truncateSync(join(kept(), name!), 10_000);
    expect(run("without")).toEqual(usual);
    expect(statSync(join(kept(), name!)).size).toBeGreaterThan(100_000);
  });

  test("is kept nowhere when the build left some, when Node is told so, or where nothing can be written", () => {
    const usual = run("whole");
    expect(run("without", { env: { NODE_DISABLE_COMPILE_CACHE: "1" } })).toEqual(usual);
    expect(readdirSync(home)).toEqual([]);
    writeFileSync(join(home, ".cache"), "");
    expect(run("without")).toEqual(usual);
    expect(run("without", { env: { HOME: "/nope" } })).toEqual(usual);
    expect(run("without", { env: { HOME: "relative" } })).toEqual(usual);
    // Of root's; mkdir says there that no such file exists.
    expect(run("without", { env: { HOME: "/proc" } })).toEqual(usual);
  });

  test("goes to $XDG_CACHE_HOME where that is set", () => {
    const caches = join(home, "caches");
    mkdirSync(caches);
    chmodSync(caches, 0o700);
    run("without", { env: { XDG_CACHE_HOME: caches } });
    expect(readdirSync(join(caches, "svcrules"))).toHaveLength(1);
  });
});
