import { describe, expect, test } from "@jest/globals";
import type { DiffReport } from "../diff/types.js";
import { verdictWords } from "../render/diff-verdict.js";
import { sourceFromText } from "../source/source.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation, type RecordedNode } from "../testing/recorded-nodes.js";
import { diffNode } from "./diff-node.js";

const CLEAN = ["clean-1000", "clean-2000", "ipvs-clean-3000"] as const;
const MODES = ["iptables", "nftables", "ipvs"] as const;
const nodes = MODES.flatMap((mode) => recordedNodes(mode)).filter(({ name }) => CLEAN.some((clean) => clean === name));

/** The first line about a node whose captures were changed by `change`. */
async function verdict(node: RecordedNode, change: (text: string) => string): Promise<string> {
  const { cluster, situation } = recordedNodeSituation(node);
  const wishes = {
    mode: situation.mode,
    node: node.node,
    kubeVersion: node.kubeVersion,
    set: ["clusterCIDR=10.244.0.0/16"],
  };
  const captures = nodeCaptures(node).map((source) =>
    sourceFromText(source.name, change(new TextDecoder().decode(source.read(0, source.size)))),
  );
  const { report } = (await diffNode(cluster, wishes, captures)) as { report: DiffReport };
  return verdictWords(report);
}

const NONE = "node-1: 1 of 5 services hurt; prod/db gets no connection at all";

/** Names of the chains and sets of endpoints stay; where packets go is another pod. */
const stale = (text: string) => text.replaceAll(/(10\.244\.\d+)\.60( \. |:)(?=5432)/g, "$1.160$2");

describe("a service none of whose endpoints is reached", () => {
  test.each(nodes)("gets no connection at all: $mode, all led to other pods", async (node) =>
    expect(await verdict(node, stale)).toBe(NONE),
  );

  test.each(nodes)("gets no connection at all: $mode, the rules or servers that lead there gone", async (node) =>
    expect(
      await verdict(node, (text) =>
        text.replaceAll(
          /^(?:-A .* --to-destination|.* dnat ip to numgen|-a .* -r)(?: random mod \d+ map \{ 0 :)? 10\.244\.\d+\.60.*\n/gm,
          "",
        ),
      ),
    ).toBe(NONE),
  );

  test("gets no connection at all when every server is drained by mistake", async () => {
    const [ipvs] = nodes.filter(({ mode }) => mode === "ipvs");
    expect(await verdict(ipvs!, (text) => text.replaceAll(/(-r 10\.244\.\d+\.60:5432 .*)-w 1/g, "$1-w 0"))).toBe(NONE);
  });

  test.each(nodes)("is told from one that lost an endpoint of several: $mode", async (node) =>
    expect(await verdict(node, (text) => text.replaceAll(/10\.244\.1\.60( \. |:)(?=5432)/g, "10.244.1.160$1"))).toMatch(
      /^node-1: 1 of 5 services hurt; prod\/db: some connections/,
    ),
  );
});
