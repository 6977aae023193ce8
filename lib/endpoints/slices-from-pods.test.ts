import { describe, expect, test } from "@jest/globals";
import { featuresOf } from "../config/features.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, Node, Pod, Service, SliceEndpoint } from "../kube/types.js";
import { makeNode, makePod, makeService } from "../testing/objects.js";
import { indexNodeZones } from "./node-zones.js";
import { slicesFromPods } from "./slices-from-pods.js";

const NODES = [makeNode("node-1", "a"), makeNode("node-2", "b")];

function slicesOf(service: Service, pods: readonly Pod[], { minor = 36, nodes = NODES as readonly Node[] } = {}) {
  return slicesFromPods(service, pods, indexNodeZones(nodes), featuresOf({ minor, text: `1.${minor}` }));
}

/** "http/TCP/8080: 10.0.0.1 10.0.0.2", one text for each slice, families parted from ports by a space. */
const summary = (slices: readonly EndpointSlice[]) =>
  slices.map(
    ({ addressType, ports, ...slice }) =>
      `${addressType} ${ports!.map((p) => `${p.name}/${p.protocol}/${p.port}`).join("+") || "no ports"}: ` +
      sliceEndpoints(slice)
        .map((e) => e.addresses.join(","))
        .join(" "),
  );

const oneEndpoint = (pod: Pod, service = makeService(), options = {}) =>
  sliceEndpoints(slicesOf(service, [pod], options)[0]!)[0];

