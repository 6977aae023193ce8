import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { XMLParser } from "fast-xml-parser";
import { runCli } from "../../lib/testing/run-cli.js";
import type { Terminal } from "../terminal.js";

const EXAMPLE = fileURLToPath(new URL("../../fixtures/platform-repo", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "svcrules-check-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const svcrules = (argv: readonly string[], cwd: string, more: Partial<Terminal> = {}) =>
  runCli(argv, { cwd, ...more }, "0.1.0");

let copies = 0;
let repo: string;
const path = (name: string) => join(repo, name);
const read = (name: string) => readFileSync(path(name), "utf8");
const edit = (name: string, from: string | RegExp, to: string) => {
  const text = read(name);
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path(name), edited);
};
const check = (...argv: string[]) => svcrules(["check", ...argv], repo);
const inCI = (...argv: string[]) => svcrules(["check", ...argv], repo, { env: { CI: "true" } });

/** Every file of the golden directory with its text. */
function goldenFiles(): Record<string, string> {
  const names = readdirSync(path("golden"), { recursive: true }).map(String).sort();
  return Object.fromEntries(
    names.filter((n) => statSync(path(`golden/${n}`)).isFile()).map((n) => [n, read(`golden/${n}`)]),
  );
}

beforeEach(() => {
  repo = join(temporary, `repo-${copies++}`);
  cpSync(EXAMPLE, repo, { recursive: true });
});

const TODAY = "golden/today/worker-1/iptables-1.34/iptables.ipv4.txt";
const NEXT = "golden/next/worker-1/nftables-1.36/nft.ipv4.txt";

describe("the example repository", () => {
  test("passes as it is checked in", async () => {
    const { code, out, err } = await svcrules(["check", "-q"], EXAMPLE, { env: { CI: "true" } });
    expect([code, out, err]).toEqual([0, "", ""]);
    const said = await svcrules(["check"], EXAMPLE);
    expect(said.out).toBe("7 golden files: 7 match\n");
  });

  test("is checked from another directory, and with line ends of Windows", async () => {
    for (const file of Object.keys(goldenFiles())) {
      const name = `golden/${file}`;
      writeFileSync(path(name), read(name).replaceAll("\n", "\r\n"));
    }
    expect((await svcrules(["check", join("..", "svcrules.yaml")], path("apps"))).code).toBe(0);
    expect((await svcrules(["check", "--config", repo], temporary)).code).toBe(0);
  });

  test("passes with another version of svcrules and other comments in the manifests", async () => {
    edit(NEXT, "# tool: svcrules 0.1.0", "# tool: svcrules 9.9.9");
    edit(TODAY, /# inputs: sha256:\w+/, "# inputs: sha256:0");
    edit("apps/shop/web.yaml", "# The shop's front", "# The front of the shop");
    expect((await check("-q")).code).toBe(0);
    const before = goldenFiles();
    expect((await check("-q", "--update")).code).toBe(0);
    expect(goldenFiles()).toEqual(before);
  });
});

/** A way to break the example: what to do, what the text and the findings must say, the exit status. */
interface Break {
  readonly title: string;
  readonly act: () => void;
  readonly says: readonly string[];
  readonly findings: readonly {
    readonly id: string;
    readonly file: string;
    readonly service?: string;
    readonly line?: number;
  }[];
  readonly failedChecks: number;
  readonly code: number;
}

const BREAKS: readonly Break[] = [
  {
    title: "a Deployment gets another replica",
    act: () => edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4"),
    says: [
      `${TODAY} differs\n  shop/web:http: endpoint 10.244.2.159:8080 is new\n`,
      "\n--- golden/today/worker-1/iptables-1.34/iptables.ipv4.txt\n+++ compiled now\n@@ ",
      "\nto accept: svcrules check --update --case today\n",
      "7 golden files: 4 match, 3 differ\n",
    ],
    findings: [
      { id: "golden-differs", file: NEXT },
      { id: "endpoint-added", file: "apps/shop/web.yaml", service: "shop/web", line: 5 },
    ],
    failedChecks: 3,
    code: 1,
  },
  {
    title: "a Service is taken away",
    act: () => edit("apps/shop/cart.yaml", /^apiVersion: v1[^]*?---\n/m, ""),
    says: ["  shop/cart:grpc is gone\n", "-add rule ip kube-proxy service-"],
    findings: [{ id: "service-port-removed", file: TODAY, service: "shop/cart" }],
    failedChecks: 3,
    code: 1,
  },
  {
    title: "a golden file is missing and another is left over",
    act: () => {
      mkdirSync(path("golden/old/node-9"), { recursive: true });
      cpSync(path(NEXT), path("golden/old/node-9/nft.ipv4.txt"));
      rmSync(path(NEXT));
    },
    says: [
      `${NEXT} is missing\n`,
      "golden/old/node-9/nft.ipv4.txt is orphaned: no case compiles it\n",
      "6 match, 1 missing, 1 orphaned",
    ],
    findings: [
      { id: "golden-missing", file: NEXT },
      { id: "golden-orphaned", file: "golden/old/node-9/nft.ipv4.txt" },
    ],
    failedChecks: 2,
    code: 1,
  },
  {
    title: "somebody edits a golden file",
    act: () => edit("golden/payments-ipvs/worker-2/ipvs-1.33/ipvsadm.ipv4.txt", "-s lc", "-s rr"),
    says: [
      "runs scheduler lc, not rr",
      "the inputs are the same as then: the golden file or the configuration was changed",
    ],
    findings: [{ id: "scheduler-changed", file: "apps/payments/api.yaml", service: "payments/api" }],
    failedChecks: 1,
    code: 1,
  },
  {
    title: "a Service that the API server refuses",
    act: () => edit("apps/shop/web.yaml", "nodePort: 30080", "nodePort: 300800"),
    says: [],
    findings: [{ id: "node-port-out-of-range", file: "apps/shop/web.yaml", line: 16 }],
    failedChecks: 1,
    code: 2,
  },
  {
    title: "a misspelt field in svcrules.yaml",
    act: () => edit("svcrules.yaml", "modes: [ipvs]", "mode: [ipvs]"),
    says: [],
    findings: [{ id: "check-config-unknown-field", file: "svcrules.yaml", line: 23 }],
    failedChecks: 1,
    code: 2,
  },
];

interface JsonReport {
  readonly findings: readonly {
    readonly id: string;
    readonly service?: string;
    readonly where?: { readonly file: string; readonly line?: number };
  }[];
}
interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly locations?: readonly {
        readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
  }[];
}

describe("a broken example repository", () => {
  test.each(BREAKS)("$title: the text and all reports say so", async ({ act, says, findings, failedChecks, code }) => {
    act();
    writeFileSync(path("summary.md"), "");
    const reports = ["junit=r.xml", "sarif=r.sarif", "github=r.github", "markdown=r.md", "json=r.json"];
    const outcome = await svcrules(["check", "-q", ...reports.flatMap((r) => ["--report", r])], repo, {
      env: { CI: "true", GITHUB_STEP_SUMMARY: path("summary.md") },
    });
    expect(outcome.code).toBe(code);
    for (const text of says) expect(outcome.out).toContain(text);

    const json = JSON.parse(read("r.json")) as JsonReport;
    for (const { id, file, service, line } of findings)
      expect(json.findings).toContainEqual(
        expect.objectContaining({
          id,
          ...(service && { service }),
          where: expect.objectContaining({ file, ...(line && { line }) }),
        }),
      );
    const { results } = (JSON.parse(read("r.sarif")) as Sarif).runs[0]!;
    for (const { id, file } of findings)
      expect(
        results.some((r) => r.ruleId === id && r.locations?.[0]?.physicalLocation?.artifactLocation.uri === file),
      ).toBe(true);
    const suite = (
      new XMLParser({ ignoreAttributes: false }).parse(read("r.xml")) as { testsuites: { "@_failures": string } }
    ).testsuites;
    expect(suite["@_failures"]).toBe(String(failedChecks));
    for (const { id, file } of findings)
      expect(read("r.github")).toMatch(new RegExp(`^::error file=${file}.*${id}`, "m"));
    for (const { id, file } of findings)
      expect(
        read("r.md")
          .split("\n")
          .some((row) => row.includes(`<code>${file}`) && row.endsWith(`<sub>${id}</sub> |`)),
      ).toBe(true);
    expect(read("summary.md")).toBe(read("r.md"));
  });

  test("keeps the fingerprints of what is found when lines move", async () => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const fingerprints = async () => {
      const { out } = await check("-q", "--report", "json");
      return (JSON.parse(out) as { findings: { fingerprint: string }[] }).findings.map((f) => f.fingerprint);
    };
    const before = await fingerprints();
    edit("apps/shop/web.yaml", "# The shop", "#\n#\n# The shop");
    expect(await fingerprints()).toEqual(before);
    expect(new Set(before).size).toBe(before.length);
  });
});

