import { describe, expect, test } from "@jest/globals";
import { readObjects, type LoadOptions } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import type { Cluster } from "./types.js";

const readCluster = (text: string, options: LoadOptions = {}): Cluster => {
  const { cluster, diagnostics } = readObjects([sourceFromText("input.yaml", text)], options);
  expect(diagnostics).toEqual([]);
  return cluster;
};

const TEMPLATE = `
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1, ports: [{ name: http, containerPort: 8080 }] }] }`;

const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web, namespace: shop }\nspec:${spec}\n`;

describe("an object with a standard pod template", () => {
  test.each([
    ["argoproj.io/v1alpha1", "Rollout"],
    ["apps.kruise.io/v1alpha1", "CloneSet"],
    ["apps.kruise.io/v1beta1", "StatefulSet"],
    ["apps.openshift.io/v1", "DeploymentConfig"],
    ["example.org/v1", "Whatever"],
  ])("is a workload: %s %s", (apiVersion, kind) => {
    for (const rulesOnly of [false, true]) {
      const { workloads, customResources } = readCluster(object(apiVersion, kind, TEMPLATE), { rulesOnly });
      expect(workloads.map((w) => [w.kind, w.spec.template?.metadata?.labels])).toEqual([[kind, { app: "web" }]]);
      expect(customResources).toEqual([]);
    }
  });

  test.each([
    ["serving.knative.dev/v1", "Service", TEMPLATE],
    ["karpenter.sh/v1", "NodePool", "\n  template: { metadata: { labels: { app: web } }, spec: { requirements: [] } }"],
    ["example.org/v1", "Unlabelled", "\n  template: { spec: { containers: [{ name: web }] } }"],
  ])("is none without labels, containers or pods of its own: %s %s", (apiVersion, kind, spec) => {
    expect(readCluster(object(apiVersion, kind, spec)).workloads).toEqual([]);
  });
});

test("two kinds of one name stay two objects", () => {
  const text = ["Rollout", "Other"].map((kind) => object("argoproj.io/v1alpha1", kind, TEMPLATE)).join("---\n");
  expect(readCluster(text).workloads.map(({ kind }) => kind)).toEqual(["Other", "Rollout"]);
});

test("of other custom resources the labels of the spec are kept, with their places; for rules alone nothing is", () => {
  const text = object(
    "monitoring.coreos.com/v1",
    "Prometheus",
    "\n  podMetadata: { labels: { app: prom } }\n  sets: [{ extraLabels: { tier: db } }]\n  serviceMonitorSelector: { matchLabels: { no: pods } }",
  );
  expect(readCluster(text).customResources).toMatchObject([
    {
      kind: "Prometheus",
      labelMaps: [
        { path: ["spec", "podMetadata", "labels"], labels: { app: "prom" } },
        { path: ["spec", "sets", 0, "extraLabels"], labels: { tier: "db" } },
      ],
    },
  ]);
  expect(readCluster(text, { rulesOnly: true }).customResources).toEqual([]);
});

test("kinds of Kubernetes itself that are not collected stay out", () => {
  const text = object("gateway.networking.k8s.io/v1", "Gateway", "\n  labels: { a: b }");
  expect(readCluster(text).customResources).toEqual([]);
});
