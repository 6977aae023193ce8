/** Nodes that serve both IP families, in one run. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../config/proxy-config.js";
import { backendInput } from "../pipeline/compile.js";
import { loadCluster } from "../pipeline/load.js";
import { settleSituation } from "../pipeline/situation.js";
import { summaryOf } from "../render/diff-text.js";
import { verdictWords } from "../render/diff-verdict.js";
import { checkName } from "../render/node-label.js";
import { sourceFromText } from "../source/source.js";
import { textsOf } from "../testing/mutations/node-states.js";
import { diffNode } from "./diff-node.js";

const service = (name: string, families: string, ips: string, port: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: a}
spec: {ipFamilyPolicy: ${families.includes(",") ? "RequireDualStack" : "SingleStack"}, type: ${port === "" ? "ClusterIP" : "NodePort"}, clusterIP: ${ips.split(",")[0]}, clusterIPs: [${ips}], ipFamilies: [${families}], ports: [{name: http, port: 80${port}}], selector: {a: b}}
---`;
const slice = (name: string, family: string, address: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-${family.toLowerCase()}, namespace: a, labels: {kubernetes.io/service-name: ${name}}}
addressType: ${family}
endpoints: [{addresses: ["${address}"], nodeName: n1, conditions: {ready: true}}]
ports: [{name: http, port: 8080, protocol: TCP}]
---`;
const NODE = `
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}, {type: InternalIP, address: "fd00:11::11"}]}
---`;
const DUAL =
  NODE +
  service("both", "IPv4, IPv6", '10.96.0.5, "fd00:96::5"', ", nodePort: 30080") +
  slice("both", "IPv4", "10.244.1.5") +
  slice("both", "IPv6", "fd00:244::5");
const SIX = service("six", "IPv6", '"fd00:96::7"', "");

function captured(mode: ProxyMode, manifests: string) {
  const { cluster } = loadCluster([sourceFromText("m.yaml", manifests)]);
  const set = ["clusterCIDR=10.244.0.0/16,fd00:244::/64"];
  const wishes = { mode, kubeVersion: "1.36", node: "n1" } as const;
  const { situation } = settleSituation(cluster, { ...wishes, ipFamily: "ipv4", set });
  const [four, six] = (["IPv4", "IPv6"] as const).map((family) =>
    Object.values(textsOf(backendInput(cluster, situation!, {}, family), mode)).join("\n"),
  );
  const compare = (text: string) => diffNode(cluster, wishes, [sourceFromText("node.txt", `${text}\n`)]);
  return { four: four!, six: six!, compare };
}

/** The rules of IPv6 without what leads packets to those of Services. */
const EMPTY_OF_SIX = {
  iptables: (six: string) => six.split("\n").filter((line) => !/^-A (PREROUTING|OUTPUT) .*KUBE-SERVICES/.test(line)),
  nftables: (six: string) => six.split("\n").filter((line) => !/^\s*jump services\s*$/.test(line)),
};

