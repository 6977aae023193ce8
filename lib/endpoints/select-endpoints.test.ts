import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../config/features.js";
import type { ServicePort } from "../services/types.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { makeService, nodeView } from "../testing/objects.js";
import { selectEndpoints } from "./select-endpoints.js";
import { topologyModeOf } from "./topology-mode.js";
import type { Endpoint } from "./types.js";
import { fc } from "../testing/fuzz/properties.js";

const of = (minor: number, gates?: Record<string, boolean>) => featuresOf({ minor, text: `1.${minor}` }, gates);
const newest = of(36);

type State = "ready" | "draining" | "gone" | "unready";

/** "a": ready; draining: terminating but serving; gone: neither. A capital letter is local. */
function endpoint(name: string, state: State = "ready", more: Partial<Endpoint> = {}): Endpoint {
  return {
    ip: name,
    host: name,
    port: 80,
    target: name,
    local: name === name.toUpperCase(),
    ready: state === "ready",
    serving: state === "ready" || state === "draining",
    terminating: state === "draining" || state === "gone",
    zoneHints: undefined,
    nodeHints: undefined,
    ...more,
  };
}

type Policy = "cluster" | "internal-local" | "external-local" | "both-local";

function portWith(policy: Policy, annotation = ""): ServicePort {
  const service = makeService(
    {
      type: "NodePort",
      ports: [{ name: "http", port: 80, nodePort: policy === "cluster" ? undefined : 30080 }],
      internalTrafficPolicy: policy === "internal-local" || policy === "both-local" ? "Local" : "Cluster",
      externalTrafficPolicy: policy === "external-local" || policy === "both-local" ? "Local" : "Cluster",
    },
    { annotations: { "service.kubernetes.io/topology-mode": annotation } },
  );
  return buildServicePorts(service, "IPv4", newest)[0]!;
}

const clusterIPLocal = buildServicePorts(makeService({ internalTrafficPolicy: "Local" }), "IPv4", newest)[0]!;

const names = (endpoints: readonly Endpoint[]) => endpoints.map((e) => e.target).join(" ");

function selection(all: readonly Endpoint[], port: ServicePort, node = nodeView(), features = newest) {
  const { cluster, local, reachable, hasAny } = selectEndpoints(all, port, node, features);
  return { cluster: names(cluster), local: names(local), reachable: names(reachable), hasAny };
}

describe("with the Cluster policy", () => {
  test.each<[string, Endpoint[], string, boolean]>([
    ["all when all are ready", [endpoint("a"), endpoint("B")], "a B", true],
    ["the ready ones", [endpoint("a"), endpoint("b", "unready"), endpoint("c", "draining")], "a", true],
    ["the draining ones when none is ready", [endpoint("a", "draining"), endpoint("b", "gone")], "a", true],
    ["none when none is ready or draining", [endpoint("a", "gone"), endpoint("b", "unready")], "", false],
    ["none of none", [], "", false],
    ["a ready one that is terminating", [endpoint("a", "ready", { terminating: true })], "a", true],
    ["a ready one that does not serve", [endpoint("a", "ready", { serving: false })], "a", true],
  ])("uses %s", (_, all, cluster, hasAny) => {
    expect(selection(all, portWith("cluster"))).toEqual({ cluster, local: "", reachable: cluster, hasAny });
  });
});

describe("with a Local policy", () => {
  test.each<[string, Policy, Endpoint[], ReturnType<typeof selection>]>([
    [
      "local ones are a part of all",
      "external-local",
      [endpoint("a"), endpoint("B")],
      { cluster: "a B", local: "B", reachable: "a B", hasAny: true },
    ],
    [
      "a draining local one counts when no local one is ready, after the cluster's",
      "external-local",
      [endpoint("A", "draining"), endpoint("b")],
      { cluster: "b", local: "A", reachable: "b A", hasAny: true },
    ],
    [
      "a draining local one does not count beside a ready local one",
      "external-local",
      [endpoint("A", "draining"), endpoint("B")],
      { cluster: "B", local: "B", reachable: "B", hasAny: true },
    ],
    [
      "draining ones in both lists stand once",
      "both-local",
      [endpoint("A", "draining"), endpoint("b", "draining")],
      { cluster: "A b", local: "A", reachable: "A b", hasAny: true },
    ],
    [
      "none is local",
      "external-local",
      [endpoint("a"), endpoint("b")],
      { cluster: "a b", local: "", reachable: "a b", hasAny: true },
    ],
  ])("%s (%s)", (_, policy, all, expected) => {
    expect(selection(all, portWith(policy))).toEqual(expected);
  });

  test("of a ClusterIP Service only local ones are reachable, yet others count as there", () => {
    const all = [endpoint("a"), endpoint("B")];
    expect(selection(all, clusterIPLocal)).toEqual({ cluster: "", local: "B", reachable: "B", hasAny: true });
    expect(selection([endpoint("a")], clusterIPLocal)).toEqual({ cluster: "", local: "", reachable: "", hasAny: true });
    expect(selection([endpoint("a", "draining")], clusterIPLocal).hasAny).toBe(true);
    expect(selection([endpoint("a", "gone")], clusterIPLocal).hasAny).toBe(false);
  });

  test("and zone hints, local ones outside the zone's are reachable too", () => {
    const all = [endpoint("a", "ready", { zoneHints: ["a"] }), endpoint("B", "ready", { zoneHints: ["b"] })];
    expect(selection(all, portWith("external-local"))).toEqual({
      cluster: "a",
      local: "B",
      reachable: "a B",
      hasAny: true,
    });
  });
});

