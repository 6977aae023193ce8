import { describe, expect, test } from "@jest/globals";
import { featuresOf, type Features } from "../config/features.js";
import type { Service } from "../kube/types.js";
import { makeService } from "../testing/objects.js";
import { buildServicePorts, servicePortKeys } from "./build-service-ports.js";
import type { ServicePort } from "./types.js";

const of = (minor: number, gates?: Record<string, boolean>): Features =>
  featuresOf({ minor, text: `1.${minor}` }, gates);

function portOf(service: Service, minor = 36, family: "IPv4" | "IPv6" = "IPv4"): ServicePort {
  const ports = buildServicePorts(service, family, of(minor));
  expect(ports).toHaveLength(1);
  return ports[0]!;
}

const loadBalancer = (
  spec: Partial<Service["spec"]>,
  ingress: { ip?: string; hostname?: string; ipMode?: string }[] = [],
) => makeService({ type: "LoadBalancer", ...spec }, {}, { loadBalancer: { ingress } });

describe("a service port", () => {
  test("carries the fields of its Service and port", () => {
    const service = makeService({
      type: "NodePort",
      ports: [{ name: "http", port: 80, targetPort: "web", nodePort: 30080 }],
    });
    expect(portOf(service)).toEqual({
      namespace: "shop",
      service: "web",
      portName: "http",
      protocol: "TCP",
      name: "shop/web:http",
      family: "IPv4",
      clusterIP: "10.96.0.10",
      port: 80,
      nodePort: 30080,
      externalIPs: [],
      loadBalancerVIPs: [],
      sourceRanges: [],
      externalPolicyLocal: false,
      internalPolicyLocal: false,
      healthCheckNodePort: 0,
      affinitySeconds: undefined,
      topologyAnnotation: "",
      externallyAccessible: true,
      usesClusterEndpoints: true,
      usesLocalEndpoints: false,
      origin: undefined,
      portIndex: 0,
    });
  });

  test("is named without colon when the port has no name, and is in namespace default when none is written", () => {
    const service = makeService({ ports: [{ port: 80 }] }, { namespace: undefined });
    expect(portOf(service)).toMatchObject({ name: "default/web", namespace: "default", portName: "" });
  });

  test("has a canonical cluster IP in every release", () => {
    const service = makeService({ clusterIP: "FD00:96::0:20", clusterIPs: ["FD00:96::0:20"], ipFamilies: ["IPv6"] });
    for (const minor of [28, 36]) expect(portOf(service, minor, "IPv6").clusterIP).toBe("fd00:96::20");
  });

  test.each([
    ["None", undefined, undefined],
    ["ClientIP", undefined, 10800],
    ["ClientIP", 5, 5],
  ] as const)("has affinity %s with timeout %s for %s seconds", (sessionAffinity, timeoutSeconds, expected) => {
    const service = makeService({ sessionAffinity, sessionAffinityConfig: { clientIP: { timeoutSeconds } } });
    expect(portOf(service).affinitySeconds).toBe(expected);
  });

  test("takes the older topology annotation even when it is empty", () => {
    const [older, newer] = [
      "service.kubernetes.io/topology-aware-hints",
      "service.kubernetes.io/topology-mode",
    ] as const;
    const annotated = (annotations: Record<string, string>) =>
      portOf(makeService({}, { annotations })).topologyAnnotation;
    expect(annotated({ [newer]: "Auto" })).toBe("Auto");
    expect(annotated({ [newer]: "Auto", [older]: "" })).toBe("");
    expect(annotated({})).toBe("");
  });
});

describe("the service ports of a Service", () => {
  test("are sorted by port name, then protocol", () => {
    const ports = [
      { name: "dns", protocol: "UDP" as const, port: 53 },
      { name: "b", port: 2 },
      { name: "dns", protocol: "TCP" as const, port: 53 },
    ];
    const built = buildServicePorts(makeService({ ports }), "IPv4", of(36));
    expect(built.map((p) => `${p.portName}/${p.protocol} ${p.portIndex}`)).toEqual([
      "b/TCP 1",
      "dns/TCP 2",
      "dns/UDP 0",
    ]);
  });

  test("keep the later one of equal name and protocol", () => {
    const ports = [{ port: 80 }, { port: 81 }, { protocol: "UDP" as const, port: 82 }];
    const built = buildServicePorts(makeService({ ports }), "IPv4", of(36));
    expect(built.map((p) => [p.protocol, p.port, p.portIndex])).toEqual([
      ["TCP", 81, 1],
      ["UDP", 82, 2],
    ]);
  });

  test("are none in a family it has no cluster IP of", () => {
    expect(buildServicePorts(makeService(), "IPv6", of(36))).toEqual([]);
  });
});

