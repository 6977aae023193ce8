import { describe, expect, test } from "@jest/globals";
import type { ClusterFacts } from "../cluster/types.js";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { Endpoints, KubeObject, Service } from "../kube/types.js";
import { clusterOf, makeNode, makePod, makeService, makeSlice } from "../testing/objects.js";
import { createEndpointResolver } from "./resolve.js";
import type { ServiceEndpoints } from "./types.js";
import { fc } from "../testing/fuzz/properties.js";

const features = featuresOf(NEWEST_VERSION);

function resolveAll(objects: readonly KubeObject[], facts?: Partial<ClusterFacts>): ServiceEndpoints[] {
  const cluster = clusterOf(objects, facts);
  return cluster.services.map(createEndpointResolver(cluster, features));
}

const resolveOne = (objects: readonly KubeObject[], facts?: Partial<ClusterFacts>) => resolveAll(objects, facts)[0]!;

const addresses = ({ slices }: ServiceEndpoints) =>
  slices.flatMap((s) => sliceEndpoints(s).flatMap((e) => e.addresses));

const selectorless = makeService({ selector: undefined });
const slice = makeSlice([{ addresses: ["10.0.0.1"] }]);
const pod = makePod("p", "10.0.0.2");
const endpoints: Endpoints = {
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web", namespace: "shop" },
  subsets: [{ addresses: [{ ip: "10.0.0.3" }], ports: [{ name: "http", port: 8080 }] }],
};
const external = (selector?: Record<string, string>) =>
  makeService({ type: "ExternalName", selector, clusterIP: undefined });

describe("the endpoints of a Service come from", () => {
  test.each<[string, KubeObject[], Partial<ClusterFacts>, string, string[]]>([
    ["its slices, if there are any", [makeService(), slice, pod], {}, "endpointslices", ["10.0.0.1"]],
    ["its Pods, if there are no slices", [makeService(), pod], {}, "pods", ["10.0.0.2"]],
    ["its Pods, whatever Endpoints say", [makeService(), pod, endpoints], {}, "pods", ["10.0.0.2"]],
    ["its Endpoints, without selector", [selectorless, pod, endpoints], {}, "mirrored", ["10.0.0.3"]],
    ["nowhere, without selector", [selectorless, pod], {}, "none", []],
    ["nowhere, with an empty selector", [makeService({ selector: {} }), pod], {}, "none", []],
    [
      "slices and Endpoints, without selector",
      [selectorless, slice, endpoints],
      {},
      "endpointslices",
      ["10.0.0.1", "10.0.0.3"],
    ],
    [
      "slices alone, if Endpoints are mirrored already",
      [
        selectorless,
        makeSlice(
          [{ addresses: ["10.0.0.3"] }],
          {},
          {
            labels: {
              "kubernetes.io/service-name": "web",
              "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
            },
          },
        ),
        endpoints,
      ],
      {},
      "endpointslices",
      ["10.0.0.3"],
    ],
    [
      "slices alone, in a live cluster",
      [selectorless, slice, endpoints],
      { fromLiveCluster: true },
      "endpointslices",
      ["10.0.0.1"],
    ],
    [
      "Endpoints, in a live capture without slices",
      [selectorless, endpoints],
      { fromLiveCluster: true },
      "mirrored",
      ["10.0.0.3"],
    ],
    ["nobody knows where, in a cluster-info dump", [selectorless, pod], { clusterInfoDump: true }, "unknown", []],
    ["its Pods, in a cluster-info dump", [makeService(), pod], { clusterInfoDump: true }, "pods", ["10.0.0.2"]],
    ["nowhere, for an ExternalName", [external({ app: "web" }), pod], { clusterInfoDump: true }, "none", []],
    ["Endpoints, for an ExternalName without selector", [external(), endpoints], {}, "mirrored", ["10.0.0.3"]],
    ["no Endpoints, for an ExternalName with a selector", [external({ app: "web" }), endpoints], {}, "none", []],
  ])("%s", (_, objects, facts, source, expected) => {
    const found = resolveOne(objects, facts);
    expect([found.source, addresses(found)]).toEqual([source, expected]);
  });

  test("slices in its own namespace that name it", () => {
    const elsewhere = makeSlice([{ addresses: ["10.0.0.9"] }], {}, { namespace: "other" });
    const nameless = makeSlice(
      [{ addresses: ["10.0.0.8"] }],
      {},
      { name: "web-2", labels: { "kubernetes.io/service-name": "" } },
    );
    expect(resolveOne([makeService(), elsewhere, nameless])).toMatchObject({ source: "pods" });
  });
});

