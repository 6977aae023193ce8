import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../config/features.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, SliceEndpoint } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { makeService, makeSlice, nodeView } from "../testing/objects.js";
import { endpointsOfPort } from "./endpoints-of-port.js";
import type { Endpoint } from "./types.js";
import { fc } from "../testing/fuzz/properties.js";

const dual = makeService({ clusterIPs: ["10.96.0.10", "fd00::10"], ipFamilies: ["IPv4", "IPv6"] });

function endpointsOf(
  slices: readonly EndpointSlice[],
  { minor = 36, family = "IPv4" as IPFamily, gates = {}, watchSelectors = false, node = nodeView() } = {},
): Endpoint[] {
  const features = featuresOf({ minor, text: `1.${minor}` }, gates, watchSelectors);
  return endpointsOfPort(slices, buildServicePorts(dual, family, features)[0]!, node, features);
}

const targets = (endpoints: readonly Endpoint[]) => endpoints.map((e) => e.target);
const at = (...addresses: string[]): SliceEndpoint => ({ addresses });

describe("which slices and ports count", () => {
  test("only slices of the family", () => {
    const slices = [
      makeSlice([at("10.0.0.1")]),
      makeSlice([at("fd00::1")], { addressType: "IPv6" }),
      makeSlice([at("db.example")], { addressType: "FQDN" }),
    ];
    expect(targets(endpointsOf(slices))).toEqual(["10.0.0.1:8080"]);
    expect(targets(endpointsOf(slices, { family: "IPv6" }))).toEqual(["[fd00::1]:8080"]);
  });

  test("not slices labelled headless", () => {
    const slice = makeSlice([at("10.0.0.1")], {}, { labels: { "service.kubernetes.io/headless": "" } });
    for (const minor of [28, 36]) expect(endpointsOf([slice], { minor })).toEqual([]);
  });

  test.each([
    [35, true, 0],
    [35, false, 1],
    [36, true, 1],
  ])("slices labelled for another proxy in 1.%i with watch selectors %s: %i", (minor, watchSelectors, count) => {
    const slice = makeSlice([at("10.0.0.1")], {}, { labels: { "service.kubernetes.io/service-proxy-name": "x" } });
    expect(endpointsOf([slice], { minor, watchSelectors })).toHaveLength(count);
  });

  test("endpoints whose first address is of another family, from 1.33 on", () => {
    const slice = makeSlice([at("fd00::1"), at("10.0.0.1", "fd00::2")]);
    expect(targets(endpointsOf([slice], { minor: 32 }))).toEqual(["10.0.0.1:8080"]);
    expect(targets(endpointsOf([slice], { minor: 33 }))).toEqual(["10.0.0.1:8080", "[fd00::1]:8080"]);
  });

  test.each([
    ["another name", { name: "https", port: 8080 }],
    ["another protocol", { name: "http", protocol: "UDP" as const, port: 8080 }],
    ["no number", { name: "http", port: null }],
    ["number 0", { name: "http", port: 0 }],
  ])("not ports with %s", (_, port) => {
    expect(endpointsOf([makeSlice([at("10.0.0.1")], { ports: [port] })])).toEqual([]);
  });

  test.each([null, undefined, ""])("a slice port named %p serves an unnamed service port", (name) => {
    const unnamed = makeService({ ports: [{ port: 80 }] });
    const features = featuresOf({ minor: 36, text: "1.36" });
    const [port] = buildServicePorts(unnamed, "IPv4", features);
    const slice = makeSlice([at("10.0.0.1")], { ports: [{ name, port: 9 }] });
    expect(targets(endpointsOfPort([slice], port!, nodeView(), features))).toEqual(["10.0.0.1:9"]);
  });

  test("only the first address of an endpoint, and none without", () => {
    expect(targets(endpointsOf([makeSlice([at("10.0.0.2", "10.0.0.1"), at()])]))).toEqual(["10.0.0.2:8080"]);
  });

  test("none for slices with null lists", () => {
    expect(endpointsOf([makeSlice([], { endpoints: null }), makeSlice([at("10.0.0.1")], { ports: null })])).toEqual([]);
  });
});