describe("hints", () => {
  const inZones = (...zones: (string | undefined)[]) =>
    zones.map((zone, i) => endpoint(`e${i}`, "ready", { zoneHints: zone === undefined ? undefined : [zone] }));
  const onNodes = (...nodes: (string | undefined)[]) =>
    nodes.map((name, i) => endpoint(`e${i}`, "ready", { nodeHints: name === undefined ? undefined : [name] }));

  test("for the zone leave the others out", () => {
    expect(selection(inZones("a", "b", "a"), portWith("cluster")).cluster).toBe("e0 e2");
  });

  test("are ignored when one ready endpoint has none, or none is for the zone", () => {
    expect(selection(inZones("a", undefined), portWith("cluster")).cluster).toBe("e0 e1");
    expect(selection(inZones("b", "c"), portWith("cluster")).cluster).toBe("e0 e1");
  });

  test("are not asked of endpoints that are not ready", () => {
    const all = [...inZones("a", "b"), endpoint("u", "unready"), endpoint("d", "draining")];
    expect(selection(all, portWith("cluster")).cluster).toBe("e0");
  });

  test("do not narrow the draining endpoints", () => {
    const all = [endpoint("d", "draining", { zoneHints: ["b"] }), endpoint("e", "draining", { zoneHints: ["a"] })];
    expect(selection(all, portWith("cluster")).cluster).toBe("d e");
  });

  test("for the node go before those for the zone, and need both conditions too", () => {
    const both = [
      endpoint("e0", "ready", { zoneHints: ["a"], nodeHints: ["node-1"] }),
      endpoint("e1", "ready", { zoneHints: ["a"], nodeHints: ["node-2"] }),
    ];
    expect(selection(both, portWith("cluster")).cluster).toBe("e0");
    expect(selection(both, portWith("cluster"), nodeView({ name: "node-9" })).cluster).toBe("e0 e1");
    expect(selection(onNodes("node-1", undefined), portWith("cluster")).cluster).toBe("e0 e1");
    expect(selection(onNodes("", ""), portWith("cluster"), nodeView({ name: "" })).cluster).toBe("e0 e1");
  });

  const annotations = ["", "disabled", "Disabled", "Auto", "auto", "PreferZone"];
  const on = (list: string[]) => (annotation: string) => list.includes(annotation);
  const enabling = on(["Auto", "auto", "PreferZone"]);
  const always = on(annotations);
  const never = on([]);

  test.each<[number, Record<string, boolean>, (annotation: string) => boolean]>([
    [28, {}, enabling],
    [28, { TopologyAwareHints: false }, never],
    [29, {}, enabling],
    [30, {}, enabling],
    [30, { ServiceTrafficDistribution: true }, always],
    [31, {}, always],
    [32, {}, always],
    [32, { ServiceTrafficDistribution: false }, enabling],
    [33, {}, always],
    [33, { ServiceTrafficDistribution: false, TopologyAwareHints: false }, always],
    [36, {}, always],
  ])("of the zone count in 1.%i with gates %j by annotation", (minor, gates, expected) => {
    // The gate also decides whether slices give hints at all; here they are given.
    for (const annotation of annotations)
      expect([
        annotation,
        topologyModeOf(inZones("a"), portWith("cluster", annotation), nodeView(), of(minor, gates)),
      ]).toEqual([annotation, expected(annotation) ? "zone" : ""]);
  });

  test.each([
    [32, ""],
    [33, "zone"],
  ])("with an empty name match a node without zone in 1.%i: %p", (minor, expected) => {
    expect(topologyModeOf(inZones("", "a"), portWith("cluster", "Auto"), nodeView({ zone: "" }), of(minor))).toBe(
      expected,
    );
    expect(topologyModeOf(inZones("", "a"), portWith("cluster", "Auto"), nodeView({ zone: "a" }), of(minor))).toBe(
      "zone",
    );
  });

  test.each([
    [32, {}, ""],
    [33, {}, ""],
    [33, { PreferSameTrafficDistribution: true }, "node"],
    [34, {}, "node"],
    [34, { PreferSameTrafficDistribution: false }, ""],
    [35, { PreferSameTrafficDistribution: false }, "node"],
  ])("of the node count in 1.%i with gates %j: %p", (minor, gates, expected) => {
    expect(topologyModeOf(onNodes("node-1"), portWith("cluster"), nodeView(), of(minor, gates))).toBe(expected);
  });
});

describe("any selection", () => {
  const anyEndpoint = fc
    .record({
      local: fc.boolean(),
      ready: fc.boolean(),
      serving: fc.boolean(),
      terminating: fc.boolean(),
      zone: fc.constantFrom(undefined, "a", "b"),
    })
    .map(({ zone, ...flags }) => ({ ...flags, zoneHints: zone === undefined ? undefined : [zone] }));

  test("keeps the order, has no endpoint twice, and reaches exactly what a list holds", () => {
    fc.assert(
      fc.property(
        fc.array(anyEndpoint, { maxLength: 12 }),
        fc.constantFrom<Policy>("cluster", "internal-local", "external-local", "both-local"),
        fc.constantFrom(28, 30, 31, 33, 36),
        (list, policy, minor) => {
          const all = list.map((flags, i) => endpoint(`e${String(i).padStart(2, "0")}`, "ready", flags));
          const { cluster, local, reachable, hasAny } = selectEndpoints(all, portWith(policy), nodeView(), of(minor));
          const inOrder = (part: readonly Endpoint[]) =>
            expect(names(part)).toBe(names(all.filter((e) => part.includes(e))));
          inOrder(cluster);
          inOrder(local);
          expect(new Set(reachable).size).toBe(reachable.length);
          expect(new Set(reachable)).toEqual(new Set([...cluster, ...local]));
          expect(local.every((e) => e.local)).toBe(true);
          if (reachable.length > 0) expect(hasAny).toBe(true);
        },
      ),
    );
  });
});