describe("--update", () => {
  test("writes what differs, deletes what is orphaned, and leaves the rest alone", async () => {
    edit("apps/payments/api.yaml", "203.0.113.0/24", "203.0.114.0/24");
    mkdirSync(path("golden/today/worker-9"));
    cpSync(path(TODAY), path("golden/today/worker-9/iptables.ipv4.txt"));
    writeFileSync(path("golden/today/README.md"), "x");
    const untouched = statSync(path("golden/payments-ipvs/worker-2/ipvs-1.33/addresses.ipv4.txt")).mtimeMs;
    const { code, out } = await check("-q", "--update");
    expect(code).toBe(0);
    expect(out).toBe(
      [
        `${TODAY} updated`,
        "golden/today/worker-2/iptables-1.34/iptables.ipv4.txt updated",
        `${NEXT} updated`,
        "golden/payments-ipvs/worker-2/ipvs-1.33/ipset.ipv4.txt updated",
        "golden/today/worker-9/iptables.ipv4.txt deleted: no case compiles it",
        "",
      ].join("\n"),
    );
    expect((await check("-q")).code).toBe(0);
    expect(existsSync(path("golden/today/README.md"))).toBe(true);
    expect(statSync(path("golden/payments-ipvs/worker-2/ipvs-1.33/addresses.ipv4.txt")).mtimeMs).toBe(untouched);
    expect(readdirSync(path("golden/today/worker-1/iptables-1.34"))).toEqual(["iptables.ipv4.txt"]);
  });

  test("writes only the case that is named", async () => {
    edit("apps/payments/api.yaml", "203.0.113.0/24", "203.0.114.0/24");
    await check("-q", "--update", "--case", "next");
    const { out } = await check("-q");
    expect(out).toContain("7 golden files: 4 match, 3 differ");
    const unknown = await check("--case", "nxt");
    expect([unknown.code, unknown.err]).toEqual([
      2,
      "svcrules: --case nxt: there is no such case\ndid you mean next?\n",
    ]);
  });

  test.each(["true", "1", "woodpecker"])("writes nothing when CI is %j", async (CI) => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const before = goldenFiles();
    const { code, out, err } = await svcrules(["check", "--update"], repo, { env: { CI } });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(`--update: nothing is written in CI (the environment variable CI is "${CI}")`);
    expect(goldenFiles()).toEqual(before);
  });

  test("writes nothing when an input is refused", async () => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    edit("apps/payments/api.yaml", "nodePort: 30443", "nodePort: 1");
    edit(
      "apps/payments/api.yaml",
      "protocol: TCP\n".slice(0, 0) + "externalTrafficPolicy: Local",
      "externalTrafficPolicy: Locl",
    );
    const before = goldenFiles();
    const { code, err } = await check("--update");
    expect(code).toBe(2);
    expect(err).toContain("apps/payments/api.yaml:10:26: error:");
    expect(goldenFiles()).toEqual(before);
  });

  test("does not delete what svcrules did not write", async () => {
    writeFileSync(path("golden/next/notes.txt"), "mine");
    const { code, out } = await check("-q", "--update");
    expect(code).toBe(1);
    expect(out).toContain(
      "golden/next/notes.txt is orphaned: no case compiles it\n  svcrules did not write it and does not delete it",
    );
    expect(read("golden/next/notes.txt")).toBe("mine");
  });
});

