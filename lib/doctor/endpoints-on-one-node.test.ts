/** How many pods the endpoints of a Service stand for, where slices of two families name none. */
import { describe, expect, test } from "@jest/globals";
import { DEFAULT_PROXY_CONFIG } from "../config/proxy-config.js";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { CHECKS } from "./checks/index.js";
import { examine } from "./examine.js";

const NODES = ["a", "b", "c"].map((name) => ({ apiVersion: "v1", kind: "Node", metadata: { name } }));
const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    clusterIPs: ["10.96.0.10", "fd00::10"],
    clusterIP: "10.96.0.10",
    ipFamilies: ["IPv4", "IPv6"],
    ipFamilyPolicy: "RequireDualStack",
    selector: { app: "web" },
    ports: [{ port: 80 }],
  },
};
const slice = (family: "IPv4" | "IPv6", ...endpoints: readonly (readonly [string, string, string?])[]) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: `web-${family.toLowerCase()}`,
    namespace: "shop",
    labels: { "kubernetes.io/service-name": "web" },
  },
  addressType: family,
  ports: [{ port: 80, protocol: "TCP" }],
  endpoints: endpoints.map(([address, nodeName, pod]) => ({
    addresses: [address],
    nodeName,
    conditions: { ready: true },
    ...(pod !== undefined && { targetRef: { kind: "Pod", name: pod, namespace: "shop" } }),
  })),
});

function found(...slices: readonly object[]): readonly string[] {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: [...NODES, SERVICE, ...slices] });
  const { findings } = examine(loadCluster([sourceFromText("input.json", text)]).cluster, {
    features: featuresOf(NEWEST_VERSION),
    config: DEFAULT_PROXY_CONFIG,
    configGiven: false,
    checks: CHECKS.filter(({ id }) => id === "endpoints-on-one-node"),
  });
  return findings.map(({ message }) => message);
}

describe("a pod with an address of each family is one pod", () => {
  test.each([
    ["one pod, nothing names it", [slice("IPv4", ["10.0.0.1", "a"]), slice("IPv6", ["fd00:1::1", "a"])], []],
    ["one pod, named", [slice("IPv4", ["10.0.0.1", "a", "p"]), slice("IPv6", ["fd00:1::1", "a", "p"])], []],
    [
      "two pods on one node",
      [slice("IPv4", ["10.0.0.1", "a"], ["10.0.0.2", "a"]), slice("IPv6", ["fd00:1::1", "a"], ["fd00:1::2", "a"])],
      ["all 2 ready endpoints are on node a, and 3 nodes could take them"],
    ],
    ["a pod of each family, on two nodes", [slice("IPv4", ["10.0.0.1", "a"]), slice("IPv6", ["fd00:1::2", "b"])], []],
    [
      "one that is named and one that is not",
      [slice("IPv4", ["10.0.0.1", "a", "p"], ["10.0.0.2", "a"])],
      ["all 2 ready endpoints are on node a, and 3 nodes could take them"],
    ],
  ] as const)("%s", (_, slices, messages) => expect(found(...slices)).toEqual(messages));
});