describe("the Pods of a Service", () => {
  test("that differ in every way make the slices of the worked example", () => {
    const named = (number: number) => ({
      containers: [{ name: "c", ports: [{ name: "http", containerPort: number }] }],
    });
    const onTwo = { ...named(8080), nodeName: "node-2" };
    const unready = { conditions: [{ type: "Ready", status: "False" }] };
    const service = makeService({ ports: [{ name: "http", port: 80, targetPort: "http" }] });
    const pods = [
      makePod("p1", "10.244.1.5", named(8080)),
      makePod("p2", "10.244.2.5", onTwo, unready),
      makePod("p3", "10.244.2.6", onTwo, {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      makePod("p4", "10.244.2.7", onTwo, { phase: "Failed" }),
      makePod("p5", [], onTwo, { podIP: undefined, podIPs: undefined }),
      makePod("p6", "10.244.9.7", { ...named(8080), nodeName: "n9" }),
      makePod("p7", "10.244.2.8", { ...named(9090), nodeName: "node-2" }),
      makePod("p8", "10.244.2.9", { nodeName: "node-2" }),
      makePod("p9", "10.244.2.10", { ...onTwo, hostname: "db-0", subdomain: "web" }),
    ];
    const slices = slicesOf(service, pods);
    expect(summary(slices)).toEqual([
      "IPv4 http/TCP/8080: 10.244.1.5 10.244.2.5 10.244.2.6 10.244.2.10",
      "IPv4 http/TCP/9090: 10.244.2.8",
      "IPv4 no ports: 10.244.2.9",
    ]);
    expect(
      sliceEndpoints(slices[0]!).map(({ zone, hostname, conditions }) => ({ zone, hostname, ...conditions })),
    ).toEqual([
      { zone: "a", hostname: undefined, ready: true, serving: true, terminating: false },
      { zone: "b", hostname: undefined, ready: false, serving: false, terminating: false },
      { zone: "b", hostname: undefined, ready: false, serving: true, terminating: true },
      { zone: "b", hostname: "db-0", ready: true, serving: true, terminating: false },
    ]);
  });

  test.each([
    ["Pending", 1],
    ["Running", 1],
    ["Unknown", 1],
    ["", 1],
    [undefined, 1],
    ["Succeeded", 0],
    ["Failed", 0],
  ])("in phase %p give %i endpoints", (phase, count) => {
    expect(slicesOf(makeService(), [makePod("p", "10.0.0.1", {}, { phase })])[0]!.endpoints).toHaveLength(count);
  });

  test.each([
    ["n9", NODES, false, 0],
    ["", NODES, false, 0],
    [undefined, NODES, false, 0],
    ["n9", NODES, true, 1],
    ["", NODES, true, 1],
    ["n9", [], false, 1],
    ["", [], false, 1],
  ])("on node %p of %j, publishing not ready %s, give %i", (nodeName, nodes, publishNotReadyAddresses, count) => {
    const service = makeService({ publishNotReadyAddresses });
    const [slice] = slicesOf(service, [makePod("p", "10.0.0.1", { nodeName })], { nodes });
    expect(slice!.endpoints).toHaveLength(count);
    if (count) expect(sliceEndpoints(slice!)[0]).toMatchObject({ nodeName: nodeName || undefined, zone: undefined });
  });

  test.each([
    ["True", false, false, [true, true, false]],
    ["True", true, false, [false, true, true]],
    ["False", false, false, [false, false, false]],
    ["Unknown", false, false, [false, false, false]],
    ["true", false, false, [false, false, false]],
    ["False", true, false, [false, false, true]],
    ["True", true, true, [true, true, true]],
    ["False", false, true, [true, false, false]],
    ["False", true, true, [true, false, true]],
  ])(
    "Ready %s, deleting %s, publishing not ready %s: ready, serving, terminating %j",
    (status, deleting, publish, expected) => {
      const pod = makePod(
        "p",
        "10.0.0.1",
        {},
        { conditions: [{ type: "Ready", status }] },
        { deletionTimestamp: deleting ? "2026-01-01T00:00:00Z" : null },
      );
      const { conditions } = oneEndpoint(pod, makeService({ publishNotReadyAddresses: publish }))!;
      expect([conditions!.ready, conditions!.serving, conditions!.terminating]).toEqual(expected);
    },
  );

  test("without a Ready condition do not serve", () => {
    expect(oneEndpoint(makePod("p", "10.0.0.1", {}, { conditions: undefined }))!.conditions!.serving).toBe(false);
    const running = { conditions: [], containerStatuses: [{ name: "c", ready: true }] };
    expect(oneEndpoint(makePod("p", "10.0.0.1", {}, running))!.conditions!.serving).toBe(false);
  });

  const GATE = { type: "example.com/lb", status: "True" };
  const up = (name: string, ready = true) => ({ name, ready });
  const sidecar = { name: "s", restartPolicy: "Always" };

  test.each([
    ["its gate is true and its containers are ready", [GATE], [up("c")], [], {}, true],
    ["its gate is missing", [], [up("c")], [], {}, false],
    ["its gate is false", [{ ...GATE, status: "False" }], [up("c")], [], {}, false],
    ["a container is not ready", [GATE], [up("c", false)], [], {}, false],
    ["a container has no status", [GATE], [up("other")], [], {}, false],
    ["a sidecar is ready", [GATE], [up("c")], [up("s")], { initContainers: [sidecar] }, true],
    ["a sidecar is not ready", [GATE], [up("c")], [up("s", false)], { initContainers: [sidecar] }, false],
    ["an init container is not ready", [GATE], [up("c")], [up("i", false)], { initContainers: [{ name: "i" }] }, true],
    ["it has no container statuses", [GATE], [], [], {}, false],
    ["a condition speaks for its containers", [GATE, { type: "ContainersReady", status: "True" }], [], [], {}, true],
    ["its Ready condition says no", [GATE, { type: "Ready", status: "False" }], [up("c")], [], {}, false],
  ])("with a readiness gate serve as the kubelet would say: %s", (_, conditions, statuses, inits, spec, expected) => {
    const pod = makePod(
      "p",
      "10.0.0.1",
      { readinessGates: [{ conditionType: GATE.type }], ...spec },
      { conditions, containerStatuses: statuses, initContainerStatuses: inits },
    );
    expect(oneEndpoint(pod)!.conditions!.serving).toBe(expected);
  });
});

describe("the address of an endpoint", () => {
  test.each([
    [{ podIP: "10.0.0.1", podIPs: undefined }, ["10.0.0.1"]],
    [{ podIP: undefined, podIPs: [{ ip: "10.0.0.1" }] }, ["10.0.0.1"]],
    [{ podIP: "10.0.0.1", podIPs: [{ ip: "10.0.0.2" }] }, ["10.0.0.1"]],
    [{ podIP: "10.0.0.1", podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }] }, ["10.0.0.1"]],
  ])("of a Pod with %j is %j", (status, expected) => {
    expect(oneEndpoint(makePod("p", "9.9.9.9", {}, status))!.addresses).toEqual(expected);
  });

  test.each([
    [32, ["010.1.2.3"], ["FD00:0:0::6"]],
    [33, ["10.1.2.3"], ["fd00::6"]],
  ])("is canonical from 1.33 on (1.%i)", (minor, v4, v6) => {
    const service = makeService({ ipFamilies: ["IPv4", "IPv6"] });
    const slices = slicesOf(service, [makePod("p", ["010.1.2.3", "FD00:0:0::6"])], { minor });
    expect(slices.map((s) => sliceEndpoints(s)[0]!.addresses)).toEqual([v4, v6]);
  });

  test("belongs to host-network Pods of one node alike", () => {
    const pods = [
      makePod("p", "192.168.0.1", { hostNetwork: true }),
      makePod("q", "192.168.0.1", { hostNetwork: true }),
    ];
    expect(summary(slicesOf(makeService(), pods))).toEqual(["IPv4 http/TCP/8080: 192.168.0.1 192.168.0.1"]);
  });
});

