/** Nodes of nftables mode of which another one's report tells, against each compared alone. */
import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import type { Cluster } from "../../cluster/types.js";
import { minorsOf } from "../../config/kube-version.js";
import { backendInput } from "../../pipeline/compile.js";
import { loadCluster } from "../../pipeline/load.js";
import { settleSituation, type Wishes } from "../../pipeline/situation.js";
import { digestCaptures } from "../../rulesets/capture-text/digest-capture.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { clusters, type Manifest } from "../../testing/fuzz/clusters.js";
import { fc } from "../../testing/fuzz/properties.js";
import { fuzzRuns } from "../../testing/fuzz/runs.js";
import { diffNode } from "../diff-node.js";
import { KnownReports } from "./known-reports.js";

const NODES = ["node-1", "node-2", "node-3"] as const;
const FAMILIES = ["IPv4", "IPv6"] as const;

const sourcesOf = (manifests: readonly Manifest[]) => [
  sourceFromText("dump.json", JSON.stringify({ kind: "List", apiVersion: "v1", items: manifests })),
];

/** What `nft list ruleset` prints on a node. */
function listingOf(cluster: Cluster, node: string, wishes: Wishes, families: readonly ("IPv4" | "IPv6")[]): string {
  const { situation } = settleSituation(cluster, { mode: "nftables", ...wishes, node });
  // Not every release takes every setting.
  fc.pre(situation !== undefined);
  return families
    .map((family) => `${[...nftListing(compileNftables(backendInput(cluster, situation!, {}, family)))].join("\n")}\n`)
    .join("");
}

/** Compares nodes in turn, and each that another one tells of alone, too; gives how many were told. */
async function compareAll(cluster: Cluster, wishes: Wishes, nodes: readonly (readonly [node: string, Source])[]) {
  const known = new KnownReports(cluster, wishes);
  let told = 0;
  for (const [node, capture] of nodes) {
    const asked = { captures: [capture], node };
    const digest = digestCaptures(asked.captures);
    const found = await known.find(asked, digest);
    const alone = await diffNode(cluster, { ...wishes, node }, asked.captures);
    if (found) {
      told++;
      expect([found.report, found.diagnostics]).toEqual([alone.report, alone.diagnostics]);
    } else known.add(asked, alone, digest);
  }
  return told;
}

const SETTINGS = [
  [],
  [],
  ["clusterCIDR=10.244.0.0/16"],
  ["detectLocalMode=NodeCIDR"],
  ["nodePortAddresses=primary"],
  ["nodePortAddresses=192.168.0.2/32"],
  ["nodePortAddresses=127.0.0.0/8,192.168.0.0/16"],
  ["nodePortAddresses=0.0.0.0/0"],
] as const;

interface Fields {
  readonly spec?: object;
  readonly endpoints?: readonly object[];
}

/** Clusters in which few Services are by node: a part of the policies, and of the hints, is taken away. */
const varied = fc
  .record({ manifests: clusters, local: fc.boolean(), hints: fc.boolean() })
  .map(({ manifests, local, hints }) =>
    manifests.map((manifest, i): Manifest => {
      const { spec, endpoints } = manifest as Fields;
      if (manifest["kind"] === "EndpointSlice" && endpoints && hints && i % 2 === 0)
        return {
          ...manifest,
          endpoints: endpoints.map((one) => ({ ...one, hints: { forZones: [{ name: "zone-0" }] } })),
        };
      if (manifest["kind"] !== "Service" || (local && i % 3 === 0)) return manifest;
      const policies = { internalTrafficPolicy: "Cluster", externalTrafficPolicy: undefined };
      const others = { healthCheckNodePort: undefined, loadBalancerSourceRanges: undefined };
      return { ...manifest, spec: { ...spec, ...policies, ...others } };
    }),
  );

const wishesOf = fc.record({
  mode: fc.constantFrom(undefined, "nftables" as const),
  kubeVersion: fc.constantFrom("1.36.0", "1.37.0", ...minorsOf("nftables").map((minor) => `1.${minor}`)),
  set: fc.constantFrom(...SETTINGS),
  ipFamily: fc.constantFrom(undefined, undefined, undefined, "ipv4" as const),
});

