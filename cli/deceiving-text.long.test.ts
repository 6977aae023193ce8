/** Controls and bidirectional overrides in fields that users control are escapes in every form of every command. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runCli } from "../lib/testing/run-cli.js";

// C0, C1, right-to-left override, isolate, line separator, byte order mark.
const BAD = "a\u001b[31m\u009b2J\u202eb\u2066\u2028\ufeff";
const DECEIVING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

const labels = { app: "web" };
const meta = (name: string) => ({ name, namespace: "shop", labels, annotations: { note: BAD } });
const service = (name: string, spec: object, more = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { ...meta(name), ...more },
  spec: { clusterIP: "10.96.0.10", selector: labels, ports: [{ name: "http", port: 80, targetPort: "web" }], ...spec },
});
const OBJECTS = [
  { apiVersion: "v1", kind: "Node", metadata: meta("node-1"), status: { nodeInfo: { osImage: BAD } } },
  service("web", {}),
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta("web-1"),
    spec: { nodeName: "node-1", containers: [{ name: "a", image: BAD, ports: [{ name: "web", containerPort: 80 }] }] },
    status: { phase: "Running", podIP: "10.244.0.5", conditions: [{ type: "Ready", status: "True", reason: BAD }] },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...meta("web-x"), labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 80 }],
    endpoints: [{ addresses: ["10.244.0.5"], nodeName: "node-1", targetRef: { kind: BAD, name: BAD } }],
  },
];
const REFUSED = [
  { apiVersion: "v1", kind: "Node", metadata: { name: BAD, labels: { [BAD]: BAD }, annotations: { [BAD]: BAD } } },
  service("external", { type: "ExternalName", externalName: BAD, clusterIP: undefined }),
  service(BAD, {}),
  service("odd", { type: BAD, sessionAffinity: BAD, ports: [{ name: BAD, port: 80, protocol: BAD }] }),
  service("foreign", { loadBalancerSourceRanges: [BAD], externalIPs: [BAD] }, { namespace: BAD }),
  { apiVersion: BAD, kind: BAD, metadata: { name: BAD } },
];

let directory = "";
const list = (items: readonly object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2);
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "svcrules-deceiving-"));
  writeFileSync(join(directory, "good.json"), list(OBJECTS));
  writeFileSync(join(directory, "refused.json"), list([...OBJECTS, ...REFUSED]));
  const { code, out } = await runCli(["compile", "good.json", "-o", "save", "-q"], { cwd: directory });
  expect(code).toBe(0);
  const rule = `-A KUBE-SERVICES -d 10.96.0.11/32 -p tcp -m comment --comment "shop/${BAD}:http cluster IP" -j KUBE-SVC-${BAD}`;
  writeFileSync(
    join(directory, "node.txt"),
    out.replace(/^-A KUBE-SERVICES /m, (start) => `${rule}\n${start}`),
  );
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const REPORTS = ["junit", "sarif", "github", "markdown", "json"];
const asked = (input: string): readonly (readonly string[])[] => [
  ...["json", "html", "mermaid", "dot"].map((form) => ["compile", input, "-o", form]),
  ...["text", "json"].flatMap((form) => [
    ["endpoints", input, "-o", form],
    ["doctor", input, "-o", form],
    ["dns", "-f", input, "-o", form],
    ["explain", "shop/web", input, "-o", form],
    ["trace", input, "--from", "outside", "--to", "10.96.0.10:80", "-o", form],
    ["migrate", input, "--from-mode", "iptables", "--to-mode", "ipvs", "-o", form],
    ["impact", input, "--delete", "Pod shop/web-1", "-o", form],
  ]),
  ["impact", input, "--delete", "Pod shop/web-1", "-o", "markdown"],
  ...["text", "unified", "json", "jsonl", "html"].map((form) => ["diff", "node.txt", "--manifests", input, "-o", form]),
  ...REPORTS.flatMap((form) => [
    ["diff", "node.txt", "--manifests", input, "--report", `${form}=diff.${form}`],
    ["doctor", input, "--report", `${form}=doctor.${form}`],
    ["compile", input, "--report", `${form}=compile.${form}`],
  ]),
  ["compile", input, "--diagnostics", "json"],
];
const RUNS = ["good.json", "refused.json"].flatMap(asked).map((argv) => [argv.join(" "), argv] as const);

test.each(RUNS)("svcrules %s shows them as escapes", async (_shown, argv) => {
  const { code, out, err } = await runCli(argv, { cwd: directory });
  expect(code).toBeLessThan(3);
  expect(out + err).not.toBe("");
  for (const text of [out, err]) expect(DECEIVING.exec(text)?.input.slice(0, 300) ?? "").toBe("");
});

test("no report that was written holds them", () => {
  const reports = readdirSync(directory).filter((name) => /^(diff|doctor|compile)\./.test(name));
  expect(reports).toHaveLength(3 * REPORTS.length);
  expect(readFileSync(join(directory, "diff.json"), "utf8")).toContain("\\u202e");
  for (const name of reports)
    expect([name, DECEIVING.test(readFileSync(join(directory, name), "utf8"))]).toEqual([name, false]);
});
