import { describe, expect, test } from "@jest/globals";
import { compileMode, type Compiled } from "../pipeline/artifacts.js";
import { backendInput } from "../pipeline/compile.js";
import { artifactLines, ARTIFACTS_OF_MODE } from "../pipeline/artifacts.js";
import { loadCluster } from "../pipeline/load.js";
import { settleSituation } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { changeId, describeChange } from "./describe-change.js";
import { ipvsChanges, iptablesChanges, nftablesChanges, type RuleChanges } from "./rule-changes.js";

const MODES = ["iptables", "nftables", "ipvs"] as const;
const FAMILIES = ["ipv4", "ipv6"] as const;
type Mode = (typeof MODES)[number];
type Family = (typeof FAMILIES)[number];

/** Addresses of a family. */
const A = {
  ipv4: {
    clusterIP: "10.96.0.10",
    other: "10.96.0.11",
    external: "203.0.113.9",
    range: "198.51.100.0/24",
    pods: "10.244.1.",
    node: "192.168.0.1",
  },
  ipv6: {
    clusterIP: "fd00:10::a",
    other: "fd00:10::b",
    external: "2001:db8::9",
    range: "2001:db8:1::/48",
    pods: "fd00:244::",
    node: "fd00::1",
  },
} as const;

interface Shape {
  readonly endpoints: readonly number[];
  readonly affinity?: number;
  readonly externalIP?: boolean;
  readonly ranges?: boolean;
  readonly gone?: boolean;
  readonly scheduler?: string;
}