/** A line that is gone, there twice, or with another digit; most are in front, where the sets are. */
const drift = fc.record({
  line: fc.oneof(fc.nat(), fc.nat(60)),
  digit: fc.nat(),
  to: fc.constantFrom("gone", "twice", "other", "moved"),
});
type Drift = typeof drift extends fc.Arbitrary<infer T> ? T : never;

function changed(text: string, { line, digit, to }: Drift): string {
  const lines = text.split("\n");
  const at = line % lines.length;
  const held = lines[at]!;
  const digits = [...held.matchAll(/\d/g)];
  const place = digits.length > 0 ? digits[digit % digits.length]!.index : 0;
  const other = () => `${held.slice(0, place)}${(Number(held[place]) + 1) % 10}${held.slice(place + 1)}`;
  lines.splice(at, 1, ...(to === "gone" ? [] : to === "twice" ? [held, held] : to === "other" ? [other()] : []));
  if (to === "moved") lines.splice(digit % (lines.length + 1), 0, held);
  return lines.join("\n");
}

const look = fc.record({
  of: fc.constantFrom(...NODES),
  as: fc.constantFrom(undefined, undefined, undefined, ...NODES),
  drift: fc.option(drift, { freq: 2, nil: undefined }),
});

test("nodes have the reports that each has alone, whatever is their own", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      varied,
      wishesOf,
      fc.array(look, { minLength: 3, maxLength: 6 }),
      fc.constantFrom(FAMILIES, ["IPv4"] as const),
      async (manifests, { mode, ipFamily, ...others }, looks, families) => {
        const wishes: Wishes = { ...others, ...(mode && { mode }), ...(ipFamily && { ipFamily }) };
        // What the input says of the settings, or what is told from rules alone.
        const { set: _, ...unset } = wishes;
        const { cluster } = loadCluster(sourcesOf(manifests));
        const all = [{ of: looks[0]!.of, as: undefined, drift: undefined }, ...looks];
        const nodes = all.map(({ of, as, drift: own }, i) => {
          const text = listingOf(cluster, of, wishes, families);
          return [as ?? of, sourceFromText(`${i}/${as ?? of}.txt`, own ? changed(text, own) : text)] as const;
        });
        told += await compareAll(cluster, wishes, nodes);
        told += await compareAll(cluster, unset, nodes);
      },
    ),
    { numRuns: fuzzRuns(150) },
  );
  expect(told).toBeGreaterThan(5);
});

