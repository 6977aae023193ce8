import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { runCli } from "../lib/testing/run-cli.js";
import type { Report } from "../lib/report/types.js";
import { writeReports } from "./reports.js";
import type { Terminal } from "./terminal.js";

const directory = mkdtempSync(join(tmpdir(), "svcrules-reports-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string) => join(directory, name);
const isReport = new Ajv2020().compile(
  JSON.parse(readFileSync(new URL("../schemas/report.schema.json", import.meta.url), "utf8")) as object,
);

const INPUTS = ["fixtures/platform-repo/apps", "fixtures/platform-repo/cluster"];

interface JsonReport {
  readonly passed: boolean;
  readonly command: string;
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[];
  readonly findings: readonly {
    readonly id: string;
    readonly service?: string;
    readonly where?: { readonly file: string; readonly line?: number };
  }[];
}

function readReport(name: string): JsonReport {
  const report = JSON.parse(readFileSync(file(name), "utf8")) as JsonReport;
  expect(isReport(report) || isReport.errors).toBe(true);
  return report;
}

describe("diff --report", () => {
  test("has a check for the node, and findings at lines of the capture", async () => {
    const args = [...INPUTS, "--node", "worker-1", "--kube-version", "1.34", "-q"];
    const { out } = await runCli(["compile", ...args, "--format", "save"]);
    const lines = out.split("\n").filter((line) => !line.includes("10.244.1.182:8080"));
    const stale = lines.map((line) => line.replace("--dport 30080", "--dport 30081"));
    writeFileSync(file("node.txt"), stale.join("\n"));
    const manifests = INPUTS.flatMap((input) => ["--manifests", input]);
    const situation = ["--node", "worker-1", "--kube-version", "1.34", "-q"];
    const diff = await runCli([
      ...["diff", file("node.txt"), ...manifests, ...situation],
      ...["--report", `json=${file("diff.json")}`, "--report", `junit=${file("diff.xml")}`],
    ]);
    expect(diff.code).toBe(1);
    expect(diff.out).toContain("shop/web");
    const report = readReport("diff.json");
    expect(report).toMatchObject({
      passed: false,
      command: "diff",
      checks: [{ name: "worker-1 (iptables, ipv4)", passed: false }],
    });
    const changes = report.findings.filter(({ service }) => service !== undefined);
    expect(changes.every(({ where }) => where?.file === file("node.txt"))).toBe(true);
    expect(report.findings).toContainEqual(expect.objectContaining({ service: "shop/web", id: "frontend-stale" }));
    expect(readFileSync(file("diff.xml"), "utf8")).toContain('tests="1" failures="1"');

    const alone = await runCli(["diff", file("node.txt"), ...manifests, ...situation, "--report", "json"]);
    expect((JSON.parse(alone.out) as JsonReport).passed).toBe(false);
    expect(alone.err).toContain("shop/web");
  });
});

describe("compile --report", () => {
  test("tells what is wrong with the input, beside the rules", async () => {
    const { code, out } = await runCli(["compile", ...INPUTS, "-q", "--report", `json=${file("compile.json")}`]);
    expect([code, out.startsWith("*filter")]).toEqual([0, true]);
    expect(readReport("compile.json")).toMatchObject({ passed: true, command: "compile" });

    writeFileSync(
      file("bad.yaml"),
      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 0}]\n",
    );
    const bad = await runCli(["compile", file("bad.yaml"), "--report", `json=${file("bad.json")}`]);
    expect([bad.code, bad.out]).toEqual([2, ""]);
    const { passed, findings } = readReport("bad.json");
    expect(passed).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: "port-out-of-range",
        where: expect.objectContaining({ file: file("bad.yaml"), line: 5 }),
      }),
    );
  });

  test("needs a file where stdout is for the rules, and sends annotations to stderr", async () => {
    const refused = await runCli(["compile", ...INPUTS, "--report", "json"]);
    expect([refused.code, refused.out]).toEqual([2, ""]);
    expect(refused.err).toContain("--report FORMAT=FILE");
    const { out, err } = await runCli(["compile", ...INPUTS, "-q", "--report", "github"]);
    expect(out).not.toContain("::notice");
    expect(err).toMatch(/^::notice title=svcrules compile/m);
  });
});

describe("the step summary", () => {
  const terminal = (env: Terminal["env"]): Terminal => ({
    write: () => true,
    warn: () => {},
    env,
    cwd: directory,
    programName: "svcrules",
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    stdin: 0,
  });
  const report: Report = {
    tool: { name: "svcrules", version: "1" },
    command: "check",
    checks: [],
    findings: Array.from({ length: 3000 }, (_, i) => ({
      id: "golden-differs",
      severity: "error" as const,
      message: `finding ${i}`,
      notes: [],
      detail: "x".repeat(1000),
      fails: true,
    })),
  };

  test("is added to what is there and stays within what GitHub takes", () => {
    writeFileSync(file("summary.md"), "# before\n");
    for (let i = 0; i < 3; i++)
      writeReports(
        [{ format: "github", file: undefined }],
        report,
        terminal({ GITHUB_STEP_SUMMARY: file("summary.md") }),
      );
    const text = readFileSync(file("summary.md"), "utf8");
    expect(text.startsWith("# before\n## svcrules check")).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  });

  test("is not written without the variable", () => {
    expect(() => writeReports([{ format: "github", file: undefined }], report, terminal({}))).not.toThrow();
  });
});