describe("address lists", () => {
  const externalIPs = ["010.0.0.1", "nonsense", "", "::ffff:10.0.0.2", "FD00::0:1", "010.0.0.1"];

  test.each([
    [29, "IPv4", ["010.0.0.1", "::ffff:10.0.0.2", "010.0.0.1"]],
    [30, "IPv4", ["10.0.0.1", "10.0.0.2", "10.0.0.1"]],
    [29, "IPv6", ["FD00::0:1"]],
    [30, "IPv6", ["fd00::1"]],
  ] as const)(
    "keep order and duplicates and drop other families and what does not parse (1.%i, %s)",
    (minor, family, expected) => {
      const service = makeService({
        clusterIPs: ["10.96.0.10", "fd00::10"],
        ipFamilies: ["IPv4", "IPv6"],
        externalIPs,
      });
      expect(portOf(service, minor, family).externalIPs).toEqual(expected);
      const balanced = { ...service, status: { loadBalancer: { ingress: externalIPs.map((ip) => ({ ip })) } } };
      expect(portOf(balanced, minor, family).loadBalancerVIPs).toEqual(expected);
    },
  );

  test.each([
    [28, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]],
    [29, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]],
    [30, ["10.0.0.1", "10.0.0.2"]],
    [36, ["10.0.0.1", "10.0.0.2"]],
  ])("of load balancers leave out ipMode Proxy where the release knows it (1.%i)", (minor, expected) => {
    const service = loadBalancer({}, [
      { ip: "10.0.0.1" },
      { ip: "10.0.0.2", ipMode: "VIP" },
      { ip: "10.0.0.3", ipMode: "Proxy" },
      { hostname: "lb.example" },
    ]);
    expect(portOf(service, minor).loadBalancerVIPs).toEqual(expected);
  });

  test("leave out ipMode Proxy in 1.29 when the gate is on", () => {
    const service = loadBalancer({}, [{ ip: "10.0.0.3", ipMode: "Proxy" }]);
    const [port] = buildServicePorts(service, "IPv4", of(29, { LoadBalancerIPMode: true }));
    expect(port!.loadBalancerVIPs).toEqual([]);
  });

  test("of external IPs are empty with the gate off, yet the Service stays externally accessible", () => {
    const service = makeService({ externalIPs: ["198.51.100.1"] });
    const [port] = buildServicePorts(service, "IPv4", of(36, { AllowServiceExternalIPs: false }));
    expect(port).toMatchObject({ externalIPs: [], externallyAccessible: true });
  });
});

describe("source ranges", () => {
  const ranges = [" 10.1.2.3/8 ", "fd00::1/64", "no/8", "192.168.0.0/016"];

  test.each([
    [29, ["10.1.2.3/8", "192.168.0.0/016"]],
    [30, ["10.0.0.0/8", "192.168.0.0/16"]],
  ])("are trimmed, of the family, and masked from 1.30 (1.%i)", (minor, expected) => {
    const { sourceRanges } = portOf(loadBalancer({ loadBalancerSourceRanges: ranges }), minor);
    expect(sourceRanges.map((r) => r.text)).toEqual(expected);
    expect(sourceRanges.map((r) => r.cidr.text)).toEqual(["10.0.0.0/8", "192.168.0.0/16"]);
  });

  test.each([
    [33, ["10.0.0.0/8", "0.0.0.0/0"]],
    [34, []],
  ])("are empty from 1.34 when one has prefix length 0 (1.%i)", (minor, expected) => {
    const service = loadBalancer({ loadBalancerSourceRanges: ["10.0.0.0/8", "1.2.3.4/0"] });
    expect(portOf(service, minor).sourceRanges.map((r) => r.text)).toEqual(expected);
  });

  test("are not emptied by a zero range of the other family", () => {
    const service = loadBalancer({ loadBalancerSourceRanges: ["10.0.0.0/8", "::/0"] });
    expect(portOf(service).sourceRanges.map((r) => r.text)).toEqual(["10.0.0.0/8"]);
  });
});