describe("families", () => {
  const pods = [makePod("p1", "10.0.0.1"), makePod("p2", ["10.0.0.2", "fd00::2"])];

  test("of a dual-stack Service have slices of their own, a Pod only where it has an address", () => {
    expect(summary(slicesOf(makeService({ ipFamilies: ["IPv4", "IPv6"] }), pods))).toEqual([
      "IPv4 http/TCP/8080: 10.0.0.1 10.0.0.2",
      "IPv6 http/TCP/8080: fd00::2",
    ]);
  });

  test.each([
    ["the cluster IP's", { clusterIP: "fd00::10" }, ["IPv6"]],
    ["both of a headless Service", { clusterIP: "None" }, ["IPv4", "IPv6"]],
    ["both without a cluster IP", { clusterIP: undefined }, ["IPv4", "IPv6"]],
  ])("without ipFamilies are %s", (_, spec, expected) => {
    const service = makeService({ ipFamilies: [], ...spec });
    expect(slicesOf(service, pods).map((s) => s.addressType)).toEqual(expected);
  });

  test("are only the one asked for, if one is", () => {
    const dual = makeService({ ipFamilies: ["IPv4", "IPv6"] });
    const [all, v6] = [undefined, "IPv6" as const].map((only) =>
      slicesFromPods(dual, pods, indexNodeZones(NODES), featuresOf({ minor: 36, text: "1.36" }), only),
    );
    expect(v6).toEqual(all!.slice(1));
  });

  test("repeated count once", () => {
    expect(slicesOf(makeService({ ipFamilies: ["IPv4", "IPv4"] }), pods)).toHaveLength(1);
  });
});

