/** Patches of nftables mode on a real kernel: a node with drift, patched, holds what it should and nothing else. */
import { expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { compareNftables, type NftComparison } from "../../diff/nftables/index.js";
import { nftPatch } from "../../diff/nftables/patch.js";
import { KUBE_PROXY_TABLE, type CapturedNftTable } from "../../rulesets/nftables/capture.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftLines } from "../../rulesets/nftables/print.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import type { NftElement, NftSet, NftTable } from "../../rulesets/nftables/types.js";
import { sourceFromText } from "../../source/source.js";
import { nftContents } from "../nft-contents.js";
import { readRecordedText, recordedCases } from "../recorded-cases.js";
import { recordedCluster, recordedSituation } from "../recorded-cluster.js";
import { recordedNodes, recordedNodeSituation } from "../recorded-nodes.js";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeKernel } from "./describe-kernel.js";
import { listNft, listNftJson, loadNft } from "./nft.js";
import { withNamespace, type Namespace } from "./namespace.js";

/** A table of somebody else, which no patch may touch. */
const FOREIGN =
  'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tcounter comment "theirs"\n\t}\n}\n';

function tableOf(namespace: Namespace): CapturedNftTable | undefined {
  return parseNftList(sourceFromText("node.txt", listNft(namespace))).tables[0];
}

/** Loads a listing, applies the patch and gives back what differed; the node must then hold what is expected. */
function patchNode(listing: string, expected: NftTable): NftComparison {
  return withNamespace((namespace) => {
    loadNft(namespace, FOREIGN + listing);
    const before = tableOf(namespace);
    const comparison = compareNftables({ expected, actual: before });
    loadNft(namespace, [...nftPatch(comparison, expected, before)].map((line) => `${line}\n`).join(""));
    const after = tableOf(namespace);
    expect(compareNftables({ expected, actual: after }).changes).toEqual([]);
    expect(nftContents(after!)).toEqual(nftContents(withCommentsOf(before, expected)));
    const json = parseNftJSON(sourceFromText("node.json", listNftJson(namespace))).tables[0];
    expect(compareNftables({ expected, actual: json }).changes).toEqual([]);
    expect(namespace.run("nft", ["list", "table", "inet", "filter"])).toContain('comment "theirs"');
    return comparison;
  });
}

/** An element that the node has already keeps its comment, though it may name another Service: packets fare the same. */
function withCommentsOf(before: CapturedNftTable | undefined, expected: NftTable): NftTable {
  const keyOf = (set: NftSet, { key, verdict }: NftElement) => JSON.stringify([set.name, key, verdict]);
  const comments = new Map(
    (before?.sets ?? []).flatMap((set) =>
      set.elements.map((element) => [keyOf(set, element), element.comment] as const),
    ),
  );
  const sets = expected.sets.map((set) => ({
    ...set,
    elements: set.elements.map((element) => {
      const key = keyOf(set, element);
      return comments.has(key) ? { ...element, comment: comments.get(key) } : element;
    }),
  }));
  return { ...expected, sets };
}

const nodes = recordedNodes("nftables").filter(({ identical }) => !identical);
const cases = recordedCases().filter(({ name }) => readRecordedText(name, "nftables", "nft", 36) !== undefined);

describeKernel("patches of nftables mode on a real kernel", ["nft"], () => {
  test.each(nodes)("the patch of $name brings the node to the expected state", (recorded) => {
    const { cluster, situation } = recordedNodeSituation(recorded);
    const path = new URL(`../../../golden/kube-proxy/nodes/${recorded.name}/node.txt`, import.meta.url);
    const expected = compileNftables(backendInput(cluster, situation));
    const { changes } = patchNode(readFileSync(fileURLToPath(path), "utf8"), expected);
    expect(changes.length).toBeGreaterThan(0);
  });

  // Another case's node, or the same case's under another release, differs in everything a patch can meet.
  const pairs = cases.flatMap((to, i) => {
    const from = cases[(i * 7 + 3) % cases.length]!;
    return from.family === to.family ? [{ from, to }] : [];
  });
  test.each(pairs)("a node with the rules of $from.name becomes one of $to.name", ({ from, to }) => {
    const compileCase = (recorded: typeof from, minor: number) => {
      const cluster = recordedCluster(recorded.name);
      return compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", minor)));
    };
    for (const [older, newer] of [
      [36, 36],
      [35, 36],
      [33, 34],
    ] as const) {
      const expected = compileCase(to, newer);
      patchNode([...nftListing(compileCase(from, older))].join("\n"), expected);
    }
  });

  test("a node without the table gets it", () => {
    const recorded = cases.find(({ name }) => name === "guestbook")!;
    const cluster = recordedCluster(recorded.name);
    const expected = compileNftables(backendInput(cluster, recordedSituation(recorded, cluster, "nftables", 36)));
    const { changes } = patchNode("", expected);
    expect(changes.map(({ message }) => message)).toEqual([expect.stringContaining(`no table ip ${KUBE_PROXY_TABLE}`)]);
    expect([...nftLines(expected)].length).toBeGreaterThan(50);
  });
});
