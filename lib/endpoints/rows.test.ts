/** Every recorded case: what the EndpointSlice controller of 1.36 made of the Pods, or the slices as given. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { loadAll } from "js-yaml";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import type { KubeObject } from "../kube/types.js";
import { clusterOf, makeService, makeSlice } from "../testing/objects.js";
import { createEndpointResolver } from "./resolve.js";
import { endpointRowsOf, type EndpointRow } from "./rows.js";

const GOLDEN = join(process.cwd(), "golden/kube-proxy");
const features = featuresOf(NEWEST_VERSION);

function rowsOf(objects: readonly KubeObject[]): EndpointRow[] {
  const cluster = clusterOf(objects);
  const resolve = createEndpointResolver(cluster, features);
  return cluster.services.flatMap((service) => endpointRowsOf(resolve(service)));
}

const unordered = (rows: readonly EndpointRow[]) => rows.map((row) => JSON.stringify(row)).sort();

const cases = readdirSync(join(GOLDEN, "cases")).filter((name) =>
  existsSync(join(GOLDEN, "expected", name, "endpoints.json")),
);

describe("the endpoints of a recorded case", () => {
  test("are recorded for more than sixty cases", () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases)("are those recorded: %s", (name) => {
    const objects = loadAll(readFileSync(join(GOLDEN, "cases", name, "manifests.yaml"), "utf8")) as KubeObject[];
    const expected = JSON.parse(
      readFileSync(join(GOLDEN, "expected", name, "endpoints.json"), "utf8"),
    ) as EndpointRow[];
    expect(unordered(rowsOf(objects))).toEqual(unordered(expected));
    expect(unordered(rowsOf(objects.toReversed()))).toEqual(unordered(expected));
  });
});

describe("rows", () => {
  test("read what a slice leaves open as kube-proxy does", () => {
    const slice = makeSlice([{ addresses: ["10.0.0.1"] }], { ports: [{ port: 8080 }] });
    expect(rowsOf([makeService(), slice])).toEqual([
      {
        service: "shop/web",
        family: "IPv4",
        port: "",
        protocol: "TCP",
        number: 8080,
        address: "10.0.0.1",
        node: "",
        zone: "",
        ready: true,
        serving: true,
        terminating: false,
        zoneHints: [],
        nodeHints: [],
      },
    ]);
  });

  test("come sorted by family, port, protocol, number and address", () => {
    const slices = [
      makeSlice([{ addresses: ["10.0.0.2"] }, { addresses: ["10.0.0.10"] }], {
        ports: [
          { name: "b", port: 9 },
          { name: "a", port: 10 },
          { name: "a", port: 9 },
          { name: "a", protocol: "SCTP", port: 11 },
        ],
      }),
      makeSlice([{ addresses: ["fd00::1"] }], { addressType: "IPv6" }, { name: "web-0" }),
    ];
    const texts = rowsOf([makeService(), ...slices]).map((r) => `${r.port}/${r.protocol} ${r.address} ${r.number}`);
    expect(texts).toEqual([
      "a/SCTP 10.0.0.10 11",
      "a/SCTP 10.0.0.2 11",
      "a/TCP 10.0.0.10 9",
      "a/TCP 10.0.0.2 9",
      "a/TCP 10.0.0.10 10",
      "a/TCP 10.0.0.2 10",
      "b/TCP 10.0.0.10 9",
      "b/TCP 10.0.0.2 9",
      "http/TCP fd00::1 8080",
    ]);
  });

  test.each([
    ["a slice without ports", null, { port: "", protocol: null, number: null }],
    ["a port without number", [{ name: "http", port: null }], { port: "http", protocol: "TCP", number: null }],
  ])("have no number for %s", (_, ports, expected) => {
    const rows = rowsOf([makeService(), makeSlice([{ addresses: ["10.0.0.1"] }], { ports })]);
    expect(rows).toMatchObject([{ address: "10.0.0.1", ...expected }]);
  });

  test("are none for a slice without endpoints", () => {
    expect(rowsOf([makeService(), makeSlice([], { endpoints: null })])).toEqual([]);
  });
});
