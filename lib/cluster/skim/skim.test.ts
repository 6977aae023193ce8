/** Objects made from one before them are the objects that reading them whole gives. */
import { describe, expect, test } from "@jest/globals";
import { featuresOf, NEWEST_VERSION } from "../../config/features.js";
import { EndpointTable } from "../../kube/endpoint-table.js";
import { readJSON } from "../../readers/json/read-json.js";
import { sourceFromBytes, sourceFromText, type Source } from "../../source/source.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { createCollector } from "../collect.js";
import { validateObject } from "../validate/index.js";

interface Read {
  readonly objects: unknown;
  readonly diagnostics: unknown;
  /** How many were made from a template. */
  readonly skimmed: number;
}

function read(source: Source, areSkimmed: boolean, rulesOnly = true): Read {
  const collector = createCollector({
    rulesOnly,
    validate: (object, report) => validateObject(object, report, featuresOf(NEWEST_VERSION)),
  });
  let skimmed = 0;
  readJSON(source, {
    ...collector,
    template: areSkimmed
      ? (object) => {
          const found = collector.template!(object);
          if (!found) return undefined;
          const take: typeof found.take = (values, origin) => {
            const taken = found.take(values, origin);
            if (taken) skimmed++;
            return taken;
          };
          return { differs: (path) => found.differs(path), take };
        }
      : undefined,
  });
  const { cluster, diagnostics } = collector.finish();
  const { services, endpointSlices, nodes } = cluster;
  // As text: undefined fields are no fields, and sources have functions.
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, field: unknown) =>
        key === "source" ? undefined : field instanceof EndpointTable ? field.toArray() : field,
      ),
    );
  return { objects: plain({ services, endpointSlices, nodes }), diagnostics: plain(diagnostics), skimmed };
}

type Fields = Record<string, unknown>;

const meta = (name: string, more: Fields = {}) => ({
  creationTimestamp: "2026-01-01T00:00:00Z",
  labels: { app: name, tier: "web" },
  name,
  namespace: "shop",
  resourceVersion: "100",
  uid: `uid-${name}`,
  ...more,
});
const service = (name: string, spec: Fields = {}, metadata: Fields = {}, more: Fields = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(name, metadata),
  spec: {
    clusterIP: "10.96.0.1",
    clusterIPs: ["10.96.0.1"],
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }],
    selector: { app: name },
    type: "ClusterIP",
    ...spec,
  },
  status: { loadBalancer: {} },
  ...more,
});
const balanced = (name: string, nodePort: number, ingress: Fields, more: Fields = {}) =>
  service(
    name,
    {
      externalTrafficPolicy: "Local",
      healthCheckNodePort: nodePort + 1000,
      ports: [{ port: 80, protocol: "TCP", targetPort: "http", nodePort }],
      type: "LoadBalancer",
      ...more,
    },
    {},
    { status: { loadBalancer: { ingress: [ingress] } } },
  );
const slice = (name: string, address: string, more: Fields = {}, metadata: Fields = {}) => ({
  addressType: "IPv4",
  apiVersion: "discovery.k8s.io/v1",
  endpoints: [
    { addresses: [address], conditions: { ready: true }, nodeName: "worker-1", targetRef: { name, kind: "Pod" } },
  ],
  kind: "EndpointSlice",
  metadata: meta(name, {
    generateName: "web-",
    generation: 3,
    ownerReferences: [{ apiVersion: "v1", controller: true, kind: "Service", name: "web", uid: "1" }],
    ...metadata,
  }),
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  ...more,
});

const list = (items: readonly unknown[], indent = 0) =>
  JSON.stringify({ apiVersion: "v1", items, kind: "List" }, undefined, indent);