describe("a selector", () => {
  const labelled = (name: string, labels: Record<string, string>, namespace = "shop") =>
    makePod(name, `10.0.0.${name.charCodeAt(0)}`, {}, {}, { labels, namespace });
  const pods = [
    labelled("a", { app: "web", tier: "front", more: "x" }),
    labelled("b", { app: "web", tier: "back" }),
    labelled("c", { tier: "front" }),
    labelled("d", { app: "web", tier: "front" }, "other"),
    makePod("e", "10.0.0.1", {}, {}, { labels: undefined }),
  ];
  const selected = (selector: Record<string, string>, ...others: Service[]) =>
    resolveOne([makeService({ selector }), ...others, ...pods]).slices.flatMap((s) =>
      sliceEndpoints(s).map((e) => e.targetRef!.name),
    );

  test.each([
    [{ app: "web" }, ["a", "b"]],
    [{ app: "web", tier: "front" }, ["a"]],
    [{ tier: "front", app: "web" }, ["a"]],
    [{ app: "web", tier: "none" }, []],
    [{ nothing: "x" }, []],
    [{ constructor: "x" }, []],
  ] as const)("%j selects the Pods of its namespace with every pair: %j", (selector, expected) => {
    expect(selected(selector as unknown as Record<string, string>)).toEqual(expected);
  });

  test("is not disturbed by the selectors of other Services", () => {
    const other = makeService({ selector: { more: "x", tier: "back" } }, { name: "z" });
    expect(selected({ app: "web" }, other)).toEqual(["a", "b"]);
  });

  test("selects what comparing every Service with every Pod selects", () => {
    const labels = fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), fc.constantFrom("1", "2"));
    fc.assert(
      fc.property(
        fc.array(
          labels.filter((l) => Object.keys(l).length > 0),
          { minLength: 1, maxLength: 5 },
        ),
        fc.array(fc.tuple(labels, fc.constantFrom("shop", "other")), { maxLength: 15 }),
        (selectors, podLabels) => {
          const services = selectors.map((selector, i) => makeService({ selector }, { name: `s${i}` }));
          const all = podLabels.map(([l, namespace], i) =>
            makePod(`p${String(i).padStart(2, "0")}`, `10.0.0.${i + 1}`, {}, {}, { labels: l, namespace }),
          );
          const found = resolveAll([...services, ...all]);
          for (const [i, selector] of selectors.entries()) {
            const expected = all.filter(
              ({ metadata }) =>
                metadata.namespace === "shop" &&
                Object.entries(selector).every(
                  ([k, v]) => Object.hasOwn(metadata.labels!, k) && metadata.labels![k] === v,
                ),
            );
            expect(addresses(found[i]!)).toEqual(expected.map((p) => p.status!.podIP));
          }
          expect(resolveAll([...services, ...all.toReversed()]).map(addresses)).toEqual(found.map(addresses));
        },
      ),
    );
  });
});

describe("selected Pods that are no endpoints", () => {
  const nodes = [makeNode("node-1", "a")];
  const named = makeService({
    ports: [
      { name: "http", port: 80, targetPort: "http" },
      { name: "x", port: 81 },
    ],
  });
  const dual = makeService({ ipFamilies: ["IPv4", "IPv6"] });

  test.each([
    [
      "finished",
      makeService(),
      makePod("p", "10.0.0.1", {}, { phase: "Failed" }),
      "pod-finished",
      "its phase is Failed",
    ],
    [
      "without IP",
      makeService(),
      makePod("p", [], {}, { phase: "Pending", podIP: undefined }),
      "pod-without-ip",
      "it has no IP (phase Pending)",
    ],
    ["without status", makeService(), { ...makePod("p", []), status: undefined }, "pod-without-ip", "it has no IP"],
    ["on no node", makeService(), makePod("p", "10.0.0.1", { nodeName: "" }), "pod-not-scheduled", "it is on no node"],
    [
      "on an unknown node",
      makeService(),
      makePod("p", "10.0.0.1", { nodeName: "n9" }),
      "pod-on-unknown-node",
      "its node n9 does not exist",
    ],
    [
      "without an IP of a family",
      dual,
      makePod("p", "10.0.0.1"),
      "pod-without-family-ip",
      "it has no IPv6 address, only 10.0.0.1",
    ],
    [
      "without the named port",
      named,
      makePod("p", "10.0.0.1"),
      "pod-without-target-port",
      'no container port is named "http" (TCP)',
    ],
  ])("say why: %s", (_, service, pod, code, reason) => {
    const leftOut = resolveOne([service, pod, ...nodes]).leftOut();
    expect(leftOut.map((l) => [l.pod.metadata.name, l.code, l.reason])).toEqual([["p", code, reason]]);
  });

  test("say what part they are no endpoint of", () => {
    const service = makeService({
      ipFamilies: ["IPv4", "IPv6"],
      ports: [
        { name: "http", port: 80, targetPort: "http" },
        { port: 81, targetPort: "x" },
        { name: "y", port: 82 },
      ],
    });
    const parts = (s: Service) =>
      resolveOne([s, makePod("p", "10.0.0.1"), ...nodes])
        .leftOut()
        .map((l) => l.part);
    expect(parts(service)).toEqual(["IPv6", "port http, port 81"]);
    expect(parts(makeService({ ipFamilies: ["IPv6"], ports: [{ port: 80, targetPort: "x" }] }))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("are those that captured slices do not list", () => {
    const slice = makeSlice([
      { addresses: ["10.0.0.1"], targetRef: { kind: "Pod", name: "by-name" } },
      { addresses: ["10.0.0.2"] },
    ]);
    const pods = [makePod("by-name", "10.9.9.9"), makePod("by-address", "10.0.0.2"), makePod("missing", "10.0.0.3")];
    const leftOut = resolveOne([makeService(), slice, ...pods, ...nodes]).leftOut();
    expect(leftOut.map((l) => [l.pod.metadata.name, l.code])).toEqual([["missing", "pod-not-in-slices"]]);
  });

  test("are none when all is well, nor one of a headless Service that asks for no family", () => {
    expect(resolveOne([makeService(), makePod("p", "10.0.0.1"), ...nodes]).leftOut()).toEqual([]);
    const headless = makeService({ clusterIP: "None", clusterIPs: undefined, ipFamilies: undefined });
    expect(resolveOne([headless, makePod("p", "10.0.0.1"), ...nodes]).leftOut()).toEqual([]);
    expect(resolveOne([selectorless, pod]).leftOut()).toEqual([]);
  });
});