async function compiledOf(shape: Shape, mode: Mode, family: Family) {
  const a = A[family];
  const service = (name: string, clusterIP: string, spec: object) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: {
      type: "LoadBalancer",
      clusterIP,
      clusterIPs: [clusterIP],
      allocateLoadBalancerNodePorts: false,
      ports: [{ name: "http", port: 80 }],
      ...spec,
    },
    status: {
      loadBalancer: { ingress: [{ ip: name === "web" ? a.external.replace("9", "7") : a.external.replace("9", "8") }] },
    },
  });
  const slice = (name: string, endpoints: readonly number[]) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
    addressType: family === "ipv6" ? "IPv6" : "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: endpoints.map((n) => ({
      addresses: [`${a.pods}${n}`],
      conditions: { ready: true },
      nodeName: "node-1",
    })),
  });
  const web = service("web", a.clusterIP, {
    ...(shape.affinity && {
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: shape.affinity } },
    }),
    ...(shape.externalIP && { externalIPs: [a.external] }),
    ...(shape.ranges && { loadBalancerSourceRanges: [a.range] }),
  });
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node-1" },
    status: { addresses: [{ type: "InternalIP", address: a.node }] },
  };
  const items = [
    node,
    service("api", a.other, {}),
    slice("api", [9]),
    ...(shape.gone ? [] : [web, slice("web", shape.endpoints)]),
  ];
  const { cluster, diagnostics } = loadCluster([
    sourceFromText("all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items })),
  ]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const set = shape.scheduler ? [`ipvs.scheduler=${shape.scheduler}`] : [];
  const { situation } = settleSituation(cluster, { mode, kubeVersion: "1.34", ipFamily: family, set });
  const compiled = await compileMode(backendInput(cluster, situation!));
  return { compiled, situation: situation! };
}

async function linesOf(
  compiled: Compiled,
  artifact: (typeof ARTIFACTS_OF_MODE)[Mode][number],
  format: "restore" | "save",
) {
  const json = {
    head: { mode: compiled.mode, node: "", kubeVersion: "", ipFamily: "ipv4" as const },
    lineOf: () => undefined,
  };
  return [...(await artifactLines(compiled, artifact, artifact === "iptables" ? format : "restore", json))];
}

async function sentences(
  before: Shape,
  after: Shape,
  mode: Mode,
  family: Family,
  format: "restore" | "save",
): Promise<{ words: string[]; ids: string[] }> {
  const golden = await compiledOf(before, mode, family);
  const now = await compiledOf(after, mode, family);
  const artifacts = [];
  for (const artifact of ARTIFACTS_OF_MODE[mode])
    artifacts.push({
      artifact,
      golden: await linesOf(golden.compiled, artifact, format),
      compiled: await linesOf(now.compiled, artifact, format),
    });
  let found: RuleChanges | undefined;
  if (mode === "iptables") found = iptablesChanges(artifacts[0]!, family === "ipv6" ? "IPv6" : "IPv4");
  else if (mode === "nftables") found = nftablesChanges(artifacts[0]!);
  else if (now.compiled.mode === "ipvs")
    found = ipvsChanges({ ...now.compiled.compiled, excludeCIDRs: [] }, artifacts, format);
  return {
    words: found!.changes.map((change) => describeChange(change, found!.golden)),
    ids: found!.changes.map((change) => changeId(change, found!.golden)),
  };
}

const combinations = MODES.flatMap((mode) =>
  FAMILIES.flatMap((family) =>
    (mode === "nftables" ? ["restore" as const] : ["restore" as const, "save" as const]).map(
      (format) => [mode, family, format] as const,
    ),
  ),
);

describe.each(combinations)("changes of %s rules, %s, as %s", (mode, family, format) => {
  const a = A[family];
  const at = (address: string, port: number) => (family === "ipv6" ? `[${address}]:${port}` : `${address}:${port}`);
  const told = async (before: Shape, after: Shape) => (await sentences(before, after, mode, family, format)).words;
  const two: Shape = { endpoints: [1, 2] };

  test("are none between equal texts", async () => {
    expect(await told(two, two)).toEqual([]);
  });

  test("are an endpoint that is new, or gone", async () => {
    const endpoint = at(`${a.pods}3`, 8080);
    const more = { endpoints: [1, 2, 3] };
    expect(await told(two, more)).toEqual([`shop/web:http: endpoint ${endpoint} is new`]);
    expect(await told(more, two)).toEqual([`shop/web:http: endpoint ${endpoint} is gone`]);
    expect((await sentences(two, more, mode, family, format)).ids).toEqual(["endpoint-added"]);
  });

  test("are a Service that is new, or gone", async () => {
    const gone = { ...two, gone: true };
    const isNamed = mode !== "ipvs";
    expect(await told(gone, two)).toEqual(["shop/web:http is new"]);
    const words = await told(two, gone);
    if (isNamed) expect(words).toEqual(["shop/web:http is gone"]);
    else expect(words.join("\n")).toContain(`${a.clusterIP}`);
    for (const sentence of words) expect(sentence).toMatch(/ is gone$/);
  });

  test("are an address that is new, or gone", async () => {
    const external = { ...two, externalIP: true };
    expect(await told(two, external)).toEqual([`shop/web:http: ${at(a.external, 80)} is new`]);
    // A virtual server that only the golden file has bears no name of a Service.
    const owner = mode === "ipvs" ? "TCP " : "shop/web:http: ";
    expect(await told(external, two)).toEqual([`${owner}${at(a.external, 80)} is gone`]);
  });

  test("are the timeout of the session affinity, now and before", async () => {
    expect(await told({ ...two, affinity: 600 }, { ...two, affinity: 1200 })).toEqual([
      "shop/web:http has session affinity of 1200 s, not session affinity of 600 s",
    ]);
  });

  test("are source ranges, now and before", async () => {
    const ranges = { ...two, ranges: true };
    expect((await told(two, ranges))[0]).toContain(`admits ${a.range}, not any source`);
    expect((await told(ranges, two))[0]).toContain(`admits any source, not ${a.range}`);
  });

  test("are connections that are refused where they were forwarded", async () => {
    if (mode === "ipvs") return expect(await told(two, { endpoints: [] })).toHaveLength(2);
    const words = await told(two, { endpoints: [] });
    expect(words.join("\n")).toContain("are rejected, no longer forwarded");
    expect((await told({ endpoints: [] }, two)).join("\n")).toContain("are forwarded, no longer rejected");
  });
});

describe("changes of the IPVS scheduler", () => {
  test("name the one now and the one before", async () => {
    const words = (await sentences({ endpoints: [1] }, { endpoints: [1], scheduler: "lc" }, "ipvs", "ipv4", "restore"))
      .words;
    expect(words).toEqual([expect.stringMatching(/runs? scheduler lc, not rr/)]);
  });
});