test("a wrong proxyConfig is told as that, and not as none", async () => {
  const config = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: x\n";
  writeFileSync(path("proxy.yaml"), config);
  edit("svcrules.yaml", "set: [ipvs.scheduler=lc]", "proxyConfig: proxy.yaml");
  const { code, err } = await check("-q");
  expect(code).toBe(2);
  expect(err).toContain("proxy-configuration-invalid");
  expect(err).not.toContain("holds no KubeProxyConfiguration");
});

describe("links among golden files", () => {
  const outside = () => join(temporary, "outside");
  const linked = (name: string, to: string) => {
    rmSync(path(name), { recursive: true });
    symlinkSync(to, path(name));
  };
  beforeEach(() => {
    mkdirSync(outside(), { recursive: true });
    writeFileSync(join(outside(), "secret.txt"), "do not show or touch\n");
  });

  test.each([
    ["a file", TODAY, "secret.txt"],
    ["a directory", "golden/today/worker-1", ""],
  ])("that lead out: %s is neither shown nor written", async (_what, name, to) => {
    linked(name, join(outside(), to));
    for (const argv of [[], ["--update"]]) {
      const { code, out, err } = await check(...argv);
      expect(code).toBe(2);
      expect(err).toContain(`svcrules: ${TODAY} leads out of golden by a link`);
      expect(out + err).not.toContain("do not show");
    }
    expect(readdirSync(outside())).toEqual(["secret.txt"]);
    expect(readFileSync(join(outside(), "secret.txt"), "utf8")).toBe("do not show or touch\n");
  });

  test("that stay among them, and of their directory as it is named, are followed", async () => {
    cpSync(path(TODAY), path("golden/today/copy.md"));
    linked(TODAY, "../../copy.md");
    cpSync(path("golden"), join(outside(), "golden"), { recursive: true, verbatimSymlinks: true });
    linked("golden", join(outside(), "golden"));
    expect((await check()).out).toBe("7 golden files: 7 match\n");
  });
});

