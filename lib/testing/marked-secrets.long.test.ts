/**
 * What leaves the machine: of Secrets, ConfigMaps, environment values and annotations nothing stands in any output. A
 * dump holds a mark in each of these places; every command prints every form, and no mark comes out.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { sweep } from "./fuzz/runs.js";
import { runCli } from "./run-cli.js";

const MARK = "hunter2-marked";
const directory = mkdtempSync(join(tmpdir(), "svcrules-marks-"));
afterAll(() => rmSync(directory, { recursive: true }));

let marks = 0;
const mark = () => `${MARK}-${++marks}`;
const annotations = () => ({ note: mark(), "kubectl.kubernetes.io/last-applied-configuration": `{"x":"${mark()}"}` });
const meta = (name: string, labels = {}) => ({
  name,
  namespace: "prod",
  uid: `uid-${name}`,
  labels,
  annotations: annotations(),
});
const podSpec = () => ({
  nodeName: "node-1",
  containers: [
    {
      name: "api",
      image: "example.org/api:1",
      env: [{ name: "PASSWORD", value: mark() }],
      args: [`--token=${mark()}`],
      command: ["sh", "-c", mark()],
      ports: [{ name: "http", containerPort: 8080 }],
    },
  ],
});
const dump = {
  apiVersion: "v1",
  kind: "List",
  items: [
    { apiVersion: "v1", kind: "Secret", metadata: meta("s"), stringData: { a: mark() }, data: { b: btoa(MARK) } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: meta("c"), data: { a: mark() }, binaryData: { b: btoa(MARK) } },
    { apiVersion: "v1", kind: "Namespace", metadata: { ...meta("prod"), namespace: undefined } },
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-1", annotations: annotations() },
      status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta("api"),
      spec: {
        type: "NodePort",
        clusterIP: "10.96.0.10",
        selector: { app: "api" },
        ports: [{ name: "http", port: 80, targetPort: "http", nodePort: 30080 }],
      },
    },
    // A finding has to show something of this one.
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta("typo"),
      spec: { clusterIP: "10.96.0.11", selector: { app: "apii" }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: meta("api-1", { app: "api" }),
      spec: podSpec(),
      status: {
        phase: "Running",
        podIP: "10.244.0.5",
        podIPs: [{ ip: "10.244.0.5" }],
        message: mark(),
        conditions: [{ type: "Ready", status: "True", message: mark() }],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: meta("api"),
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "api" } },
        template: { metadata: { labels: { app: "api" }, annotations: annotations() }, spec: podSpec() },
      },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...meta("api-x"), labels: { "kubernetes.io/service-name": "api" } },
      addressType: "IPv4",
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
      endpoints: [{ addresses: ["10.244.0.5"], conditions: { ready: true }, nodeName: "node-1" }],
    },
    {
      apiVersion: "example.org/v1",
      kind: "Database",
      metadata: meta("db"),
      spec: { password: mark(), user: { labels: { app: "apii" } } },
    },
  ],
};
/** An error has to show something of this one. */
const refused = {
  apiVersion: "v1",
  kind: "Service",
  metadata: meta("bad"),
  spec: { clusterIP: "10.96.0.300", selector: { app: "api" }, ports: [{ port: 80 }] },
};
const forms: Readonly<Record<string, string>> = {
  "dump.json": JSON.stringify(dump),
  "lines.json": JSON.stringify(dump, undefined, 2),
  "refused.json": JSON.stringify({ ...dump, items: [...dump.items, refused] }, undefined, 2),
  // YAML that is JSON, a document for each object.
  "documents.yaml": dump.items.map((item) => `---\n${JSON.stringify(item)}\n`).join(""),
};
for (const [name, text] of Object.entries(forms)) writeFileSync(join(directory, name), text);

const output = (command: string, ...outputs: readonly string[]) => outputs.map((form) => [command, "-o", form]);
const svcrules = (argv: readonly string[]) => runCli(argv, { cwd: directory });

const reports = ["junit", "sarif", "github", "markdown", "json"];
const runsOf = (input: string): readonly (readonly string[])[] => [
  ...output("compile", "restore", "save", "json", "mermaid", "dot", "html").map((argv) => [...argv, input]),
  ...["iptables", "ipvs", "nftables"].map((mode) => ["compile", input, "--mode", mode, "--out", `rules-${mode}`]),
  ...["text", "json"].flatMap((form) => [
    ["endpoints", input, "-o", form],
    ["doctor", input, "-o", form],
    ["dns", input, "-o", form],
    ["explain", "prod/api", input, "-o", form],
    ["migrate", input, "--from-mode", "iptables", "--to-mode", "nftables", "-o", form],
    ["trace", input, "--from", "outside", "--to", "192.168.0.1:30080", "-o", form],
  ]),
  ...["text", "unified", "json", "jsonl", "patch", "html"].map((form) => [
    "diff",
    "node.txt",
    "--manifests",
    input,
    "--node",
    "node-1",
    "-o",
    form,
  ]),
  ...reports.map((form) => ["doctor", input, "--report", `${form}=report-${form}`]),
  ...reports.map((form) => [
    "diff",
    "node.txt",
    "--manifests",
    input,
    "--node",
    "node-1",
    "--report",
    `${form}=diff-${form}`,
  ]),
  ...["text", "json", "markdown"].map((form) => ["impact", input, "--drain", "node-1", "--exit-zero", "-o", form]),
  ["extract", input, "--service", "prod/api", "--out", `extracted-${input}`],
  ["anonymize", input, "--out", `anonymous-${input}`],
  ["compile", input, "--golden", `golden-${input}.txt`, "--update"],
  ["compile", input, "--diagnostics", "json"],
];

describe.each(sweep(Object.keys(forms), 2))("of %s", (input) => {
  test("no mark stands in any output", async () => {
    const { out } = await svcrules(["compile", input, "-o", "save", "--node", "node-1", "-q"]);
    writeFileSync(
      join(directory, "node.txt"),
      out
        .split("\n")
        .filter((line) => !line.includes("30080"))
        .join("\n"),
    );
    for (const argv of runsOf(input)) {
      const outcome = await svcrules(argv);
      const shown = argv.join(" ");
      // What is refused is told; everything else is answered.
      const isAnswered = input === "refused.json" ? outcome.err !== "" : outcome.code < 2;
      expect(`${shown}: ${isAnswered}`).toBe(`${shown}: true`);
      for (const text of [outcome.out, outcome.err]) expect(`${shown}\n${linesWithMark(text)}`).toBe(`${shown}\n`);
    }
    for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" }))
      if (!(file in forms)) expect(`${file}\n${linesWithMark(textOf(file))}`).toBe(`${file}\n`);
  }, 120_000);
});

test("the dump gives doctor something to show", async () => {
  expect((await svcrules(["doctor", "dump.json"])).out).toContain("Service prod/typo");
  expect((await svcrules(["compile", "refused.json"])).err).toContain("10.96.0.300");
});

function linesWithMark(text: string): string {
  const found = text.split("\n").filter((line) => line.includes(MARK) || line.includes(btoa(MARK)));
  return found.map((line) => line.slice(0, 300)).join("\n");
}

function textOf(file: string): string {
  try {
    return readFileSync(join(directory, file), "utf8");
  } catch {
    return "";
  }
}