const node = { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1", uid: "n" } };

/** Reads the text both ways, which must be the same; how many were made from a template. */
function skimmedIn(text: string, rulesOnly = true): number {
  const source = sourceFromText("list.json", text);
  const { skimmed, ...fast } = read(source, true, rulesOnly);
  expect({ ...fast, skimmed: 0 }).toEqual(read(source, false, rulesOnly));
  return skimmed;
}

/** An item between two of its kind. */
const among = (first: unknown, item: string, last: unknown) => list([first, 1, last]).replace(",1,", `,${item},`);

describe("skimmed", () => {
  for (const indent of [0, 4])
    test(`are Services and EndpointSlices that differ in their values, indented by ${indent}`, () => {
      const names = Array.from({ length: 20 }, (_, i) => `web-${i}`);
      const items = [
        node,
        ...names.map((name, i) =>
          service(
            name,
            {
              clusterIP: `10.96.0.${i}`,
              clusterIPs: [`10.96.0.${i}`],
              ports: [{ name: "http", port: 80 + i, protocol: "TCP", targetPort: 8080 }],
            },
            { namespace: `ns-${i % 3}`, resourceVersion: String(i + 1), annotations: { owner: `team ${i}` } },
          ),
        ),
        ...names.map((name, i) => slice(name, `10.0.0.${i + 1}`, { ports: [{ port: 8080 + (i % 2) }] })),
      ];
      // All but the first Service and the first two slices, of which the second is the first whose endpoints are skimmed.
      expect(skimmedIn(list(items, indent))).toBe(37);
    });

  test("are Services with load balancers, node ports and health checks of their own", () => {
    const items = Array.from({ length: 10 }, (_, i) => balanced(`lb-${i}`, 30_000 + i, { ip: `192.0.2.${i}` }));
    expect(skimmedIn(list(items))).toBe(9);
    const named = Array.from({ length: 10 }, (_, i) => balanced(`lb-${i}`, 30_000, { hostname: `lb-${i}.example` }));
    expect(skimmedIn(list(named))).toBe(9);
  });

  test("are dual-stack Services and those without a cluster IP", () => {
    const dual = (i: number) =>
      service(`dual-${i}`, {
        clusterIPs: ["10.96.0.1", `fd00::${i + 1}`],
        ipFamilies: ["IPv4", "IPv6"],
        ipFamilyPolicy: "RequireDualStack",
      });
    const headless = (i: number) => service(`headless-${i}`, { clusterIP: "None", clusterIPs: ["None"] });
    const outside = (i: number) => ({
      ...service(`outside-${i}`),
      spec: { externalName: "example.org", type: "ExternalName" },
    });
    for (const make of [dual, headless, outside])
      expect(skimmedIn(list([0, 1, 2, 3].map((i): unknown => make(i))))).toBe(3);
  });

  test("are Services of several shapes in turn", () => {
    const shapes = [
      (name: string) => service(name),
      (name: string) =>
        service(name, { type: "NodePort", ports: [{ port: 80, nodePort: 30_080, targetPort: "http" }] }),
      (name: string) => service(name, { publishNotReadyAddresses: true }),
    ];
    const items = Array.from({ length: 30 }, (_, i) => shapes[i % 3]!(`web-${i}`));
    expect(skimmedIn(list(items))).toBe(27);
  });

  test("are those applied with kubectl, whatever the copy it leaves says", () => {
    const key = "kubectl.kubernetes.io/last-applied-configuration";
    const applied = (i: number) => service(`web-${i}`, {}, { annotations: { [key]: `{"a":"\\t${i}"}\n` } });
    expect(skimmedIn(list([0, 1, 2, 3].map(applied)))).toBe(3);
    const beyond = among(applied(0), JSON.stringify(applied(1)).replace("\\n", "\\u000a"), applied(2));
    expect(skimmedIn(beyond)).toBe(1);
    expect(skimmedIn(among(applied(0), JSON.stringify(applied(1)).replace("\\n", "\\x"), applied(2)))).toBe(1);
  });

  test("are only so many as there is use for: shapes that do not come again are not remembered for ever", () => {
    const items = Array.from({ length: 200 }, (_, i) => service(`web-${i}`, {}, { labels: { [`key-${i}`]: "x" } }));
    expect(skimmedIn(list(items))).toBe(0);
    // The last shape comes after the last that was remembered.
    expect(skimmedIn(list([...items, ...items.slice(-1), ...items.slice(-1)]))).toBe(0);
    expect(skimmedIn(list([...items.slice(0, 3), ...items.slice(0, 3), ...items.slice(0, 3)]))).toBe(6);
  });

  test("are Services alone where objects are explained, and they are the same there", () => {
    const names = Array.from({ length: 10 }, (_, i) => `web-${i}`);
    const items = [...names.map((name) => service(name)), ...names.map((name) => slice(name, "10.0.0.1"))];
    expect(skimmedIn(list(items), false)).toBe(9);
  });
});

describe("read whole, for the checks to say what there is to say, is", () => {
  const first = service("first", { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30_080 }] });
  const last = service("last", { type: "NodePort", ports: [{ name: "http", port: 81, nodePort: 30_081 }] });
  const other = (spec: Fields = {}, metadata: Fields = {}) =>
    JSON.stringify(
      service("other", { type: "NodePort", ports: [{ name: "http", port: 82, nodePort: 30_082 }], ...spec }, metadata),
    );
  const port = (fields: Fields) => other({ ports: [{ name: "http", port: 82, nodePort: 30_082, ...fields }] });
  const ip = (address: string, inList = address) => other({ clusterIP: address, clusterIPs: [inList] });
  const items: readonly (readonly [string, string])[] = [
    ["a name that is none", other({}, { name: "Not_A_Name" })],
    ["a name that starts with a digit", other({}, { name: "1st" })],
    ["no name", other({}, { name: "" })],
    ["a namespace that is none", other({}, { namespace: "No Such" })],
    ["an empty namespace", other({}, { namespace: "" })],
    ["an empty uid", other({}, { uid: "" })],
    ["an empty resourceVersion", other({}, { resourceVersion: "" })],
    ["a label that is none", other({}, { labels: { app: "not a label", tier: "web" } })],
    ["a label with an escape", other().replace('"tier":"web"', '"tier":"\\u0077eb"')],
    ["a label beyond ASCII", other({}, { labels: { app: "äpp", tier: "web" } })],
    ["a selector that is none", other({ selector: { app: "-" } })],
    ["a cluster IP that is none", ip("10.96.0.256")],
    ["a cluster IP with leading zeros", ip("10.96.0.01")],
    ["a cluster IP of the other family", ip("fd00::1")],
    ["cluster IPs that differ", ip("10.96.0.2", "10.96.0.3")],
    ["None as a cluster IP", ip("None")],
    ["a port out of range", port({ port: 65_536 })],
    ["a port that is no number", port({ port: "80" })],
    ["port 0", port({ port: 0 })],
    ["the kubelet's port", port({ port: 10_250 })],
    ["a fraction", port({}).replace('"port":82', '"port":82.5')],
    ["an exponent", port({}).replace('"port":82', '"port":82e2')],
    ["a number with leading zeros", port({}).replace('"port":82', '"port":082')],
    ["a number below zero", port({ port: -82 })],
    ["a very long number", port({}).replace('"port":82', '"port":8200000000000000000000')],
    ["a node port outside the range", port({ nodePort: 29_999 })],
    ["a node port that is null", port({ nodePort: null })],
    ["a field twice", port({}).replace('"port":82', '"port":82,"port":83')],
    ["an unknown field", other({ odd: 1 })],
    ["another type", other({ type: "ClusterIP" })],
    ["text cut off", other().slice(0, -10)],
    ["a control character", other().replace("shop", "\u0001")],
    ["something else", "17"],
  ];
  for (const [what, item] of items)
    test(`one with ${what}`, () => {
      expect(skimmedIn(among(first, item, last))).toBeLessThanOrEqual(1);
    });

  test("one of two ports that clash", () => {
    const two = (name: string, a: Fields, b: Fields) =>
      service(name, { ports: [{ name: "a", protocol: "TCP", port: 80, ...a }, { name: "b", protocol: "TCP", ...b }] }); // oxfmt-ignore
    const pair = (item: unknown) => list([two("first", {}, { port: 81 }), item]);
    expect(skimmedIn(pair(two("other", {}, { port: 82 })))).toBe(1);
    expect(skimmedIn(pair(two("other", { port: 82 }, { port: 82 })))).toBe(0);
    const twoNodePorts = (name: string, a: number, b: number) => ({
      ...two(name, { nodePort: a }, { port: 81, nodePort: b }),
    });
    const open = (name: string, a: number, b: number) => {
      const made = twoNodePorts(name, a, b);
      return { ...made, spec: { ...made.spec, type: "NodePort" } };
    };
    expect(skimmedIn(list([open("first", 30_001, 30_002), open("other", 30_003, 30_004)]))).toBe(1);
    expect(skimmedIn(list([open("first", 30_001, 30_002), open("other", 30_003, 30_003)]))).toBe(0);
  });

  for (const [what, ingress] of [
    ["an address that is none", { ip: "192.0.2.256" }],
    ["an empty address", { ip: "" }],
  ] as const)
    test(`one whose load balancer has ${what}`, () => {
      expect(skimmedIn(list([balanced("a", 30_001, { ip: "192.0.2.1" }), balanced("b", 30_002, ingress)]))).toBe(0);
    });
  for (const hostname of ["192.0.2.1", "Not_A_Name", ""])
    test(`one whose load balancer has the host name "${hostname}"`, () => {
      const items = [balanced("a", 30_001, { hostname: "a.example" }), balanced("b", 30_002, { hostname })];
      expect(skimmedIn(list(items))).toBe(0);
    });
  test("one with a health check out of range", () => {
    const ip = { ip: "192.0.2.1" };
    const items = [balanced("a", 30_001, ip), balanced("b", 30_002, ip, { healthCheckNodePort: 70_000 })];
    expect(skimmedIn(list(items))).toBe(0);
  });

  for (const [what, item] of [
    ["an address of the other family", slice("b", "fd00::1")],
    ["an address that is none", slice("b", "10.0.0.300")],
    ["a name that is none", slice("Not_A_Name", "10.0.0.2")],
    ["a port out of range", slice("b", "10.0.0.2", { ports: [{ name: "http", port: 65_536, protocol: "TCP" }] })],
    ["hints", slice("b", "10.0.0.2", { endpoints: [{ addresses: ["10.0.0.2"], hints: { forZones: [{ name: "a" }] } }] })], // oxfmt-ignore
    ["no endpoints", slice("b", "10.0.0.2", { endpoints: null })],
  ] as const)
    test(`a slice with ${what}`, () => {
      expect(skimmedIn(list([...["a1", "a2", "a3"].map((name) => slice(name, "10.0.0.1")), item]))).toBe(1);
    });
});