describe("an endpoint", () => {
  test.each([
    [undefined, { ready: true, serving: true, terminating: false }],
    [
      { ready: null, serving: null, terminating: null },
      { ready: true, serving: true, terminating: false },
    ],
    [{ ready: false }, { ready: false, serving: true, terminating: false }],
    [
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: true, terminating: true },
    ],
  ])("with conditions %j is %j", (conditions, expected) => {
    expect(endpointsOf([makeSlice([{ addresses: ["10.0.0.1"], conditions }])])).toMatchObject([expected]);
  });

  test.each([
    ["node-1", "node-1", true],
    ["Node-1", "node-1", false],
    ["", "", false],
    [undefined, "", false],
  ])("of node %p is local to node %p: %s", (nodeName, name, local) => {
    const slice = makeSlice([{ addresses: ["10.0.0.1"], nodeName }]);
    expect(endpointsOf([slice], { node: nodeView({ name }) })).toMatchObject([{ local }]);
  });

  test.each([
    [28, "010.0.0.1:8080", "10.0.0.1"],
    [29, "010.0.0.1:8080", "010.0.0.1"],
    [30, "010.0.0.1:8080", "010.0.0.1"],
    [31, "10.0.0.1:8080", "10.0.0.1"],
    [36, "10.0.0.1:8080", "10.0.0.1"],
  ])("has the text form of 1.%i: %s, hairpin source %s", (minor, target, ip) => {
    expect(endpointsOf([makeSlice([at("010.0.0.1")])], { minor })).toMatchObject([{ target, ip }]);
  });

  test.each([
    [30, "[fd00:10:244:1::0:5]:8080"],
    [31, "[fd00:10:244:1::5]:8080"],
  ])("has its IPv6 address in brackets in 1.%i: %s", (minor, target) => {
    const slice = makeSlice([at("fd00:10:244:1::0:5")], { addressType: "IPv6" });
    expect(targets(endpointsOf([slice], { minor, family: "IPv6" }))).toEqual([target]);
  });

  test.each([
    [32, {}, ["a"], undefined],
    [32, { TopologyAwareHints: false }, undefined, undefined],
    [33, { TopologyAwareHints: false }, ["a"], undefined],
    [33, { PreferSameTrafficDistribution: true }, ["a"], ["n"]],
    [34, {}, ["a"], ["n"]],
    [34, { PreferSameTrafficDistribution: false }, ["a"], undefined],
    [35, { PreferSameTrafficDistribution: false }, ["a"], ["n"]],
  ])("has in 1.%i with gates %j zone hints %j and node hints %j", (minor, gates, zoneHints, nodeHints) => {
    const hints = { forZones: [{ name: "a" }], forNodes: [{ name: "n" }] };
    const [endpoint] = endpointsOf([makeSlice([{ addresses: ["10.0.0.1"], hints }])], { minor, gates });
    expect([endpoint!.zoneHints, endpoint!.nodeHints]).toEqual([zoneHints, nodeHints]);
  });

  test("without hints in its lists has none", () => {
    const [endpoint] = endpointsOf([makeSlice([{ addresses: ["10.0.0.1"], hints: { forZones: [] } }])]);
    expect([endpoint!.zoneHints, endpoint!.nodeHints]).toEqual([undefined, undefined]);
  });
});

describe("endpoints", () => {
  test("are sorted by target as text", () => {
    const v4 = makeSlice([at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.10")]);
    const v6 = makeSlice([at("fd00::1a"), at("fd00::1"), at("fd00::10")], { addressType: "IPv6" });
    expect(targets(endpointsOf([v4]))).toEqual(["10.0.0.10:8080", "10.0.0.1:8080", "10.0.0.2:8080"]);
    expect(targets(endpointsOf([v6], { family: "IPv6" }))).toEqual([
      "[fd00::10]:8080",
      "[fd00::1]:8080",
      "[fd00::1a]:8080",
    ]);
  });

  test("of one name on two numbers are all there", () => {
    const slices = [makeSlice([at("10.0.0.1")]), makeSlice([at("10.0.0.1")], { ports: [{ name: "http", port: 9 }] })];
    expect(targets(endpointsOf(slices))).toEqual(["10.0.0.1:8080", "10.0.0.1:9"]);
  });

  const twin = (nodeName: string, terminating: boolean): SliceEndpoint => ({
    addresses: ["10.0.0.1"],
    nodeName,
    conditions: { ready: !terminating, terminating },
  });

  test.each([
    [35, twin("node-1", true), twin("node-2", false), { local: true, terminating: true }],
    [35, twin("node-2", false), twin("node-1", true), { local: true, terminating: true }],
    [35, twin("node-2", false), twin("node-3", true), { local: false, terminating: false }],
    [36, twin("node-1", true), twin("node-2", false), { local: false, terminating: false }],
    [36, twin("node-2", false), twin("node-1", true), { local: false, terminating: false }],
    [36, twin("node-1", false), twin("node-2", false), { local: false, terminating: false }],
  ])("of one target in 1.%i: of %j and %j stays %j", (minor, first, second, expected) => {
    const found = endpointsOf([makeSlice([first]), makeSlice([second], {}, { name: "web-2" })], { minor });
    expect(found).toHaveLength(1);
    expect(found).toMatchObject([expected]);
  });

  test("of one slice are visited sorted by their addresses up to 1.30", () => {
    // Equal first addresses: the second address decides which of two local ones is later.
    const late = { ...at("10.0.0.1", "10.0.0.9"), nodeName: "node-1", conditions: { ready: false } };
    const early = { ...at("10.0.0.1", "10.0.0.2"), nodeName: "node-1", conditions: { ready: true } };
    expect(endpointsOf([makeSlice([late, early])], { minor: 30 })).toMatchObject([{ ready: false }]);
    expect(endpointsOf([makeSlice([late, early])], { minor: 31 })).toMatchObject([{ ready: true }]);
  });

  test("do not depend on the order of slices and endpoints when no target is in two", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.ipV4(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(28, 31, 36),
        fc.infiniteStream(fc.double({ noNaN: true })),
        (ips, parts, minor, random) => {
          const slices = Array.from({ length: parts }, (_, i) =>
            makeSlice(
              ips.filter((_, k) => k % parts === i).map((ip) => ({ addresses: [ip], nodeName: "node-1" })),
              {},
              { name: `web-${i}` },
            ),
          );
          const shuffle = <T>(list: readonly T[]) =>
            list
              .map((value) => ({ value, key: random.next().value as number }))
              .sort((a, b) => a.key - b.key)
              .map(({ value }) => value);
          const shuffled = shuffle(slices).map((s) => ({ ...s, endpoints: shuffle(sliceEndpoints(s)) }));
          const found = endpointsOf(slices, { minor });
          expect(endpointsOf(shuffled, { minor })).toEqual(found);
          expect(targets(found)).toEqual(targets(found).toSorted((a, b) => (a < b ? -1 : 1)));
          expect(found).toHaveLength(ips.length);
        },
      ),
    );
  });
});
