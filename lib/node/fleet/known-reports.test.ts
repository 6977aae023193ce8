/** Reports that are taken over from another node against those of comparing each node. */
import { describe, expect, test } from "@jest/globals";
import { prepareDiff, type DiffOptions } from "../../api/diff.js";
import { compileIptables } from "../../backends/iptables/index.js";
import type { Cluster } from "../../cluster/types.js";
import { minorsOf } from "../../config/kube-version.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { settleSituation, type Situation } from "../../pipeline/situation.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { capturedNodes } from "../../testing/captured-nodes.js";
import { clusters, type Manifest } from "../../testing/fuzz/clusters.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { diffNode } from "../diff-node.js";
import { KnownReports } from "./known-reports.js";
import { digestByNode, servicesByNode } from "./rules-by-node.js";

const NODES = ["node-1", "node-2", "node-3"];
const FAMILIES = ["IPv4", "IPv6"] as const;

interface Spec {
  readonly spec?: object;
  readonly endpoints?: readonly { readonly nodeName?: string }[];
}

/** The cluster with few things that nodes are treated by: `local` policies, hints by zone, addresses twice. */
const alike = fc
  .record({ manifests: clusters, policy: fc.boolean(), hints: fc.boolean(), twice: fc.boolean() })
  .map(({ manifests, policy, hints, twice }) =>
    manifests.map((manifest): Manifest => {
      const { spec, endpoints } = manifest as Spec;
      if (manifest["kind"] === "Service" && !policy)
        return {
          ...manifest,
          spec: {
            ...spec,
            internalTrafficPolicy: "Cluster",
            externalTrafficPolicy: undefined,
            loadBalancerSourceRanges: undefined,
            healthCheckNodePort: undefined,
          },
        };
      if (manifest["kind"] !== "EndpointSlice" || !endpoints) return manifest;
      const hinted = endpoints.map((own, i) =>
        hints ? { ...own, hints: { forZones: [{ name: `zone-${i % 2}` }] } } : own,
      );
      return {
        ...manifest,
        endpoints: twice ? [...hinted, ...hinted.map((own) => ({ ...own, nodeName: "node-2" }))] : hinted,
      };
    }),
  );

const options: fc.Arbitrary<DiffOptions> = fc.record({
  mode: fc.constant("iptables" as const),
  kubeVersion: fc.constantFrom(...minorsOf("iptables").map((minor) => `1.${minor}`)),
  set: fc.constantFrom(
    [],
    ["clusterCIDR=10.244.0.0/16"],
    ["clusterCIDR=10.244.0.0/16,fd00:244::/64"],
    ["detectLocalMode=NodeCIDR"],
    ["detectLocalMode=InterfaceNamePrefix", "interfaceNamePrefix=veth"],
    ["nodePortAddresses=primary"],
    ["nodePortAddresses=192.168.0.0/30"],
    ["nodePortAddresses=127.0.0.0/8,192.168.0.2/32"],
  ),
});

const sourcesOf = (manifests: readonly Manifest[]) => [
  sourceFromText("dump.json", JSON.stringify({ kind: "List", apiVersion: "v1", items: manifests })),
];

/** Not every release takes every setting. */
function situationOf(cluster: Cluster, node: string, wishes: DiffOptions): Situation {
  const { situation } = settleSituation(cluster, { ...wishes, node });
  fc.pre(situation !== undefined);
  return situation!;
}

function rulesOf(cluster: Cluster, situation: Situation, family: (typeof FAMILIES)[number]): string {
  return [...renderIptablesSave(compileIptables(backendInput(cluster, situation, {}, family)))].join("\n");
}