describe.each(["iptables", "ipvs", "nftables"] as const)("mode %s", (mode) => {
  test("both families agree, with what both tell of the configuration", async () => {
    const { four, six, compare } = captured(mode, DUAL + SIX);
    const { report } = await compare(`${four}\n${six}`);
    expect(report).toMatchObject({ identical: true, changes: [], coverage: { wanted: 2, compared: 2, notGiven: [] } });
    const cidrs = report!.inferred.find(({ setting }) => setting === "clusterCIDR");
    expect(cidrs).toMatchObject({ value: "10.244.0.0/16,fd00:244::/64" });
    expect(cidrs!.evidence.map(({ at }) => [at?.file, (at?.line ?? 0) > 0])).toEqual([
      ["node.txt", true],
      ["node.txt", true],
    ]);
    expect(report!.assumptions).toContain(cidrs!.message);
  });

  test("drift of either is told", async () => {
    const { four, six, compare } = captured(mode, DUAL + SIX);
    for (const [endpoint, other] of [
      ["10.244.1.5", "10.244.1.9"],
      ["fd00:244::5", "fd00:244::9"],
    ] as const) {
      const { report } = await compare(`${four}\n${six}`.replaceAll(endpoint, other));
      const kinds = report!.changes.filter(({ severity }) => severity === "error").map(({ kind }) => kind);
      expect([endpoint, kinds.includes("endpoint-stale"), kinds.includes("endpoint-missing")]).toEqual([
        endpoint,
        true,
        true,
      ]);
    }
  });

  test("sections of a unified diff say whose family they are", async () => {
    const { four, six, compare } = captured(mode, DUAL);
    const drifted = `${four}\n${six}`.replaceAll("10.244.1.5", "10.244.1.9").replaceAll("fd00:244::5", "fd00:244::9");
    const named = (await compare(drifted)).sections().map(({ name }) => name.slice(0, 5));
    expect([...new Set(named)]).toEqual(["IPv4 ", "IPv6 "]);
  });

  test("a change says whose family it is, and the verdict what still works", async () => {
    const { four, six, compare } = captured(mode, DUAL);
    const without =
      mode === "ipvs" ? six.split("\n").filter((line) => !line.includes("[fd00")) : EMPTY_OF_SIX[mode](six);
    const { report } = await compare(`${four}\n${without.join("\n")}`);
    expect(report!.changes.length).toBeGreaterThan(0);
    expect(new Set(report!.changes.map(({ ipFamily }) => ipFamily))).toEqual(new Set(["ipv6"]));
    for (const { message, endpoint = "", frontend = "" } of report!.changes)
      expect(`${message} ${endpoint} ${frontend}`).toMatch(/\(IPv6\)|fd00:/);
    expect(verdictWords(report!)).toContain("over IPv6");
    expect(summaryOf(report!)).toContain("IPv4 and IPv6");
    expect(checkName(report!)).toContain("ipv4 and ipv6");
    expect(report!.ipFamilies).toEqual(["ipv4", "ipv6"]);
    // Of one family alone there is nothing to tell apart.
    const only = await compare(four.replaceAll("10.244.1.5", "10.244.1.9"));
    expect(only.report!.changes.map(({ ipFamily }) => ipFamily)).toContain(undefined);
    expect(only.report!.ipFamilies).toBe(undefined);
    expect(only.sections().filter(({ name }) => /IPv[46]/.test(name))).toEqual([]);
  });

  test("one family of services that have both is a note, and not compared for those that have no other", async () => {
    const dual = captured(mode, DUAL);
    expect((await dual.compare(dual.four)).report).toMatchObject({
      identical: true,
      coverage: { wanted: 1, compared: 1, notGiven: [expect.stringMatching(/^IPv6 rules/)] },
    });
    const mixed = captured(mode, DUAL + SIX);
    expect((await mixed.compare(mixed.four)).report).toMatchObject({
      identical: false,
      changes: [],
      coverage: { wanted: 2, compared: 1, notCompared: [{ service: "a/six", reason: "family-missing" }] },
    });
  });

  test("a patch of both is one text for a tool that takes both, and a script of each tool's lines otherwise", async () => {
    const { four, six, compare } = captured(mode, DUAL);
    const drifted = `${four}\n${six}`.replaceAll("10.244.1.5", "10.244.1.9").replaceAll("fd00:244::5", "fd00:244::9");
    const patch = [...(await compare(drifted)).patch()].join("\n");
    if (mode === "nftables") expect(patch).not.toContain("#!/bin/sh");
    else expect(patch).toMatch(/^#!\/bin\/sh\n/);
    if (mode === "iptables")
      expect([...patch.matchAll(/^(\S+) --noflush <<'END'$/gm)].map(([, tool]) => tool)).toEqual([
        "iptables-restore",
        "ip6tables-restore",
      ]);
  });
});
