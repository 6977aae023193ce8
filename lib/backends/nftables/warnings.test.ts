import { describe, expect, test } from "@jest/globals";
import { backendInput } from "../../pipeline/compile.js";
import type { Service } from "../../kube/types.js";
import { recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { compileNftables } from "./index.js";

const base = recordedCluster("no-endpoints");
const recorded = recordedCases().find(({ name }) => name === "no-endpoints")!;

/** Warnings for a service whose port name has a number of bytes in all, "ns/name:port". */
function codesFor(bytes: number, endpoints: boolean): string[] {
  const port = "p".repeat(15);
  const namespace = "n".repeat(56);
  const name = "s".repeat(bytes - namespace.length - port.length - 2);
  const service: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { clusterIP: "10.96.0.77", clusterIPs: ["10.96.0.77"], ports: [{ name: port, port: 80, protocol: "TCP" }] },
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "x", namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4" as const,
    endpoints: [{ addresses: ["10.1.2.3"] }],
    ports: [{ name: port, port: 80, protocol: "TCP" as const }],
  };
  const cluster = { ...base, pods: [], services: [service], endpointSlices: endpoints ? [slice] : [] };
  const situation = recordedSituation(recorded, cluster, "nftables", 36);
  return compileNftables(backendInput(cluster, situation)).diagnostics.map(({ code }) => code);
}

describe("transactions that nft refuses as a whole are warned of", () => {
  test("a comment of an element over 128 bytes", () => {
    expect(codesFor(128, false)).toEqual([]);
    expect(codesFor(129, false)).toEqual(["nft-comment-too-long"]);
    expect(codesFor(129, true)).toEqual([]);
  });

  test("interfaces matched by index, where the release does so", () => {
    const prefix = recordedCases().find(({ name }) => name === "detect-local-prefix")!;
    const cluster = recordedCluster(prefix.name);
    const codes = (minor: number) =>
      compileNftables(backendInput(cluster, recordedSituation(prefix, cluster, "nftables", minor))).diagnostics.map(
        ({ code, severity }) => [code, severity],
      );
    expect(codes(32)).toEqual([["nft-interface-match-fails", "warning"]]);
    expect(codes(36)).toEqual([]);
  });
});