describe("ports", () => {
  const withPorts = (ports: Service["spec"]["ports"]) => makeService({ ports });
  const http = (number: number, protocol?: "TCP" | "UDP") => ({ name: "http", containerPort: number, protocol });

  test.each([
    [8080, 8080],
    [undefined, 80],
    [0, 80],
    ["", 80],
  ])("with targetPort %p are %i", (targetPort, number) => {
    const slices = slicesOf(withPorts([{ port: 80, targetPort }]), [makePod("p", "10.0.0.1")]);
    expect(summary(slices)).toEqual([`IPv4 /TCP/${number}: 10.0.0.1`]);
  });

  test.each<[string, Pod["spec"], number, string]>([
    [
      "the first container that has it",
      { containers: [{ name: "a" }, { name: "b", ports: [http(1), http(2)] }] },
      36,
      "http/TCP/1",
    ],
    ["one of the protocol", { containers: [{ name: "a", ports: [http(1, "UDP"), http(2, "TCP")] }] }, 36, "http/TCP/2"],
    ["none of another protocol", { containers: [{ name: "a", ports: [http(1, "UDP")] }] }, 36, "no ports"],
    [
      "a sidecar, after the containers",
      { containers: [{ name: "a" }], initContainers: [{ name: "s", restartPolicy: "Always", ports: [http(3)] }] },
      33,
      "http/TCP/3",
    ],
    [
      "no sidecar up to 1.32",
      { containers: [{ name: "a" }], initContainers: [{ name: "s", restartPolicy: "Always", ports: [http(3)] }] },
      32,
      "no ports",
    ],
    [
      "a container before a sidecar",
      {
        containers: [{ name: "a", ports: [http(1)] }],
        initContainers: [{ name: "s", restartPolicy: "Always", ports: [http(3)] }],
      },
      36,
      "http/TCP/1",
    ],
    ["no init container", { containers: [], initContainers: [{ name: "i", ports: [http(3)] }] }, 36, "no ports"],
  ])("named by targetPort are searched in %s", (_, spec, minor, expected) => {
    const service = withPorts([{ name: "http", port: 80, targetPort: "http" }]);
    expect(summary(slicesOf(service, [makePod("p", "10.0.0.1", spec)], { minor }))).toEqual([
      `IPv4 ${expected}: 10.0.0.1`,
    ]);
  });

  test("written as a text of digits are a name", () => {
    const service = withPorts([{ name: "http", port: 80, targetPort: "8080" }]);
    expect(summary(slicesOf(service, [makePod("p", "10.0.0.1")]))).toEqual(["IPv4 no ports: 10.0.0.1"]);
  });

  test("missing in a Pod part it from the others", () => {
    const service = withPorts([
      { name: "http", port: 80, targetPort: "http" },
      { name: "x", port: 81, appProtocol: "kubernetes.io/h2c" },
    ]);
    const slices = slicesOf(service, [
      makePod("p", "10.0.0.1", { containers: [{ name: "c", ports: [http(8080)] }] }),
      makePod("q", "10.0.0.2"),
    ]);
    expect(summary(slices)).toEqual(["IPv4 http/TCP/8080+x/TCP/81: 10.0.0.1", "IPv4 x/TCP/81: 10.0.0.2"]);
    expect(slices[1]!.ports![0]!.appProtocol).toBe("kubernetes.io/h2c");
  });

  test("none at all leave the Pods in a slice without ports", () => {
    const headless = makeService({ clusterIP: "None", ports: undefined });
    expect(summary(slicesOf(headless, [makePod("p", "10.0.0.1")]))).toEqual(["IPv4 no ports: 10.0.0.1"]);
  });
});

