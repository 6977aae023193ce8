import { describe, expect, test } from "@jest/globals";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}
`;
const NO_PORTS = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {type: NodePort}\n";
const OTHER_PORT = SERVICE.replace("port: 80", "port: 81");
const OPERATIONS = "- {op: replace, path: /spec/ports/0/port, value: 8080}\n";

function load(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([name, text]) => sourceFromText(name, text));
  const { cluster, diagnostics } = loadCluster(sources);
  const told = diagnostics.find(({ code }) => code === "kustomization-not-applied")?.message;
  const ports = cluster.services.map(({ spec }) => spec.ports?.[0]?.port);
  const others = diagnostics.filter(
    ({ code, severity }) => severity !== "note" && code !== "kustomization-not-applied",
  );
  return { told, ports, others: others.map(({ code }) => code) };
}

describe("files that a kustomization names as patches", () => {
  test.each([
    ["patches", "patches: [{path: p.yaml}]", NO_PORTS],
    ["operations", "patches: [{path: ./p.yaml, target: {kind: Service}}]", OPERATIONS],
    ["patchesStrategicMerge", "patchesStrategicMerge: [p.yaml]", OTHER_PORT],
    ["patchesJson6902", "patchesJson6902: [{path: p.yaml, target: {kind: Service, name: web}}]", OPERATIONS],
    ["replacements", "replacements: [{path: p.yaml}]", "source: {kind: ConfigMap}\ntargets: []\n"],
  ])("are no objects: %s", (_what, field, patch) => {
    for (const directory of ["", "./", "kz/", "/a/kz/"]) {
      const kustomization = `resources: [a.yaml]\n${field}\n`;
      const { told, ports, others } = load({
        [`${directory}a.yaml`]: SERVICE,
        [`${directory}kustomization.yaml`]: kustomization,
        [`${directory}p.yaml`]: patch,
      });
      expect([ports, others]).toEqual([[80], []]);
      expect(told).toMatch(/a file that it names as a patch is left out \([\w./]*p\.yaml\)$/);
    }
  });

  test("are counted, and some named", () => {
    const names = ["p1.yaml", "p2.yaml", "p3.yaml", "p4.yaml"];
    const { told } = load({
      "kustomization.yaml": `patchesStrategicMerge: [${names.join(", ")}, gone.yaml]\n`,
      ...Object.fromEntries(names.map((name) => [name, OTHER_PORT])),
    });
    expect(told).toMatch(/4 files that it names as patches are left out \(p1\.yaml, p2\.yaml, p3\.yaml, and 1 more\)$/);
  });

  test.each([
    ["a resource as well", "resources: [p.yaml]\npatches: [{path: p.yaml}]\n"],
    ["not below its directory", "patches: [{path: ../kz2/p.yaml}]\n"],
    ["a patch written in place", 'patches: [{patch: "p.yaml"}]\n'],
    ["broken", "patches: [{path: p.yaml\n"],
    ["no list", "patches: {path: p.yaml}\n"],
  ])("stay objects where the kustomization names no such file: %s", (_what, kustomization) => {
    const { ports, told } = load({ "kz/kustomization.yaml": kustomization, "kz/p.yaml": OTHER_PORT, "kz2/p.yaml": "" });
    expect(ports).toEqual([81]);
    expect(told ?? "").not.toContain("left out");
  });
});
