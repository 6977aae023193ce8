import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../cluster/types.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation, type RecordedNode } from "../testing/recorded-nodes.js";
import type { Source } from "../source/source.js";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { inUTF16 } from "../testing/capture-forms.js";
import { diffExit } from "./diff-exit.js";
import { diffNode } from "./diff-node.js";
import type { ProxyMode } from "../config/proxy-config.js";

const MODES = ["iptables", "ipvs", "nftables"] as const;

const recordedNode = (name: string): RecordedNode =>
  MODES.flatMap(recordedNodes).find((recorded) => recorded.name === name)!;

async function compare(name: string, node: string, captures: readonly Source[] = nodeCaptures(recordedNode(name))) {
  const recorded = recordedNode(name);
  const { cluster, situation } = recordedNodeSituation(recorded);
  return diffNode(cluster, { mode: recorded.mode as ProxyMode, node, kubeVersion: situation.version.text }, captures);
}

describe("a capture of node-1", () => {
  test.each([
    ["clean-2000", "local endpoint 10.244.1.2:8080"],
    ["json-2001", "local endpoint 10.244.1.2:8080"],
    ["ipvs-clean-3000", "local endpoint 10.244.1.30:9090"],
  ])("is not compared as that of node-2: %s", async (name, words) => {
    const { report, diagnostics } = await compare(name, "node-2");
    const refusal = diagnostics.find(({ severity }) => severity === "error");
    expect(refusal?.code).toBe("capture-of-another-node");
    expect(refusal?.message).toContain("the capture is of node node-1, and node-2 is compared: it shows ");
    expect(refusal?.message).toContain(words);
    expect(report?.changes).toEqual([]);
    expect(report?.coverage.compared).toBe(0);
    expect(diffExit([report!])).toBe(2);
  });

  const ADDRESSES = "2: eth0: <UP>\n    inet 192.168.0.11/24 scope global eth0\n";
  test.each([
    ["plain", sourceFromText("addr.txt", ADDRESSES)],
    ["UTF-16", sourceFromBytes("addr.txt", inUTF16(ADDRESSES))],
  ])("is told by ip addr beside rules that tell no node: %s", async (_, addresses) => {
    const captures = [...nodeCaptures(recordedNode("clean-1000")), addresses];
    const { diagnostics } = await compare("clean-1000", "node-2", captures);
    expect(diagnostics.map(({ code }) => code)).toContain("capture-of-another-node");
    const same = await compare("clean-1000", "node-1", captures);
    expect(same.diagnostics.map(({ code }) => code)).not.toContain("capture-of-another-node");
  });

  test("is told by the network of its pods", async () => {
    const recorded = recordedNode("clean-1000");
    const { cluster } = recordedNodeSituation(recorded);
    const nodes = cluster.nodes.map((node, i) => ({
      ...node,
      spec: { ...node.spec, podCIDR: `10.244.${i + 1}.0/24` },
    }));
    const captures = nodeCaptures(recorded).map((source) =>
      sourceFromText(
        source.name,
        new TextDecoder().decode(source.read(0, source.size)).replaceAll("10.244.0.0/16", "10.244.1.0/24"),
      ),
    );
    const told = async (node: string) => {
      const wishes = { mode: recorded.mode as ProxyMode, node, kubeVersion: recorded.kubeVersion };
      const { diagnostics } = await diffNode({ ...cluster, nodes } as Cluster, wishes, captures);
      return diagnostics.map(({ code }) => code);
    };
    expect(await told("node-2")).toContain("capture-of-another-node");
    expect(await told("node-1")).not.toContain("capture-of-another-node");
  });

  test.each(MODES)("is compared as its own, drifted or not, in mode %s", async (mode) => {
    for (const recorded of recordedNodes(mode)) {
      const { diagnostics } = await compare(recorded.name, recorded.node);
      expect(diagnostics.filter(({ code }) => code.startsWith("capture-of-another"))).toEqual([]);
    }
  });
});

test("a dump without Node objects still tells whose capture it is, by the nodes of endpoints", async () => {
  const recorded = recordedNode("clean-2000");
  const { cluster, situation } = recordedNodeSituation(recorded);
  const { report } = await diffNode(
    { ...cluster, nodes: [] },
    { mode: "nftables", kubeVersion: situation.version.text },
    nodeCaptures(recorded),
  );
  expect(report?.node).toBe("node-1");
  expect(report?.assumptions).toContain("node node-1, where the endpoints are that the capture has as local ones");
});
