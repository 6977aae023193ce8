/** Files that other programs read: the action, the pre-commit hook, the container and the manifests of fleets. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { load, loadAll } from "js-yaml";
import { readCollectOptions, renderCollectScript, renderNodeScript } from "../../collect/index.js";
import type { DiffReport } from "../../diff/types.js";
import { ROOT } from "../run-cli.js";
import { plainEnvironment } from "./package-folder.js";

const MAIN = join(ROOT, "dist/cli/main.js");
const GUESTBOOK = join(ROOT, "fixtures/guestbook");
const PLATFORM = join(ROOT, "fixtures/platform-repo");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

let directory: string;
let bin: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-integrations-"));
  bin = join(directory, "bin");
  mkdirSync(bin);
  program("svcrules", `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(MAIN)} "$@"`);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Puts a shell script on the PATH of what is run. */
function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = directory) {
  const { status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
    cwd,
    env: plainEnvironment({ PATH: `${bin}:/usr/bin:/bin`, ...env }),
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, out: stdout, err: stderr };
}

describe("action.yml", () => {
  interface Action {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
    readonly runs: {
      readonly using: string;
      readonly steps: readonly {
        readonly shell: string;
        readonly run: string;
        readonly env: Readonly<Record<string, string>>;
        readonly "working-directory": string;
      }[];
    };
  }
  const action = load(read("action.yml")) as Action;
  const [step] = action.runs.steps;

  /** Runs the step as a runner does, with npx taken for the program that it would fetch, and npm for nothing. */
  function runStep(inputs: Readonly<Record<string, string>>, checkout = ROOT) {
    const env = Object.fromEntries(
      Object.entries(step!.env).map(([name, expression]) => {
        if (expression === "${{ github.action_path }}") return [name, checkout];
        const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)![1]!;
        return [name, inputs[input] ?? action.inputs[input]!.default];
      }),
    );
    program(
      "npx",
      'echo "$3" > "$LOG"; [ "$1 $2 $4" = "--yes --package svcrules" ] || exit 64; shift 4; exec svcrules "$@"',
    );
    program("npm", 'echo "$PWD: npm $*" >> "$LOG"; [ "$1" != run ] || cp -r "$BUILT/dist" "$BUILT/package.json" .');
    program("node", `exec ${JSON.stringify(process.execPath)} "$@"`);
    const repository = join(directory, "repository");
    cpSync(PLATFORM, repository, { recursive: true });
    const script = join(directory, "step.sh");
    writeFileSync(script, step!.run);
    const log = join(directory, "package");
    writeFileSync(log, "");
    const result = run(
      ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
      { ...env, LOG: log, BUILT: ROOT, CI: "true" },
      join(repository, inputs["working-directory"] ?? "."),
    );
    return { ...result, log: readFileSync(log, "utf8").trim(), repository };
  }

  test("uses inputs that are described and have a default, and never in the script itself", () => {
    expect(action.runs.using).toBe("composite");
    for (const { description, default: value } of Object.values(action.inputs))
      expect([typeof description, typeof value]).toEqual(["string", "string"]);
    expect(step!.run).not.toContain("${{");
    expect(step!["working-directory"]).toBe("${{ inputs.working-directory }}");
  });

  test("checks the configuration with its own checkout, and is green when nothing differs", () => {
    const { status, err, log } = runStep({});
    expect({ status, log, err: status === 0 ? "" : err }).toEqual({ status: 0, log: "", err: "" });
  });

  test("builds a checkout that is not built yet, once", () => {
    const checkout = join(directory, "checkout");
    mkdirSync(checkout);
    const { status, log } = runStep({}, checkout);
    expect(status).toBe(0);
    expect(log.split("\n")).toEqual([
      `${checkout}: npm ci --no-audit --no-fund --ignore-scripts`,
      `${checkout}: npm run build`,
    ]);
    expect(runStep({}, checkout).log).toBe("");
  });

  test("writes every report asked for, also into names with blanks, and takes a tarball or a version", () => {
    const result = runStep({ reports: "sarif=a b.sarif\n\njunit=check.xml\n", version: "./svcrules-0.1.0.tgz" });
    expect([result.status, result.log]).toEqual([0, "./svcrules-0.1.0.tgz"]);
    expect(JSON.parse(readFileSync(join(result.repository, "a b.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(readFileSync(join(result.repository, "check.xml"), "utf8")).toContain("<testsuite");
    expect(runStep({ version: "latest" }).log).toBe("svcrules@latest");
  });

  test("compares a node, looks for faults, and tells what a change does", () => {
    const [dump, node] = ["dump.yaml", "node-iptables.txt"].map((file) => join(GUESTBOOK, file)) as [string, string];
    const compared = runStep({ command: "diff", captures: `${node}\n`, manifests: dump });
    expect(compared.status).toBe(1);
    expect(compared.out).toContain("::error");
    expect(runStep({ command: "doctor", manifests: dump, args: "--exit-zero" }).status).toBe(0);
    const changed = { command: "impact", before: dump, after: dump, args: "--node\nworker-1" };
    expect(runStep(changed)).toMatchObject({ status: 0 });
  });

  test("runs in the working directory, and fails with the exit status of the command", () => {
    expect(runStep({ config: "not-there.yaml" }).status).toBe(2);
    expect(runStep({ command: "rm" })).toMatchObject({ status: 2, out: expect.stringContaining("::error::") });
    expect(runStep({ command: "doctor", "working-directory": "..", manifests: GUESTBOOK }).status).toBeLessThan(2);
  });
});

describe(".pre-commit-hooks.yaml", () => {
  const [hook] = load(read(".pre-commit-hooks.yaml")) as readonly Readonly<Record<string, unknown>>[];

  test("has an entry that the installed program runs, without file names", () => {
    expect(hook).toMatchObject({ language: "node", pass_filenames: false });
    const repository = join(directory, "repository");
    cpSync(PLATFORM, repository, { recursive: true });
    expect(run((hook!["entry"] as string).split(" "), {}, repository).status).toBe(0);
  });

  test("runs for manifests, configurations and golden files", () => {
    const files = new RegExp(hook!["files"] as string);
    const wanted = readdirSync(PLATFORM, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of wanted) expect([name, files.test(name)]).toEqual([name, !name.endsWith(".md")]);
    expect(["a.json", "main.go", "README.md"].map((name) => files.test(name))).toEqual([true, false, false]);
  });
});

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface Workload {
  readonly spec: {
    readonly completions?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly volumes: readonly { name: string }[] };
    };
  };
}

/** The last document of a file is its workload. */
const workload = (file: string) => loadAll(read(`deploy/${file}`)).at(-1) as Workload;
const containersOf = (file: string) => workload(file).spec.template.spec.containers;

/** A container's words with its mounts in the test's directory. */
function wordsOf({ command = [], args }: Container): string[] {
  return [...command, ...args].map((word) =>
    word.replace(/\/(captures|dump|script|bundle)\b/g, (_, mount: string) => join(directory, mount)),
  );
}

const collectScript = () =>
  (loadAll(read("deploy/daemonset.yaml"))[0] as { data: Readonly<Record<string, string>> }).data["collect.sh"]!;

/** A bundle of the guestbook's dump with one capture for each node, where the Job looks for it. */
function bundleOf(nodes: readonly string[]): void {
  const root = join(directory, "svcrules-bundle");
  mkdirSync(join(root, "cluster/after"), { recursive: true });
  writeFileSync(join(root, "bundle.json"), '{"schema": "svcrules.dev/bundle/v1"}');
  const objects = loadAll(read("fixtures/guestbook/dump.yaml"));
  writeFileSync(
    join(root, "cluster/after/all.json"),
    JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  );
  for (const node of nodes)
    cpSync(join(GUESTBOOK, "node-iptables.txt"), join(root, `nodes/${node}/iptables-save.txt`), { recursive: true });
  mkdirSync(join(directory, "bundle"));
  const words = ["tar", "czf", "bundle/svcrules-bundle.tar.gz", "svcrules-bundle"];
  expect(run(words, {}, directory).status).toBe(0);
}

describe("deploy/", () => {
  const files = readdirSync(join(ROOT, "deploy")).filter((name) => name.endsWith(".yaml"));

  test.each(files)("%s mounts volumes that it has, and its svcrules has no privileges", (file) => {
    for (const document of [workload(file)]) {
      const { containers, volumes } = document.spec.template.spec;
      for (const { name, securityContext, volumeMounts } of containers) {
        for (const mount of volumeMounts) expect(volumes.map((volume) => volume.name)).toContain(mount.name);
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false });
        if (name !== "svcrules") continue;
        expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, readOnlyRootFilesystem: true });
        expect(volumeMounts.every(({ readOnly }) => readOnly)).toBe(true);
      }
    }
    expect(read("Containerfile")).toMatch(/^USER 1000:1000$/m);
  });

  test("the DaemonSet's script is the one that collect prints (scripts/make-deploy.mjs)", () => {
    const read = readCollectOptions({ via: "local", cluster: false });
    if ("problem" in read) throw new Error(read.problem.message);
    expect(collectScript()).toBe(renderCollectScript(read.options, "svcrules"));
    const [, nodeScript] = renderNodeScript().split("udp_ports=''\n");
    expect(collectScript()).toContain(nodeScript!);
  });

  test("the DaemonSet's containers capture a node and compare it, under a plain shell", () => {
    const [capture, compare] = containersOf("daemonset.yaml") as [Container, Container];
    for (const mount of ["captures", "dump", "script"]) mkdirSync(join(directory, mount));
    cpSync(join(GUESTBOOK, "dump.yaml"), join(directory, "dump/dump.yaml"));
    writeFileSync(join(directory, "script/collect.sh"), collectScript());
    program("iptables-nft-save", `cat ${join(GUESTBOOK, "node-iptables.txt")}`);
    for (const name of ["iptables-legacy-save", "ipvsadm-save"]) program(name, "true");
    for (const name of ["ip6tables-nft-save", "ip6tables-legacy-save", "nft", "ipset", "ip", "conntrack"])
      program(name, 'echo "no such table" >&2; exit 1');
    // The shell that sleeps has done one round: it ends.
    program("sleep", `case $1 in 3600 | 3540) kill $PPID ;; 60) exit 0 ;; *) exec /bin/sleep "$1" ;; esac`);
    run(wordsOf(capture), { SVCRULES_NODE: "worker-1" });
    expect(readdirSync(join(directory, "captures"))).toEqual(["svcrules-bundle.tar.gz"]);
    const { out, err } = run(wordsOf(compare));
    expect(err).toContain("svcrules diff: exit status 1");
    const reports = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as DiffReport);
    expect(reports.map(({ node, summary }) => [node, summary.changes])).toEqual([["worker-1", 1]]);
  });

  test("the Job's shards compare every node once, and leave out none", () => {
    const [compare] = containersOf("indexed-job.yaml") as [Container];
    const { completions } = workload("indexed-job.yaml").spec;
    const names =
      readFileSync(join(GUESTBOOK, "dump.yaml"), "utf8").match(/(?<=^ +name: )(worker|control)[\w-]*$/gm) ?? [];
    const nodes = [...new Set(names)].sort();
    expect(nodes.length).toBeGreaterThan(1);
    bundleOf(nodes);
    const shards = Array.from({ length: completions! }, (_, index) => {
      const { status, out } = run(["svcrules", ...wordsOf(compare)], { JOB_COMPLETION_INDEX: String(index) });
      expect(status).toBe(index < nodes.length ? 1 : 0);
      return out
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as DiffReport).node);
    });
    expect(shards.flat().sort()).toEqual(nodes);
  });
});

test("the container file packs, installs and starts the program as a user without rights", () => {
  const lines = read("Containerfile")
    .split("\n")
    .filter((line) => /^[A-Z]+ /.test(line));
  const first = lines.map((line) => line.split(" ")[0]);
  expect(first.filter((word) => word === "USER")).not.toEqual([]);
  expect(first.lastIndexOf("USER")).toBeGreaterThan(first.lastIndexOf("COPY"));
  expect(JSON.parse(lines.at(-1)!.slice("ENTRYPOINT ".length))).toEqual(["svcrules"]);
});