describe("svcrules.yaml", () => {
  test("is asked for when there is none", async () => {
    rmSync(path("svcrules.yaml"));
    const { code, err } = await check();
    expect([code, err]).toEqual([
      2,
      "svcrules: there is no svcrules.yaml\nsvcrules check --init writes one to start from\n",
    ]);
  });

  test.each([
    [
      "inputs: [apps, cluster]",
      "inputs: [apps, clusters]",
      "svcrules.yaml:3:18: error: clusters cannot be read: it does not exist",
    ],
    ["nodes: [worker-2]", "nodes: [worker-3]", 'svcrules.yaml:22:13: error: the input holds no Node "worker-3"'],
    ['kubeVersions: ["1.33"]', 'kubeVersions: ["1.30"]', 'svcrules.yaml:24:20: error: Kubernetes version "1.30"'],
    ["set: [ipvs.scheduler=lc]", "set: [ipvs.schedular=lc]", "did you mean ipvs.scheduler?"],
    ["set: [ipvs.scheduler=lc]", "artifacts: [nft]", "svcrules.yaml:25:5: error: artifacts: mode ipvs has"],
    ["set: [ipvs.scheduler=lc]", "proxyConfig: apps/shop/web.yaml", "holds no KubeProxyConfiguration"],
    ["set: [ipvs.scheduler=lc]", "golden: golden/next", ""],
  ])("with %s as %s", async (from, to, message) => {
    edit("svcrules.yaml", from, to);
    const { code, err } = await check("-q");
    expect(err).toContain(message);
    expect(code).toBe(message === "" ? 1 : 2);
    if (message !== "") expect((await check()).out).toMatch(/\d golden files: \d match/);
  });

  test("two cases may not share a golden file", async () => {
    edit(
      "svcrules.yaml",
      "  # The old clusters",
      "  - name: again\n    modes: [nftables]\n    nodes: [worker-1]\n    kubeVersions: ['1.36']\n    golden: golden/next\n\n  # The old clusters",
    );
    const { code, err } = await check("-q");
    expect(code).toBe(2);
    expect(err).toContain(`${NEXT} is the golden file of case next and of case again [check-config-duplicate]`);
  });

  test("in JSON, with rules as JSON whose places do not hang on the current directory", async () => {
    writeFileSync(
      path("other.json"),
      JSON.stringify({
        cases: [{ name: "json", inputs: ["apps", "cluster"], format: "json", modes: ["nftables", "ipvs", "iptables"] }],
      }),
    );
    expect((await check("other.json", "-q", "--update", "--case", "json")).code).toBe(0);
    const text = read("golden/json/nftables/nft.ipv4.json");
    const parsed = JSON.parse(text) as { golden: { mode: string }; schema: string };
    expect([parsed.golden.mode, parsed.schema]).toEqual(["nftables", "svcrules.dev/rules/v1"]);
    expect(text).toContain('"file":"apps/shop/web.yaml"');
    expect((await svcrules(["check", "../other.json", "-q", "--case", "json"], path("apps"))).code).toBe(0);
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const { code, out } = await check("other.json", "-q", "--case", "json");
    expect(code).toBe(1);
    expect(out).toMatch(/nft\.ipv4\.json differs\n {2}shop\/web: \d+ lines? gone, \d+ lines? new\n/);
    expect(out).toContain("to accept: svcrules check other.json --update\n");
  });
});

