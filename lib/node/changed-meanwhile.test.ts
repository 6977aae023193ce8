import { expect, test } from "@jest/globals";
import { readObjects } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { changedServices, servicesYoungerThan } from "./changed-meanwhile.js";

interface Slice {
  readonly service: string;
  readonly address: string;
  readonly version?: string;
  readonly changed?: string;
}

/** A cluster of EndpointSlices, one a service. */
function clusterOf(slices: readonly Slice[]) {
  const items = slices.map(({ service, address, version, changed }) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${service}-1`,
      namespace: "shop",
      labels: { "kubernetes.io/service-name": service },
      ...(version !== undefined && { resourceVersion: version }),
      ...(changed !== undefined && { annotations: { "endpoints.kubernetes.io/last-change-trigger-time": changed } }),
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [address] }],
    ports: [{ port: 80 }],
  }));
  return readObjects([sourceFromText("dump.json", JSON.stringify({ apiVersion: "v1", kind: "List", items }))], {})
    .cluster;
}

test("services whose slices have another version, other endpoints, or came or went have changed", () => {
  const before = clusterOf([
    { service: "same", address: "10.0.0.1", version: "7" },
    { service: "version", address: "10.0.0.2", version: "7" },
    { service: "endpoints", address: "10.0.0.3" },
    { service: "alike", address: "10.0.0.4" },
    { service: "gone", address: "10.0.0.5" },
  ]);
  const after = clusterOf([
    { service: "same", address: "10.0.0.1", version: "7" },
    { service: "version", address: "10.0.0.2", version: "8" },
    { service: "endpoints", address: "10.0.0.33" },
    { service: "alike", address: "10.0.0.4" },
    { service: "new", address: "10.0.0.6" },
  ]);
  expect([...changedServices(before, after)].sort()).toEqual([
    "shop/endpoints",
    "shop/gone",
    "shop/new",
    "shop/version",
  ]);
});

test("endpoints are younger than a capture when the slice says that they changed after it", () => {
  const cluster = clusterOf([
    { service: "old", address: "10.0.0.1", changed: "2026-01-01T00:00:00Z" },
    { service: "young", address: "10.0.0.2", changed: "2026-01-01T02:00:01+01:00" },
    { service: "unknown", address: "10.0.0.3", changed: "some day" },
    { service: "untold", address: "10.0.0.4" },
  ]);
  expect([...servicesYoungerThan("2026-01-01T01:00:00Z", cluster)]).toEqual(["shop/young"]);
});
