/**
 * Every check has a fixture where it fires, one where it must stay silent, and one where it must say that the input does
 * not tell: fixtures/doctor/ID/{fires,silent,undecided}/.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { loadCluster } from "../pipeline/load.js";
import { settleSituation } from "../pipeline/situation.js";
import { sourceFromBytes } from "../source/source.js";
import { MISSING } from "./needs.js";
import { CHECKS } from "./checks/index.js";
import { examine } from "./examine.js";
import { locateFindings, type LocatedReport } from "./locate-findings.js";
import { readNodeCaptures } from "./read-node-captures.js";
import type { Check } from "./types.js";

const ROOT = fileURLToPath(new URL("../../fixtures/doctor/", import.meta.url));

interface Case {
  readonly kubeVersion?: string;
  readonly node?: string;
}

function examineFixture(id: string, which: string, checks?: readonly Check[]): LocatedReport {
  const directory = join(ROOT, id, which);
  const read = (name: string) => sourceFromBytes(name, readFileSync(join(directory, name)));
  const names = readdirSync(directory).sort();
  const options: Case = names.includes("case.json")
    ? (JSON.parse(readFileSync(join(directory, "case.json"), "utf8")) as Case)
    : {};
  const { cluster, diagnostics } = loadCluster([read("input.yaml")], options);
  const refused = diagnostics.filter(
    (d) => d.severity === "error" && d.code !== "cluster-ip-collision" && d.code !== "node-port-collision",
  );
  const { situation } = settleSituation(cluster, options);
  const { captures, diagnostics: unread } = readNodeCaptures(names.filter((name) => name.endsWith(".txt")).map(read));
  expect([refused.map((d) => d.message), unread.map((d) => d.message)]).toEqual([[], []]);
  return locateFindings(
    examine(cluster, {
      features: situation!.features,
      config: situation!.config,
      configGiven: cluster.proxyConfigurations.length > 0,
      captures,
      nodeName: options.node,
      checks,
    }),
  );
}

describe.each(CHECKS.map((check) => [check.id, check] as const))("%s", (id, check) => {
  test("fires, with evidence in a file, a reason and a remedy", () => {
    const { findings } = examineFixture(id, "fires", [check]);
    expect(findings.map((finding) => finding.check)).toContain(id);
    for (const { message, why, change, evidence, fingerprint } of findings) {
      for (const text of [message, why, change]) expect(text).toMatch(/^[^.].*[^.]$/s);
      expect(evidence.some(({ file, line }) => file !== undefined && line! > 0)).toBe(true);
      expect(fingerprint.startsWith(id)).toBe(true);
    }
  });

  test("stays silent", () => {
    const { findings, notEnoughInput } = examineFixture(id, "silent", [check]);
    expect(findings.map(({ message }) => message)).toEqual([]);
    // Silence because nothing was looked at proves nothing.
    expect(notEnoughInput.filter(({ reason }) => MISSING.has(reason))).toEqual([]);
  });

  test("says when the input is not enough", () => {
    const { findings, notEnoughInput } = examineFixture(id, "undecided", [check]);
    expect(findings.map(({ message }) => message)).toEqual([]);
    expect(notEnoughInput.map((undecided) => undecided.check)).toEqual([id]);
  });
});

test("every fixture belongs to a check, and every check file to the table", () => {
  expect(readdirSync(ROOT).sort()).toEqual(CHECKS.map(({ id }) => id).sort());
  const files = readdirSync(new URL("./checks/", import.meta.url)).filter(
    (name) => !name.includes("index") && name.endsWith(".ts"),
  );
  expect(files.map((name) => name.slice(0, -3)).sort()).toEqual(CHECKS.map(({ id }) => id).sort());
  for (const id of readdirSync(ROOT))
    expect(readdirSync(join(ROOT, id)).sort()).toEqual(["fires", "silent", "undecided"]);
});

test("a place is shown once, although the pods made of one template are several", () => {
  const two = "replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}";
  const text = `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  ${two}\n    spec: {containers: [{name: c, image: i}]}\n`;
  const { cluster } = loadCluster([sourceFromBytes("a.yaml", Buffer.from(text))]);
  const { situation } = settleSituation(cluster, {});
  const checks = CHECKS.filter(({ id }) => id === "named-target-port-missing");
  const { features, config } = situation!;
  const { findings } = locateFindings(examine(cluster, { features, config, configGiven: false, checks }));
  expect(findings.map(({ evidence }) => evidence.map(({ text: words }) => words))).toEqual([
    ['targetPort "web"', "Deployment web names no port"],
  ]);
});

/** What one check finds in manifests. */
function findingsOf(check: string, text: string) {
  const { cluster } = loadCluster([sourceFromBytes("a.yaml", Buffer.from(text))]);
  const { features, config } = settleSituation(cluster, {}).situation!;
  const checks = CHECKS.filter(({ id }) => id === check);
  return examine(cluster, { features, config, configGiven: false, checks }).findings;
}

test("a named port that an init container has, which is no sidecar, is told as such", () => {
  const text =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 443, targetPort: https}]}\n---\n" +
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec:\n  containers: [{name: c, image: i, ports: [{containerPort: 80, name: http}]}]\n" +
    "  initContainers: [{name: t, image: i, ports: [{containerPort: 9443, name: https}]}]\n";
  const findings = findingsOf("named-target-port-missing", text);
  expect(findings.map(({ message, change }) => [message, change])).toEqual([
    [
      'no selected pod has a TCP container port named "https"; an init container has it, which ends before the pod serves',
      "give the init container restartPolicy: Always, if it is to run beside the others",
    ],
  ]);
});

test("pods of a Job that failed are no error, since they are there to end", () => {
  const owner = "{apiVersion: batch/v1, kind: Job, name: load, uid: u1, controller: true}";
  const text =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 443}]}\n---\n" +
    `apiVersion: v1\nkind: Pod\nmetadata: {name: load-1, labels: {app: web}, ownerReferences: [${owner}]}\n` +
    "spec: {nodeName: n1, containers: [{name: c, image: i}]}\nstatus: {phase: Failed}\n";
  const findings = findingsOf("pods-ended", text);
  expect(findings.map(({ severity, change }) => [severity, change])).toEqual([
    ["warning", "remove the Service while no Job runs that it is for, or correct the selector"],
  ]);
});
