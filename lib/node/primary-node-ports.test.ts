/** Node ports at the node's own address, where the input does not tell that. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../config/proxy-config.js";
import { backendInput } from "../pipeline/compile.js";
import { settleSituation } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { textsOf } from "../testing/mutations/node-states.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster } from "../testing/recorded-cluster.js";
import { diffNode } from "./diff-node.js";

const recorded = recordedCases().find(({ name }) => name === "nodeport")!;
const cluster = recordedCluster(recorded.name);

/** `addresses`: nodePortAddresses of the configuration; `left`: how many Nodes the input keeps. */
async function compare(mode: ProxyMode, addresses: readonly string[] | undefined, left = 0) {
  const configuration = {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration" as const,
    mode,
    clusterCIDR: "10.244.0.0/16",
    ...(addresses && { nodePortAddresses: [...addresses] }),
  };
  const wishes = { mode, node: recorded.node, kubeVersion: "1.36" };
  const held = { ...cluster, proxyConfigurations: [{ ...configuration, nodePortAddresses: ["primary"] }] };
  const texts = textsOf(backendInput(held, settleSituation(held, wishes).situation!), mode);
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
  const given = { ...cluster, nodes: cluster.nodes.slice(0, left), proxyConfigurations: [configuration] };
  return (await diffNode(given, wishes, sources)).report!;
}

describe("node ports at an address that no Node tells", () => {
  test.each([
    ["nftables", undefined],
    ["nftables", ["primary"]],
    ["iptables", ["primary"]],
  ] as const)("are those of a healthy node, %s %j", async (mode, addresses) => {
    const report = await compare(mode, addresses);
    expect([report.changes, report.identical]).toEqual([[], true]);
    expect(report.inferred.map(({ setting }) => setting)).toEqual(["nodePortAddresses"]);
  });

  test.each([["10.0.0.0/8"], ["127.0.0.0/8"]])("are held against configured networks: %s", async (network) => {
    const report = await compare("nftables", [network]);
    expect(report.identical).toBe(false);
    expect(report.inferred).toEqual([]);
  });

  test("are held against the Node where the input has it", async () => {
    const report = await compare("nftables", undefined, cluster.nodes.length);
    expect([report.changes, report.inferred]).toEqual([[], []]);
  });
});