test("a label by the name of __proto__ is refused like any that is none", () => {
  const odd = (i: number) => JSON.stringify(service(`web-${i}`, {}, { labels: { app: `x-${i}` } }));
  const items = [0, 1, 2].map((i) => odd(i).replace('"app":', '"__proto__":'));
  expect(skimmedIn(list([1, 2, 3]).replace("1,2,3", items.join(",")))).toBe(0);
});

test("objects defined twice are merged as if each had been read whole", () => {
  const older = service("web", {}, { resourceVersion: "7" });
  const newer = service("web", { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] }, { resourceVersion: "8" });
  const again = service("web", {}, { uid: "another", creationTimestamp: "2027-01-01T00:00:00Z" });
  expect(skimmedIn(list([newer, older, again, older]))).toBe(3);
});

test("objects that each have a layout of their own are no templates for long, nor a burden for those of the next kind", () => {
  const odd = Array.from({ length: 400 }, (_, i) => service(`web-${i}`, {}, { labels: { [`key-${i}`]: "x" } }));
  const slices = Array.from({ length: 12 }, (_, i) => slice(`web-${i}`, `10.0.0.${i + 1}`));
  expect(skimmedIn(list(odd))).toBe(0);
  expect(skimmedIn(list([...odd, ...slices]))).toBe(11);
  const usual = Array.from({ length: 12 }, (_, i) => service(`late-${i}`));
  expect(skimmedIn(list([...odd, ...usual]))).toBe(0);
});