describe("of two nodes with endpoints of their own", () => {
  const items: Manifest[] = [
    ...[1, 2].map((n) => ({
      kind: "Node",
      apiVersion: "v1",
      metadata: { name: `node-${n}`, labels: { "topology.kubernetes.io/zone": `zone-${n}` } },
      spec: { podCIDR: `10.244.${n}.0/24`, podCIDRs: [`10.244.${n}.0/24`, `fd00:${n}::/64`] },
      status: {
        addresses: [`192.168.0.${n}`, `fd01::${n}`].map((address) => ({ type: "InternalIP", address })),
      },
    })),
    ...["web", "db"].flatMap((name, s) => [
      {
        kind: "Service",
        apiVersion: "v1",
        metadata: { name, namespace: "shop" },
        spec: {
          type: "NodePort",
          clusterIP: `10.96.0.${s + 1}`,
          clusterIPs: [`10.96.0.${s + 1}`, `fd02::${s + 1}`],
          ipFamilies: ["IPv4", "IPv6"],
          sessionAffinity: s === 0 ? "None" : "ClientIP",
          ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30000 + s }],
        },
      },
      ...FAMILIES.map((addressType, f) => ({
        kind: "EndpointSlice",
        apiVersion: "discovery.k8s.io/v1",
        metadata: { name: `${name}-${f}`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
        addressType,
        ports: [{ name: "http", protocol: "TCP", port: 8080 }],
        endpoints: [1, 2, 3, 4, 5].map((n) => ({
          addresses: [f === 0 ? `10.244.${(n % 2) + 1}.${s}${n}` : `fd00:${(n % 2) + 1}::${s}${n}`],
          conditions: { ready: n !== 4, serving: true, terminating: false },
          nodeName: `node-${(n % 2) + 1}`,
        })),
      })),
    ]),
  ];
  const wishes: Wishes = { mode: "nftables", kubeVersion: "1.36.0" };
  const { cluster } = loadCluster(sourcesOf(items));
  const textOf = (node: string) => listingOf(cluster, node, wishes, FAMILIES);
  const first = ["node-1", sourceFromText("1.txt", textOf("node-1"))] as const;
  const tellsSecond = async (text: string, node = "node-2") =>
    (await compareAll(cluster, wishes, [first, [node, sourceFromText("2.txt", text)]])) === 1;

  test("the second is told by the first, with lines and addresses of its own", async () => {
    expect(textOf("node-2")).not.toBe(textOf("node-1"));
    expect(await tellsSecond(textOf("node-2"))).toBe(true);
  });

  test("a capture that is another node's is compared", async () => {
    expect(await tellsSecond(textOf("node-1"))).toBe(false);
    expect(await tellsSecond(textOf("node-2"), "node-1")).toBe(false);
  });

  test("tables of others may do something to packets to its addresses alone", async () => {
    const rule = "ip daddr 192.168.0.2 tcp dport 30000 drop";
    const other = `table ip other {\n\tchain first {\n\t\ttype filter hook prerouting priority raw; policy accept;\n\t\t${rule}\n\t}\n}\n`;
    const nodes = ["node-1", "node-2"].map(
      (node) => [node, sourceFromText(`${node}.txt`, textOf(node) + other)] as const,
    );
    expect(await compareAll(cluster, wishes, nodes)).toBe(0);
  });

  test("a set that is held in another place, too, is compared", async () => {
    const [one, two] = ["node-1", "node-2"].map(textOf) as [string, string];
    const own = /\tset nodeport-ips \{[^}]*\}\n\t\}\n/.exec(one)![0];
    for (const beside of [
      `table inet other {\n${own}}\n`,
      "add element ip kube-proxy nodeport-ips { 192.168.0.1 }\n",
      `table ip kube-proxy {\n\tset "nodeport-ips" { type ipv4_addr; elements = { 192.168.0.1 } }\n}\n`,
    ]) {
      const captures = [one, two].map((text, i) => sourceFromText(`${i}.txt`, text + beside));
      expect(
        await compareAll(cluster, wishes, [
          ["node-1", captures[0]!],
          ["node-2", captures[1]!],
        ]),
      ).toBe(0);
    }
  });

  test.each([
    ["by what it is expected to hold", { ...wishes, set: ["nodePortAddresses=primary"] }, 0],
    // Addresses that take node ports are told from the rules, as they are when the node is compared alone.
    ["but for addresses that nothing expects", wishes, 9],
  ])("whatever line or digit of the second is another one, is seen: %s", async (_, own, most) => {
    const text = textOf("node-2");
    const captures = [first[1]];
    const compared = await diffNode(cluster, { ...own, node: "node-1" }, captures);
    const known = new KnownReports(cluster, own);
    known.add({ captures, node: "node-1" }, compared, digestCaptures(captures));
    let told = 0;
    for (const [line, held] of text.split("\n").entries()) {
      const digits = [...held.matchAll(/\d/g)].map((__, digit) => ({ line, digit, to: "other" as const }));
      for (const one of [
        { line, digit: 0, to: "gone" as const },
        { line, digit: 0, to: "twice" as const },
        ...digits,
      ]) {
        const asked = { captures: [sourceFromText("2.txt", changed(text, one))], node: "node-2" };
        const found = await known.find(asked, digestCaptures(asked.captures));
        if (!found) continue;
        told++;
        const alone = await diffNode(cluster, { ...own, node: "node-2" }, asked.captures);
        expect([found.report, found.diagnostics]).toEqual([alone.report, alone.diagnostics]);
      }
    }
    expect(told).toBe(most);
  });
});
