/** The quick yes is never a yes where the check of every field finds something. */
import { expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../../../config/features.js";
import type { Findings } from "../findings.js";
import type { RawRecord } from "../raw-values.js";
import { checkFields } from "./check-fields.js";
import { hasUsualEndpoints } from "../usual-endpoints.js";
import { isPlainObject } from "./plain-object.js";

const metadata = {
  name: "web",
  namespace: "shop",
  uid: "1",
  resourceVersion: "2",
  creationTimestamp: "2026-01-01T00:00:00Z",
  deletionTimestamp: null,
  labels: { app: "web" },
  annotations: { a: "b" },
  ownerReferences: [{ kind: "Other", name: "web", uid: "3", controller: true }],
};

const PLAIN: Readonly<Record<string, RawRecord>> = {
  Service: {
    metadata,
    spec: {
      type: "LoadBalancer",
      clusterIP: "10.96.0.1",
      clusterIPs: ["10.96.0.1"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      selector: { app: "web" },
      ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: "http", nodePort: 30000, appProtocol: "http" }],
      externalIPs: ["192.0.2.1"],
      externalName: "a.example",
      loadBalancerIP: "192.0.2.2",
      sessionAffinity: "None",
      loadBalancerSourceRanges: ["192.0.2.0/24"],
      loadBalancerClass: "a/b",
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: "Local",
      internalTrafficPolicy: "Cluster",
      healthCheckNodePort: 30001,
      publishNotReadyAddresses: false,
      trafficDistribution: "PreferClose",
    },
    status: { loadBalancer: { ingress: [{ ip: "192.0.2.2", hostname: "b.example", ipMode: "VIP" }] } },
  },
  EndpointSlice: {
    addressType: "IPv4",
    metadata,
    endpoints: [
      {
        addresses: ["10.0.0.1"],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: "web-0",
        nodeName: "worker-1",
        zone: "a",
        targetRef: { kind: "Pod", namespace: "shop", name: "web-0", uid: "4" },
        hints: { forZones: [{ name: "a" }], forNodes: [{ name: "worker-1" }] },
      },
    ],
    ports: [{ name: "http", protocol: "TCP", port: 8080, appProtocol: "http" }],
  },
  Pod: {
    metadata,
    spec: {
      nodeName: "worker-1",
      hostNetwork: false,
      hostname: "web-0",
      subdomain: "web",
      dnsPolicy: "ClusterFirst",
      nodeSelector: { a: "b" },
      containers: [
        {
          name: "app",
          image: "app:1",
          command: ["run"],
          args: ["now"],
          restartPolicy: "Always",
          env: [{ name: "A", value: "B" }],
          ports: [{ name: "http", containerPort: 8080, protocol: "TCP", hostPort: 80, hostIP: "192.0.2.1" }],
        },
      ],
      readinessGates: [{ conditionType: "a/b" }],
    },
    status: {
      phase: "Running",
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }],
      hostIP: "192.0.2.1",
      conditions: [{ type: "Ready", status: "True", reason: "a", message: "b" }],
      containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: {} } }],
    },
  },
};

const VALUES: readonly unknown[] = [
  null,
  1,
  1.5,
  3e9,
  "x",
  true,
  {},
  [],
  { a: 1 },
  [1],
  ["x"],
  [null],
  [{}],
  [{ ip: 1 }],
];

type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path = []): Iterable<Path> {
  if (path.length > 0) yield path;
  if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value))
      yield* pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

function withValue(object: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const copy = Array.isArray(object) ? [...(object as unknown[])] : { ...(object as object) };
  (copy as Record<string, unknown>)[step] = withValue((object as Record<string, unknown>)[step], rest, value);
  return copy;
}

function findingsIn(table: string, object: RawRecord): string[] {
  const found: string[] = [];
  const findings: Findings = {
    kind: table,
    origin: undefined,
    features: featuresOf(NEWEST_VERSION),
    fromCluster: true,
    report: ({ message }) => found.push(message),
    object: {},
    refused: false,
    count: 0,
  };
  checkFields(findings, table, object, false);
  return found;
}

test("a slice with usual endpoints has no field of another type in them", () => {
  const [endpoint] = PLAIN["EndpointSlice"]!["endpoints"] as [RawRecord];
  const { hostname: _hostname, hints: _hints, ...usual } = endpoint;
  const plain = { ...PLAIN["EndpointSlice"], endpoints: [usual] };
  expect(hasUsualEndpoints(plain)).toBe(true);
  let refused = 0;
  for (const path of pathsOf(plain.endpoints))
    for (const value of VALUES) {
      const changed = { ...plain, endpoints: withValue(plain.endpoints, path, value) };
      const findings = findingsIn("EndpointSlice", changed);
      refused += findings.length;
      if (findings.length > 0) expect([path, value, hasUsualEndpoints(changed)]).toEqual([path, value, false]);
    }
  expect(refused).toBeGreaterThan(50);
});

for (const [table, plain] of Object.entries(PLAIN))
  test(`a ${table} that passes has no field of another type`, () => {
    expect(isPlainObject(table, plain)).toBe(true);
    let refused = 0;
    for (const path of pathsOf(plain))
      for (const value of VALUES) {
        const changed = withValue(plain, path, value) as RawRecord;
        const findings = findingsIn(table, changed);
        refused += findings.length;
        if (findings.length > 0) expect([path, value, isPlainObject(table, changed)]).toEqual([path, value, false]);
      }
    expect(refused).toBeGreaterThan(100);
  });