test("nodes get the same rules where those are the same that are by node", () => {
  let same = 0;
  fc.assert(
    fc.property(alike, options, (manifests, wishes) => {
      const { cluster } = loadCluster(sourcesOf(manifests));
      const situations = NODES.map((node) => situationOf(cluster, node, wishes));
      const byNode = servicesByNode(cluster, situations[0]!, FAMILIES);
      const digests = situations.map((situation) => digestByNode(byNode, situation, FAMILIES));
      for (const [i, digest] of digests.entries())
        if (i > 0 && digest === digests[0]) {
          same++;
          for (const family of FAMILIES)
            expect(rulesOf(cluster, situations[i]!, family)).toBe(rulesOf(cluster, situations[0]!, family));
        }
    }),
    { numRuns: fuzzRuns(300) },
  );
  expect(same).toBeGreaterThan(10);
});

/** A line that is gone, there twice, or another one: a rule, a chain or anything. */
const drift = fc.record({
  line: fc.nat(),
  of: fc.constantFrom(/^-A KUBE-S/, /^-A KUBE-SERVICES /, /^-A /, /^:/, /^/),
  to: fc.constantFrom("gone", "gone", "twice", "other"),
});
type Drift = typeof drift extends fc.Arbitrary<infer T> ? T : never;

/** What may be different about a capture. */
const look = fc.record({
  of: fc.constantFrom("node-1", "node-1", ...NODES),
  as: fc.constantFrom(...NODES, undefined),
  packets: fc.nat(),
  hour: fc.integer({ min: 10, max: 23 }),
  /** Which of the drifts that several nodes have. */
  shared: fc.constantFrom(undefined, 0, 0, 0, 1),
  drift: fc.option(drift, { freq: 1, nil: undefined }),
  capturedAt: fc.constantFrom(undefined, undefined, "2026-11-27T10:00:00Z"),
});

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

/** Drifts of several nodes; large captures are not weighed by packets that are tried. */
const fleets = fc.record({
  drifts: fc.tuple(drift, drift),
  isLarge: fc.constantFrom(true, true, false),
  looks: fc.array(look, { minLength: 4, maxLength: 6 }),
});
type FleetLook = typeof fleets extends fc.Arbitrary<infer T> ? T : never;

const LARGE = `${`# ${"nothing ".repeat(2000)}\n`.repeat(70)}`;

/** Of both families; `rules`: of each node. */
function captureOf(rules: ReadonlyMap<string, readonly string[]>, own: Look, i: number, fleet: FleetLook): Source {
  const { of, as, packets, hour, shared } = own;
  const texts = rules.get(of)!.map((text, family) => {
    const head = `# Generated by ${family === 0 ? "iptables" : "ip6tables"}-save v1.8.9 (nf_tables) on Fri Nov 27 ${hour}:00:01 2026`;
    return `${head}\n${text.replaceAll(/^(:\w+ ACCEPT) .*/gm, `$1 [${packets}:${i}]`)}`;
  });
  const lines = texts.join("\n").split("\n");
  for (const one of [shared === undefined ? undefined : fleet.drifts[shared], own.drift]) if (one) change(lines, one);
  return sourceFromText(`${as ?? "capture"}-${i}.txt`, `${lines.join("\n")}\n${fleet.isLarge ? LARGE : ""}`);
}

function change(lines: string[], { line, of, to }: Drift): void {
  const places = lines.flatMap((text, at) => (of.test(text) ? [at] : []));
  if (places.length === 0) return;
  const at = places[line % places.length]!;
  const held = lines[at]!;
  const other = () => held.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
  lines.splice(at, 1, ...(to === "gone" ? [] : to === "twice" ? [held, held] : [other()]));
}

test("a fleet has the reports that its nodes have one by one", async () => {
  const taken = { identical: 0, differing: 0 };
  await fc.assert(
    fc.asyncProperty(alike, options, fleets, async (manifests, wishes, fleetLook) => {
      const { cluster } = loadCluster(sourcesOf(manifests));
      const rules = new Map(
        NODES.map((node) => {
          const situation = situationOf(cluster, node, wishes);
          return [node, FAMILIES.map((family) => rulesOf(cluster, situation, family))];
        }),
      );
      const { looks } = fleetLook;
      const captures = looks.map((own, i) => captureOf(rules, own, i, fleetLook));
      const fleet = prepareDiff(sourcesOf(manifests), wishes).prepared!;
      for (const [i, { as, capturedAt }] of looks.entries()) {
        const read = watchingReads(captures[i]!);
        const { report, diagnostics } = await fleet.report([read.source], as, capturedAt);
        if (read.isHashedAlone() && report) taken[report.identical ? "identical" : "differing"]++;
        const alone = await prepareDiff(sourcesOf(manifests), wishes).prepared!.compare([captures[i]!], as, capturedAt);
        expect(report).toEqual(alone.report);
        expect(diagnostics).toEqual(alone.diagnostics);
      }
    }),
    { numRuns: fuzzRuns(80) },
  );
  expect(taken.differing).toBeGreaterThan(0);
});

