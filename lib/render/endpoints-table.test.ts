import { describe, expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { endpointRowsOf } from "../endpoints/rows.js";
import type { KubeObject } from "../kube/types.js";
import { clusterOf, makeNode, makePod, makeService, makeSlice } from "../testing/objects.js";
import { renderEndpointsJson } from "./endpoints-json.js";
import { renderEndpointsTable } from "./endpoints-table.js";

const ESC = String.fromCharCode(27);

function resolved(objects: readonly KubeObject[], clusterInfoDump = false) {
  const cluster = clusterOf(objects, { clusterInfoDump });
  return cluster.services.map(createEndpointResolver(cluster, featuresOf(NEWEST_VERSION)));
}

const table = (
  objects: readonly KubeObject[],
  { columns = 80, color = false, why = undefined as string | undefined } = {},
) => [...renderEndpointsTable(resolved(objects), { columns, color, whyNoRules: () => why })];

const NODES = [makeNode("node-1", "a"), makeNode("node-2", "b")];

describe("the table of endpoints", () => {
  test("shows every endpoint of a Service, then the Pods that are none", () => {
    const unready = { conditions: [{ type: "Ready", status: "False" }] };
    const leaving = { deletionTimestamp: "2026-01-01T00:00:00Z" };
    expect(
      table([
        makeService({ trafficDistribution: "PreferSameNode" }),
        makePod("p1", "10.0.0.1"),
        makePod("p2", "10.0.0.2", { nodeName: "node-2" }, unready),
        makePod("p3", "10.0.0.3", {}, {}, leaving),
        makePod("p4", "10.0.0.4", {}, { phase: "Succeeded" }),
        ...NODES,
      ]),
    ).toEqual([
      "shop/web  ClusterIP 10.96.0.10",
      "  3 endpoints, 1 ready, from the pods it selects",
      "  PORT      ADDRESS        STATE                 NODE    ZONE  HINTS",
      "  http/TCP  10.0.0.1:8080  ready                 node-1  a     zone a, node node-1",
      "  http/TCP  10.0.0.2:8080  not ready             node-2  b",
      "  http/TCP  10.0.0.3:8080  serving, terminating  node-1  a",
      "  no endpoint: pod p4: its phase is Succeeded",
    ]);
  });

  test("leaves out columns that say nothing and writes IPv6 addresses in brackets", () => {
    const slice = makeSlice([{ addresses: ["fd00::1"] }], { addressType: "IPv6", ports: [{ port: 80 }] });
    expect(table([makeService({ clusterIPs: ["10.96.0.10", "fd00::10"] }), slice])).toEqual([
      "shop/web  ClusterIP 10.96.0.10, fd00::10",
      "  1 endpoint, as its EndpointSlice says",
      "  PORT  ADDRESS       STATE",
      "  TCP   [fd00::1]:80  ready",
    ]);
  });

  test("does not take a dump without slices for that of a certain tool", () => {
    const live = clusterOf([makeService({ selector: {} })], { fromLiveCluster: true });
    const services = live.services.map(createEndpointResolver(live, featuresOf(NEWEST_VERSION)));
    const lines = [...renderEndpointsTable(services, { columns: 80, color: false, whyNoRules: () => undefined })];
    expect(lines[1]).toBe("  endpoints unknown: the input holds no EndpointSlices, and the Service selects no pods");
  });

  test("shortens node names to the width there is, and nothing else", () => {
    const node = "ip-10-20-30-40.eu-central-1.compute.internal";
    const objects = [makeService(), makePod("p", "10.0.0.1", { nodeName: node }), makeNode(node, "eu-central-1a")];
    const narrow = table(objects, { columns: 70 });
    expect(narrow.at(-1)).toBe("  http/TCP  10.0.0.1:8080  ready  ip-10-20-30-40.eu-ce…  eu-central-1a");
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(70);
    expect(table(objects, { columns: 20 }).at(-1)).toBe(
      "  http/TCP  10.0.0.1:8080  ready  ip-10-20-30…  eu-central-1a",
    );
    expect(table(objects, { columns: 120 }).at(-1)).toContain(node);
  });

  test.each([
    ["ready, not serving", { ready: true, serving: false }],
    ["ready, terminating", { ready: true, serving: true, terminating: true }],
    ["serving", { ready: false, serving: true }],
    ["not ready, terminating", { ready: false, serving: false, terminating: true }],
  ])("calls an endpoint %s", (state, conditions) => {
    expect(table([makeService(), makeSlice([{ addresses: ["10.0.0.1"], conditions }])]).at(-1)).toBe(
      `  http/TCP  10.0.0.1:8080  ${state}`,
    );
  });

  test("says of a Pod that resolves no port that it has none", () => {
    const service = makeService({ ports: [{ name: "http", port: 80, targetPort: "web" }] });
    expect(table([service, makePod("p", "10.0.0.1")]).slice(-2)).toEqual([
      "  none  10.0.0.1  ready  node-1",
      '  no endpoint: pod p: no container port is named "web" (TCP)',
    ]);
  });

  test("names the part of the Service that a Pod is no endpoint of", () => {
    const ports = [
      { name: "http", port: 80, targetPort: "web" },
      { name: "metrics", port: 90 },
    ];
    expect(table([makeService({ ports, ipFamilies: ["IPv4", "IPv6"] }), makePod("p", "10.0.0.1")]).slice(1)).toEqual([
      "  1 endpoint, from the pods it selects",
      "  PORT         ADDRESS      STATE  NODE",
      "  metrics/TCP  10.0.0.1:90  ready  node-1",
      "  no endpoint of IPv6: pod p: it has no IPv6 address, only 10.0.0.1",
      '  no endpoint of port http: pod p: no container port is named "web" (TCP)',
    ]);
  });

  test.each<[string, KubeObject[], string]>([
    ["selects no pods", [makeService()], "  no endpoints: no pod of namespace shop is labelled app=web"],
    [
      "has no selector",
      [makeService({ selector: undefined })],
      "  no endpoints: it selects no pods, and no EndpointSlice or Endpoints object names it",
    ],
    [
      "selects pods that are none",
      [makeService(), makePod("p", "10.0.0.1", {}, { phase: "Failed" })],
      "  no endpoints: none of the pods it selects is one",
    ],
    [
      "is an ExternalName",
      [makeService({ type: "ExternalName", externalName: "db.example" })],
      "  no endpoints: an ExternalName is resolved by DNS alone",
    ],
    [
      "has empty slices",
      [makeService(), makeSlice([]), makeSlice([], {}, { name: "web-2" })],
      "  no endpoints, as its 2 EndpointSlices say",
    ],
  ])("says why there are none: the Service %s", (_, objects, expected) => {
    expect(table(objects)).toContain(expected);
  });

  test("says when the input cannot tell", () => {
    const endpoints = resolved([makeService({ selector: undefined })], true);
    const lines = [...renderEndpointsTable(endpoints, { columns: 80, color: false, whyNoRules: () => undefined })];
    expect(lines[1]).toContain("unknown");
  });

  test("parts Services by an empty line, says why kube-proxy has no rules, and is empty without any", () => {
    const lines = table([makeService(), makeService({ clusterIP: "None" }, { name: "x" })], { why: "it is headless" });
    expect(lines).toContain("");
    expect(lines.filter((l) => l === "  kube-proxy has no rules for it: it is headless")).toHaveLength(2);
    expect(lines).toContain("shop/x  headless");
    expect(table([])).toEqual([]);
  });

  test("never hands control characters to the terminal", () => {
    const pod = makePod("p", "10.0.0.1", { nodeName: `n${ESC}[31m` }, { phase: "Failed" });
    const service = makeService({ externalName: `${ESC}x`, type: "ExternalName" }, { name: `w${ESC}b` });
    const slice = makeSlice([{ addresses: [`1${ESC}`], nodeName: ESC }]);
    const text = table([makeService(), service, pod, slice], { why: ESC }).join("\n");
    expect(text).not.toContain(ESC);
    expect(text).toContain("\\x1b");
  });

  test("is coloured when asked to be, with the same words", () => {
    const objects = [
      makeService(),
      makePod("p", "10.0.0.1"),
      makePod("q", "10.0.0.2", {}, { phase: "Failed" }),
      ...NODES,
    ];
    const coloured = table(objects, { color: true }).join("\n");
    expect(coloured).toContain(`${ESC}[1mshop/web${ESC}[22m`);
    expect(coloured.replaceAll(new RegExp(`${ESC}\\[\\d+m`, "g"), "")).toBe(table(objects).join("\n"));
  });
});

describe("the JSON of endpoints", () => {
  const json = (objects: readonly KubeObject[]) =>
    [...renderEndpointsJson(resolved(objects).flatMap(endpointRowsOf))].join("\n");

  test("is an array with one row a line", () => {
    const slice = makeSlice([{ addresses: ["10.0.0.1"], nodeName: "n", zone: "a" }, { addresses: ["10.0.0.2"] }]);
    const text = json([makeService(), slice]);
    expect(text.split("\n")).toHaveLength(4);
    expect(JSON.parse(text)).toMatchObject([
      { service: "shop/web", address: "10.0.0.1", number: 8080, node: "n", zone: "a" },
      { address: "10.0.0.2", node: "", zone: "" },
    ]);
  });

  test("is an empty array without Services", () => {
    expect(JSON.parse(json([]))).toEqual([]);
  });
});