describe("traffic policies", () => {
  test.each([
    ["LoadBalancer", [], 28, true],
    ["NodePort", [], 28, true],
    ["ClusterIP", [], 36, false],
    ["ClusterIP", ["198.51.100.1"], 28, false],
    ["ClusterIP", ["198.51.100.1"], 29, true],
    ["ClusterIP", ["fd00::1"], 36, true],
    ["ClusterIP", ["nonsense"], 36, true],
  ] as const)("external Local on a %s with externalIPs %j in 1.%i counts: %s", (type, externalIPs, minor, expected) => {
    const service = makeService({ type, externalIPs: [...externalIPs], externalTrafficPolicy: "Local" });
    expect(portOf(service, minor).externalPolicyLocal).toBe(expected);
  });

  test.each([
    ["LoadBalancer", "Local", 32000],
    ["LoadBalancer", "Cluster", 0],
    ["NodePort", "Local", 0],
  ] as const)("a %s with external policy %s has health-check port %i", (type, externalTrafficPolicy, expected) => {
    const service = makeService({ type, externalTrafficPolicy, healthCheckNodePort: 32000 });
    expect(portOf(service).healthCheckNodePort).toBe(expected);
  });

  // internal Local, external Local, externally accessible -> uses cluster, uses local
  test.each([
    [false, false, false, true, false],
    [false, false, true, true, false],
    [false, true, false, true, false],
    [false, true, true, true, true],
    [true, false, false, false, true],
    [true, false, true, true, true],
    [true, true, false, false, true],
    [true, true, true, true, true],
  ])(
    "internal Local %s, external Local %s, accessible %s: cluster %s, local %s",
    (internal, external, accessible, cluster, local) => {
      const service = makeService({
        type: "NodePort",
        internalTrafficPolicy: internal ? "Local" : "Cluster",
        externalTrafficPolicy: external ? "Local" : "Cluster",
        ports: [{ port: 80, nodePort: accessible ? 30080 : undefined }],
      });
      expect(portOf(service)).toMatchObject({
        internalPolicyLocal: internal,
        externalPolicyLocal: external,
        externallyAccessible: accessible,
        usesClusterEndpoints: cluster,
        usesLocalEndpoints: local,
      });
    },
  );

  test("a Service with external IPs of the other family only is not externally accessible", () => {
    expect(portOf(makeService({ externalIPs: ["fd00::1"] })).externallyAccessible).toBe(false);
  });

  test.each([
    ["an external IP", makeService({ externalIPs: ["198.51.100.1"] })],
    ["a load-balancer IP", loadBalancer({}, [{ ip: "203.0.113.1" }])],
  ])("a Service with %s is externally accessible", (_, service) => {
    expect(portOf(service).externallyAccessible).toBe(true);
  });
});

describe("what names service ports", () => {
  const NAMES = ["http", "", undefined, "admin", "http"] as const;
  const PROTOCOLS = ["TCP", undefined, "UDP"] as const;
  const ports = NAMES.flatMap((name, i) =>
    PROTOCOLS.map((protocol, j) => ({
      port: 80 + 3 * i + j,
      ...(name !== undefined && { name }),
      ...(protocol && { protocol }),
    })),
  );
  const services = [
    ...ports.map((port) => makeService({ ports: [port] })),
    ...ports.map((_, i) => makeService({ ports: [...ports.slice(i), ...ports.slice(0, i)] })),
    makeService({ ports: [] }),
    makeService({ clusterIP: "None", ports }),
    makeService({ type: "ExternalName", externalName: "example.org", ports }),
    makeService({ clusterIP: "fd00::10", clusterIPs: ["fd00::10"], ipFamilies: ["IPv6"], ports }),
    makeService({
      clusterIP: "10.96.0.10",
      clusterIPs: ["10.96.0.10", "fd00::10"],
      ipFamilies: ["IPv4", "IPv6"],
      ports: ports.slice(0, 4),
    }),
    makeService({ clusterIP: "no address", clusterIPs: ["no address"], ports }),
    makeService({ ports }, { labels: { "service.kubernetes.io/headless": "" } }),
    makeService({ ports }, { labels: { "service.kubernetes.io/service-proxy-name": "other" } }),
  ];

  test.each(["IPv4", "IPv6"] as const)("is that of the service ports themselves, in their order: %s", (family) => {
    for (const minor of [24, 30, 36])
      for (const service of services)
        expect(servicePortKeys(service, family, of(minor))).toEqual(
          buildServicePorts(service, family, of(minor)).map(({ portName, protocol }) => ({ portName, protocol })),
        );
  });
});