/** The same source; whether no more of it has been read than to hash it. */
function watchingReads(source: Source): { readonly source: Source; readonly isHashedAlone: () => boolean } {
  let bytes = 0;
  const read = (start: number, end: number) => {
    bytes += end - start;
    return source.read(start, end);
  };
  return {
    source: { ...source, read },
    // Beginnings of lines are read twice where a piece ends.
    isHashedAlone: () =>
      bytes <= source.size + Math.min(source.size, 512 * 1024) + 32768 * Number(source.size > 512 * 1024),
  };
}

describe("a fleet of nodes that are alike", () => {
  const service = {
    kind: "Service",
    apiVersion: "v1",
    metadata: { name: "web", namespace: "shop" },
    spec: { type: "ClusterIP", clusterIP: "10.96.0.9", ports: [{ name: "http", port: 80, targetPort: 8080 }] },
  };
  const slice = {
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
    metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints: [1, 2, 3].map((n) => ({ addresses: [`10.244.0.${n}`], conditions: {}, nodeName: `node-${n}` })),
  };
  const nodes = NODES.map((name, i) => ({
    kind: "Node",
    apiVersion: "v1",
    metadata: { name },
    spec: { podCIDR: `10.244.${i}.0/24` },
    status: { addresses: [{ type: "InternalIP", address: `192.168.0.${i + 1}` }] },
  }));
  const wishes: DiffOptions = { mode: "iptables", kubeVersion: "1.36.0" };

  async function comparesSecond(manifests: readonly Manifest[], set: readonly string[] = []): Promise<boolean> {
    const sources = sourcesOf(manifests);
    const { cluster } = loadCluster(sources);
    const fleet = prepareDiff(sources, { ...wishes, set }).prepared!;
    const capture = (node: string) =>
      sourceFromText(`${node}.txt`, rulesOf(cluster, situationOf(cluster, node, { ...wishes, set }), "IPv4") + "\n");
    expect((await fleet.report([capture("node-1")], "node-1")).report?.identical).toBe(true);
    const second = watchingReads(capture("node-2"));
    const { report } = await fleet.report([second.source], "node-2");
    expect(report).toMatchObject({ identical: true, node: "node-2" });
    return !second.isHashedAlone();
  }

  test("is compared once", async () => {
    expect(await comparesSecond([...nodes, service, slice])).toBe(false);
  });

  test.each(["internalTrafficPolicy", "externalTrafficPolicy"])(
    "is compared node by node with %s Local",
    async (policy) => {
      const spec = {
        ...service.spec,
        type: "NodePort",
        ports: [{ ...service.spec.ports[0], nodePort: 30080 }],
        [policy]: "Local",
      };
      expect(await comparesSecond([...nodes, { ...service, spec }, slice])).toBe(true);
    },
  );

  test("is compared node by node where rules hold the node's pod network", async () => {
    expect(await comparesSecond([...nodes, service, slice], ["detectLocalMode=NodeCIDR"])).toBe(true);
  });

  test("tells of each node in its own name and file", async () => {
    const sources = sourcesOf([...nodes, service, slice]);
    const { cluster } = loadCluster(sources);
    const text = rulesOf(cluster, situationOf(cluster, "node-1", wishes), "IPv4") + "\n";
    const fleet = prepareDiff(sources, {}).prepared!;
    await fleet.report([sourceFromText("a/first.txt", text)], "node-1");
    const { report } = await fleet.report([sourceFromText("b/second.txt", text)], "node-3");
    expect(report?.node).toBe("node-3");
    const files = report!.inferred.flatMap(({ evidence }) => evidence.map(({ at }) => at?.file));
    expect(files.length).toBeGreaterThan(0);
    expect(new Set(files)).toEqual(new Set(["b/second.txt"]));
    expect(JSON.stringify(report)).not.toContain("first");
  });

  test("is compared where a file's name alone says that its rules are of IPv6", async () => {
    const none = {
      ...service,
      metadata: { name: "none", namespace: "shop" },
      spec: { ...service.spec, clusterIP: "10.96.0.10" },
    };
    const sources = sourcesOf([...nodes, service, slice, none]);
    const { cluster } = loadCluster(sources);
    const text = rulesOf(cluster, situationOf(cluster, "node-1", wishes), "IPv4") + "\n";
    const others = text.replaceAll(/^-A .* -d .*\n/gm, "").replace(/\*nat\n[^]*?COMMIT\n/, "");
    const capturesOf = (file: string) => [sourceFromText("a.txt", text), sourceFromText(file, others)];
    const fleet = prepareDiff(sources, wishes).prepared!;
    const first = await fleet.report(capturesOf("ip6tables-filter.txt"), "node-1");
    expect(first.report).toMatchObject({ identical: true, changes: [] });
    const second = await fleet.report(capturesOf("filter6.txt"), "node-2");
    const alone = await prepareDiff(sources, wishes).prepared!.compare(capturesOf("filter6.txt"), "node-2");
    expect(alone.report?.identical).toBe(false);
    expect([second.report, second.diagnostics]).toEqual([alone.report, alone.diagnostics]);
  });

  /** A node's capture that lacks a rule, its neighbour's with `from` replaced, and whether the neighbour was compared. */
  async function driftedPair(from: string | RegExp, to: string, { size = LARGE, ages = [""] } = {}) {
    const sources = sourcesOf([...nodes, service, { ...slice, ...young }]);
    const { cluster } = loadCluster(sources);
    const text = `${rulesOf(cluster, situationOf(cluster, "node-1", wishes), "IPv4")}\n`.replace(
      /^-A KUBE-SVC-.*\n/m,
      "",
    );
    expect(text).toMatch(from);
    const fleet = prepareDiff(sources, {}).prepared!;
    const [first, second] = [ages[0], ages.at(-1)].map((age) => age || undefined);
    const before = await fleet.report([sourceFromText("a/first.txt", text + size)], "node-1", first);
    const capture = sourceFromText("b/second.txt", text.replace(from, to) + size);
    const read = watchingReads(capture);
    const found = await fleet.report([read.source], "node-2", second);
    const alone = await prepareDiff(sources, {}).prepared!.compare([capture], "node-2", second);
    expect([found.report, found.diagnostics]).toEqual([alone.report, alone.diagnostics]);
    return { before: before.report!, report: found.report!, isCompared: !read.isHashedAlone() };
  }
  const LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time";
  const young = { metadata: { ...slice.metadata, annotations: { [LAST_CHANGE]: "2026-11-27T10:00:00Z" } } };

  test("is compared once where all have the same drift, and each has it in its own name and file", async () => {
    const { before, report, isCompared } = await driftedPair(":PREROUTING ACCEPT [0:0]", ":PREROUTING ACCEPT [5:67]");
    expect(isCompared).toBe(false);
    expect(report.changes.length).toBeGreaterThan(0);
    expect(before.changes.map(({ at }) => at?.file)).toContain("a/first.txt");
    expect(report).toEqual(
      JSON.parse(JSON.stringify(before).replaceAll("a/first", "b/second").replace("node-1", "node-2")),
    );
  });

  test.each([
    ["one rule is gone", /^-A KUBE-FORWARD .*\n/m, ""],
    ["a chain that is kube-proxy's own counts packets", ":KUBE-MARK-MASQ - [0:0]", ":KUBE-MARK-MASQ - [1:2]"],
    ["a line stands further down", "*nat", "\n*nat"],
  ])("is compared node by node where of one %s", async (_, from, to) => {
    expect((await driftedPair(from, to)).isCompared).toBe(true);
  });

  test("is compared node by node where packets are tried, to addresses of the node among others", async () => {
    expect((await driftedPair("COMMIT", "COMMIT", { size: "" })).isCompared).toBe(true);
  });

  test("is compared node by node where endpoints changed between two captures", async () => {
    const [earlier, later] = ["2026-11-27T09:00:00Z", "2026-11-27T11:00:00Z"];
    expect((await driftedPair("COMMIT", "COMMIT", { ages: [earlier] })).isCompared).toBe(false);
    expect((await driftedPair("COMMIT", "COMMIT", { ages: [earlier, later] })).isCompared).toBe(true);
  });

  describe("keeps no more than is worth it", () => {
    const sources = sourcesOf([...nodes, service, slice]);
    const { cluster } = loadCluster(sources);
    const own = { ...wishes, node: "node-1" };
    const text = `${rulesOf(cluster, situationOf(cluster, "node-1", wishes), "IPv4")}\n${LARGE}`;
    const compare = (rules: string) => diffNode(cluster, own, [sourceFromText("node.txt", rules)]);
    const asked = (i: number) => ({ captures: [sourceFromText("node.txt", `${text}${i}\n`)], node: "node-1" });

    test("the 64 reports with drift that were used last", async () => {
      const known = new KnownReports(cluster, wishes);
      const compared = await compare(text.replace(/^-A KUBE-SVC-.*\n/m, ""));
      const isFound = async (i: number) => (await known.find(asked(i), `digest ${i}`)) !== undefined;
      for (let i = 0; i < 64; i++) known.add(asked(i), compared, `digest ${i}`);
      expect([await isFound(0), await isFound(63)]).toEqual([true, true]);
      known.add(asked(64), compared, "digest 64");
      const found: boolean[] = [];
      for (const i of [0, 1, 2, 64]) found.push(await isFound(i));
      expect(found).toEqual([true, false, true, true]);
    });

    test("digests of every fourth node, where those of four told nothing", async () => {
      const known = new KnownReports(cluster, wishes);
      const compared = await compare(text);
      known.add(asked(0), compared);
      const areHashed = async (numbers: readonly number[]) => {
        const found: boolean[] = [];
        for (const i of numbers) {
          const digest = known.digestOf(asked(i).captures);
          found.push(digest !== undefined);
          if (digest !== undefined && !(await known.find(asked(i), digest))) known.add(asked(i), compared, digest);
        }
        return found;
      };
      const others = Array.from({ length: 12 }, (_, i) => i + 1);
      const seldom = Array(2).fill([false, false, false, true]).flat();
      expect(await areHashed(others)).toEqual([...Array(4).fill(true), ...seldom]);
      expect(await areHashed(Array(8).fill(12))).toEqual([false, false, false, true, true, true, true, true]);
    });
  });

  test("has reports for others once a node has been compared", async () => {
    const sources = sourcesOf([...nodes, service, slice]);
    const { cluster } = loadCluster(sources);
    const text = `${rulesOf(cluster, situationOf(cluster, "node-1", wishes), "IPv4")}\n`;
    const fleet = prepareDiff(sources, wishes).prepared!;
    expect(fleet.knowsReports()).toBe(false);
    await fleet.report([sourceFromText("b.txt", text)], "node-2");
    expect(fleet.knowsReports()).toBe(true);
  });

  test.each(["nft list", "ipvsadm"])("has no reports for others of nodes that nobody names: %s", async (tool) => {
    const node = capturedNodes().find(({ name }) => name.startsWith(tool))!;
    const captures = Object.entries(node.healthy).map(([file, own]) => sourceFromText(file, own.text));
    const other = prepareDiff(node.manifests, node.options).prepared!;
    expect((await other.report(captures)).report?.identical).toBe(true);
    expect(other.knowsReports()).toBe(false);
  });
});