test("typed lists, whose items do not say their kind", () => {
  const items = [0, 1, 2].map((i) => {
    const { metadata, spec } = service(`web-${i}`);
    return { metadata, spec };
  });
  const head = { kind: "ServiceList", apiVersion: "v1" };
  expect(skimmedIn(JSON.stringify({ ...head, items }))).toBe(2);
  expect(skimmedIn(JSON.stringify({ items, ...head }))).toBe(2);
  expect(skimmedIn(JSON.stringify({ items: [...[0, 1].map((i) => service(`own-${i}`)), ...items], ...head }))).toBe(3);
});

test("text that is read on between two items", () => {
  const items = Array.from({ length: 3000 }, (_, i) => service(`web-${i}`));
  const bytes = Buffer.from(list(items, 2));
  expect(bytes.length).toBeGreaterThan(2 << 20);
  const file: Source = {
    ...sourceFromBytes("list.json", bytes),
    readInto: (target, start) => bytes.copy(target, 0, start, start + target.length),
  };
  const { skimmed, ...fast } = read(file, true);
  expect({ ...fast, skimmed: 0 }).toEqual(read(sourceFromBytes("list.json", bytes), false));
  expect(skimmed).toBeGreaterThan(2990);
});

test("any bytes are read the same", () => {
  const names = fc.constantFrom("web", "web-1", "api", "db", "cache", "1st", "Bad", "");
  const ips = fc.constantFrom("10.96.0.1", "10.96.0.2", "10.96.0.3", "10.96.0.4", "10.96.0.300", "fd00::1", "None");
  const numbers = fc.constantFrom(80, 81, 8080, 8081, 9090, 65_535, 65_536, 0, 10_250);
  const nodePorts = fc.constantFrom(30_080, 30_081, 30_082, 30_083, 29_999, 0);
  const portsOf = (isOpen: boolean) =>
    fc.array(
      fc.record(
        { name: fc.constantFrom("a", "b"), port: numbers, targetPort: numbers, ...(isOpen && { nodePort: nodePorts }) },
        { requiredKeys: ["name", "port"] },
      ),
      { minLength: 1, maxLength: 2 },
    );
  const services = fc
    .boolean()
    .chain((isOpen) => fc.tuple(names, ips, portsOf(isOpen), fc.constant(isOpen), names, fc.boolean()))
    .map(([name, clusterIP, ports, isOpen, label, isOwned]) =>
      service(
        name,
        {
          clusterIP,
          clusterIPs: [clusterIP],
          ports,
          type: isOpen ? "NodePort" : "ClusterIP",
          selector: { app: label },
        },
        isOwned ? { ownerReferences: [{ kind: "Gateway", name: label, uid: "7" }] } : {},
      ),
    );
  const slices = fc.tuple(names, ips, numbers).map(
    ([name, address, number]) =>
    slice(name, address, { ports: [{ name: "http", port: number, protocol: "TCP" }] }), // oxfmt-ignore
  );
  const item = fc.oneof({ weight: 3, arbitrary: services }, slices);
  const repeated = fc.array(item, { minLength: 1, maxLength: 12 }).map((some) => [...some, ...some]);
  const change = fc.record({ at: fc.nat(), byte: fc.constantFrom(...Buffer.from('"\\{}[]:,. a0e\u00ff\u0001')) });
  let skimmed = 0;
  fc.assert(
    fc.property(repeated, fc.constantFrom(0, 2), fc.array(change, { maxLength: 2 }), (items, indent, changes) => {
      const bytes = Buffer.from(list(items, indent));
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
      const source = sourceFromBytes("list.json", bytes);
      const fast = read(source, true);
      skimmed += fast.skimmed;
      expect({ ...fast, skimmed: 0 }).toEqual(read(source, false));
    }),
    { numRuns: fuzzRuns(800) },
  );
  expect(skimmed).toBeGreaterThan((fuzzRuns(800) * 500) / 800);
});
