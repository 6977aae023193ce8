import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { tellNftForm, type NftCapture } from "../../rulesets/nftables/capture.js";
import { NEWEST_MINOR } from "../../config/kube-version.js";
import { parseNftJSON } from "../../rulesets/nftables/parse-json.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromText, type Source } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../../testing/recorded-nodes.js";
import { compareNftables } from "./index.js";
import { nftPatch } from "./patch.js";

function parseCapture(source: Source): NftCapture {
  const head = new TextDecoder().decode(source.read(0, Math.min(source.size, 4096)));
  return tellNftForm(head) === "json" ? parseNftJSON(source) : parseNftList(source);
}

describe("recorded nodes", () => {
  test.each(recordedNodes("nftables"))("$name: $description", (recorded) => {
    const { cluster, situation } = recordedNodeSituation(recorded);
    const expected = compileNftables(backendInput(cluster, situation));
    const { tables, foreign, diagnostics } = parseCapture(nodeCaptures(recorded)[0]!);
    expect(diagnostics).toEqual([]);
    const comparison = compareNftables({ expected, actual: tables[0], foreign });
    const found = comparison.changes.filter(({ severity }) => severity !== "info");
    expect(found.length === 0).toBe(recorded.identical);
    for (const change of recorded.changes) expect(found).toContainEqual(expect.objectContaining(change));
    const services = new Set(recorded.changes.map(({ service }) => service));
    for (const change of found) expect([...services]).toContain(change.service);
    expect([...nftPatch(comparison, expected, tables[0])].length > 0).toBe(!recorded.identical);
  });
});

describe("a node that holds what it should", () => {
  for (const recorded of recordedCases()) {
    if (readRecordedText(recorded.name, "nftables", "nft", NEWEST_MINOR) === undefined) continue;
    test(`is identical for ${recorded.name} and every release`, () => {
      const cluster = recordedCluster(recorded.name);
      for (const minor of [31, 33, 34, 36, NEWEST_MINOR]) {
        const situation = recordedSituation(recorded, cluster, "nftables", minor);
        const expected = compileNftables(backendInput(cluster, situation));
        const { tables, foreign } = parseNftList(sourceFromText("node.txt", [...nftListing(expected)].join("\n")));
        const comparison = compareNftables({ expected, actual: tables[0], foreign });
        expect(comparison.changes).toEqual([]);
        expect([...nftPatch(comparison, expected, tables[0])]).toEqual([]);
      }
    });
  }
});
