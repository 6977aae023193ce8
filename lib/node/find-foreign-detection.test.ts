import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../testing/recorded-nodes.js";
import { diffNode } from "./diff-node.js";

const NODES = [
  ["iptables", "clean-1000"],
  ["ipvs", "ipvs-clean-3000"],
  ["nftables", "clean-2000"],
] as const;

async function compare(mode: (typeof NODES)[number][0], name: string, network: string) {
  const node = recordedNodes(mode).find((one) => one.name === name)!;
  const { cluster } = recordedNodeSituation(node);
  const nodes = cluster.nodes.map((object, i) => ({ ...object, spec: { podCIDRs: [`10.244.${i + 1}.0/24`] } }));
  const captures = nodeCaptures(node).map((source) =>
    sourceFromText(
      source.name,
      new TextDecoder().decode(source.read(0, source.size)).replaceAll("10.244.0.0/16", network),
    ),
  );
  return (await diffNode({ ...cluster, nodes }, { mode }, captures)).report!;
}

describe.each(NODES)("a node in mode %s that takes another network for that of its pods (%s)", (mode, name) => {
  test("differs where no pod of the input is in it", async () => {
    const { identical, changes, inferred } = await compare(mode, name, "10.9.0.0/16");
    expect(inferred.map(({ setting, value }) => `${setting}=${value}`)).toContain("clusterCIDR=10.9.0.0/16");
    expect(identical).toBe(false);
    expect(changes).toEqual([
      expect.objectContaining({
        kind: "masquerade-changed",
        severity: "warning",
        message: expect.stringContaining("10.9.0.0/16"),
        actual: [expect.stringContaining("10.9.0.0/16")],
      }),
    ]);
  });

  test.each(["10.0.0.0/8", "10.244.0.0/15"])("is as it should be where pods are in it: %s", async (network) => {
    const { identical, changes } = await compare(mode, name, network);
    expect([identical, changes]).toEqual([true, []]);
  });
});