describe("slices", () => {
  test("hold at most 100 endpoints", () => {
    const pods = Array.from({ length: 250 }, (_, i) => makePod(`p${String(i).padStart(3, "0")}`, `10.0.0.${i + 1}`));
    const slices = slicesOf(makeService(), pods);
    expect(slices.map((s) => sliceEndpoints(s).length)).toEqual([100, 100, 50]);
    expect(new Set(slices.map((s) => s.metadata.name)).size).toBe(3);
    expect(slices.flatMap((s) => sliceEndpoints(s).map((e) => e.targetRef!.name))).toEqual(
      pods.map((p) => p.metadata.name),
    );
  });

  test("are one without endpoints and ports for each family when no Pod is one", () => {
    expect(summary(slicesOf(makeService({ ipFamilies: ["IPv4", "IPv6"] }), []))).toEqual([
      "IPv4 no ports: ",
      "IPv6 no ports: ",
    ]);
  });

  test("carry the labels of the Service, less the reserved ones, and the controller's", () => {
    const labels = {
      app: "web",
      "service.kubernetes.io/service-proxy-name": "x",
      "service.kubernetes.io/headless": "yes",
      "kubernetes.io/service-name": "other",
    };
    const [slice] = slicesOf(makeService({}, { labels }), []);
    expect({ ...slice!.metadata.labels }).toEqual({
      app: "web",
      "service.kubernetes.io/service-proxy-name": "x",
      "kubernetes.io/service-name": "web",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    const [headless] = slicesOf(makeService({ clusterIP: "None" }), []);
    expect(headless!.metadata.labels!["service.kubernetes.io/headless"]).toBe("");
    expect(slice!.metadata.name).toMatch(/^web-[0-9a-f]{6}$/);
  });

  test.each([
    ["db-0", "web", "db-0"],
    ["db-0", "other", undefined],
    ["db-0", undefined, undefined],
    ["", "web", undefined],
  ])("give hostname %p of subdomain %p as %p", (hostname, subdomain, expected) => {
    expect(oneEndpoint(makePod("p", "10.0.0.1", { hostname, subdomain }))!.hostname).toBe(expected);
  });
});

describe("hints", () => {
  const service = (trafficDistribution: string | undefined, annotations: Record<string, string> = {}) =>
    makeService({ trafficDistribution }, { annotations });
  const unready = { conditions: [{ type: "Ready", status: "False" }] };
  const pods = [
    makePod("p1", "10.0.0.1"),
    makePod("p2", "10.0.0.2", { nodeName: "bare" }),
    makePod("p3", "10.0.0.3", {}, unready),
  ];
  const nodes = [...NODES, makeNode("bare")];

  test.each([
    ["PreferClose", 30, [undefined, undefined]],
    ["PreferClose", 31, ["a", ""]],
    ["PreferClose", 32, ["a", ""]],
    ["PreferClose", 33, ["a", undefined]],
    ["PreferClose", 36, ["a", undefined]],
    ["PreferSameZone", 33, [undefined, undefined]],
    ["PreferSameZone", 34, ["a", undefined]],
    ["PreferSameNode", 33, [undefined, undefined]],
    ["PreferSameNode", 34, ["a node-1", " bare"]],
    ["prefersamezone", 36, [undefined, undefined]],
    [undefined, 36, [undefined, undefined]],
  ])(
    "of trafficDistribution %s in 1.%i are %j, and none on an endpoint that is not ready",
    (distribution, minor, expected) => {
      const [slice] = slicesOf(service(distribution), pods, { minor, nodes });
      const text = ({ hints }: SliceEndpoint) =>
        hints && [hints.forZones?.[0]?.name ?? "", ...(hints.forNodes ?? []).map((n) => n.name)].join(" ");
      expect(sliceEndpoints(slice!).map(text)).toEqual([...expected, undefined]);
    },
  );

  test.each([
    [{ "service.kubernetes.io/topology-mode": "Auto" }, ["a", "b"]],
    [{ "service.kubernetes.io/topology-mode": "auto" }, ["a", "b"]],
    [{ "service.kubernetes.io/topology-aware-hints": "auto" }, ["a", "b"]],
    [{ "service.kubernetes.io/topology-mode": "AUTO" }, [undefined, undefined]],
    [
      { "service.kubernetes.io/topology-mode": "Auto", "service.kubernetes.io/topology-aware-hints": "" },
      [undefined, undefined],
    ],
  ])("of annotations %j are %j", (annotations, expected) => {
    const both = [makePod("p1", "10.0.0.1"), makePod("p2", "10.0.0.2", { nodeName: "node-2" })];
    const [slice] = slicesOf(service(undefined, annotations), both);
    expect(sliceEndpoints(slice!).map((e) => e.hints?.forZones?.[0]?.name)).toEqual(expected);
  });

  test("of the annotation go before trafficDistribution even when there is no allocation", () => {
    const [slice] = slicesOf(service("PreferClose", { "service.kubernetes.io/topology-mode": "Auto" }), pods);
    expect(sliceEndpoints(slice!).map((e) => e.hints)).toEqual([undefined, undefined]);
  });

  test("are allocated over all slices of a family, each family for itself", () => {
    const dual = makeService(
      { ipFamilies: ["IPv4", "IPv6"], ports: [{ name: "http", port: 80, targetPort: "http" }] },
      { annotations: { "service.kubernetes.io/topology-mode": "Auto" } },
    );
    const named = (nodeName: string, number: number) => ({
      nodeName,
      containers: [{ name: "c", ports: [{ name: "http", containerPort: number }] }],
    });
    const slices = slicesOf(dual, [
      makePod("p1", ["10.0.0.1", "fd00::1"], named("node-1", 1)),
      makePod("p2", "10.0.0.2", named("node-2", 2)),
    ]);
    expect(slices.map((s) => [s.addressType, sliceEndpoints(s).map((e) => e.hints?.forZones?.[0]?.name)])).toEqual([
      ["IPv4", ["a"]],
      ["IPv4", ["b"]],
      ["IPv6", [undefined]],
    ]);
  });
});