describe("--init", () => {
  test("writes a file that works for what it finds, and never over another", async () => {
    const refused = await check("--init");
    expect([refused.code, refused.err]).toEqual([
      2,
      "svcrules: svcrules.yaml exists already\n--init never overwrites a file\n",
    ]);
    rmSync(path("svcrules.yaml"));
    rmSync(path("golden"), { recursive: true });
    writeFileSync(path("values.yaml"), "replicas: 3\n");
    mkdirSync(path("charts"));
    writeFileSync(path("charts/web.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Name }}\n");
    writeFileSync(
      path("charts/good.yaml"),
      "apiVersion: v1\nkind: Service\nmetadata: {name: good}\nspec: {ports: [{port: 80}]}\n",
    );
    const ci = await inCI("--init");
    expect([ci.code, existsSync(path("svcrules.yaml"))]).toEqual([2, false]);
    const { code, out } = await check("--init");
    expect([code, out]).toEqual([
      0,
      "wrote svcrules.yaml for 3 Services, 3 workloads, 2 Nodes\nnext: svcrules check --update\n",
    ]);
    expect(read("svcrules.yaml")).toContain("  inputs:\n    - apps\n    - cluster\n");
    expect(read("svcrules.yaml")).toContain("# Left out: charts: charts/web.yaml:1: ");
    expect((await check("-q")).code).toBe(1);
    expect((await check("-q", "--update")).code).toBe(0);
    expect((await inCI("-q")).code).toBe(0);
  });

  test("says so when there is nothing to check", async () => {
    mkdirSync(path("empty"));
    const { code, err } = await svcrules(["check", "--init"], path("empty"));
    expect(code).toBe(2);
    expect(err).toContain("no Kubernetes objects found");
  });
});

describe("compile --golden", () => {
  const golden = (...argv: string[]) =>
    svcrules(["compile", "apps", "cluster", "--node", "worker-1", "--golden", "g.txt", ...argv], repo);

  test("writes with --update, compares without, and tells the command that updates", async () => {
    const missing = await golden("-q");
    expect([missing.code, missing.out]).toEqual([
      1,
      "g.txt is missing\nto accept: svcrules compile apps cluster --node worker-1 --golden g.txt -q --update\n\n",
    ]);
    expect((await golden("-q", "--update")).out).toBe("g.txt created\n");
    expect([(await golden("-q")).code, (await golden("-q")).out]).toEqual([0, ""]);
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const differs = await golden("-q", "--report", "sarif=g.sarif");
    expect(differs.code).toBe(1);
    expect(differs.out).toContain("g.txt differs\n  shop/web:http: endpoint 10.244.2.159:8080 is new\n");
    expect(read("g.sarif")).toContain('"endpoint-added"');
    expect(
      (await svcrules(["compile", "apps", "--golden", "g.txt", "--update"], repo, { env: { CI: "1" } })).code,
    ).toBe(2);
  });

  test("takes a file that compile --out wrote", async () => {
    await svcrules(["compile", "apps", "cluster", "--node", "worker-1", "--out", "g.txt", "-q"], repo);
    expect((await golden("-q")).code).toBe(0);
  });
});

describe("options", () => {
  test.each([
    [["--report", "junitt"], "--report junitt: not one of junit, sarif, github, markdown, json", "did you mean junit?"],
    [["--report", "json", "--report", "sarif"], "two reports for stdout", "FORMAT=FILE"],
    [["--report", "json=a", "--report", "sarif=a"], "two reports for a", ""],
    [["--report", "json="], "the name of a file is missing", ""],
    [["--report", "json=svcrules.yaml/x"], "cannot write svcrules.yaml/x", ""],
    [["--config", "nope.yaml"], "cannot read nope.yaml: it does not exist", ""],
  ])("%j is a wrong call", async (argv, message, hint) => {
    const { code, err } = await check("-q", ...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  test("a report on stdout stands there alone", async () => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const { out, err } = await check("-q", "--report", "json");
    expect((JSON.parse(out) as { passed: boolean }).passed).toBe(false);
    expect(err).toContain("to accept:");
  });

  test("--exit-zero and --strict", async () => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    expect((await check("-q", "--exit-zero")).code).toBe(0);
    edit("apps/shop/web.yaml", "name: web\n", "name: web\n  name: web\n");
    expect((await check("-q", "--exit-zero", "--strict")).code).toBe(2);
  });

  test("places in reports start at the root of the checkout", async () => {
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    const { out } = await svcrules(["check", "-q", "--report", "json"], repo, { env: { GITHUB_WORKSPACE: temporary } });
    const files = (JSON.parse(out) as JsonReport).findings.flatMap((f) => f.where?.file ?? []);
    expect(files).toContain(`${repo.slice(temporary.length + 1)}/apps/shop/web.yaml`);
  });
});

describe("docs/check.md", () => {
  const text = readFileSync(fileURLToPath(new URL("../../docs/check.md", import.meta.url)), "utf8");
  const commandsIn = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map((m) => m[1]!.replace(/#.*/, "").trim().split(/\s+/));

  test("starts as it says", async () => {
    rmSync(path("svcrules.yaml"));
    rmSync(path("golden"), { recursive: true });
    const shell = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap((m) => m[1]!.trim().split("\n"));
    const commands = shell.map((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1));
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const argv of commands) expect([argv, (await svcrules(argv, repo)).code]).toEqual([argv, 0]);
  });

  test("has recipes that pass and fail as a pipeline needs it", async () => {
    const commands = commandsIn(/npx --yes svcrules@[\d.]+ ([^'\n]*)/g);
    expect(commands).toHaveLength(3);
    for (const argv of commands)
      expect([argv, (await svcrules(argv, repo, { env: { CI: "true" } })).code]).toEqual([argv, 0]);
    edit("apps/shop/web.yaml", "replicas: 3", "replicas: 4");
    for (const argv of commands)
      expect([argv, (await svcrules(argv, repo, { env: { CI: "true" } })).code]).toEqual([
        argv,
        argv.includes("--exit-zero") ? 0 : 1,
      ]);
  });
});
