import { describe, expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { expectedTables } from "../../render/iptables-expected.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../../testing/recorded-nodes.js";
import { diffIptables } from "./index.js";
import { iptablesPatch } from "./patch.js";

describe("recorded nodes", () => {
  test.each(recordedNodes("iptables"))("$name: $description", (recorded) => {
    const { cluster, situation } = recordedNodeSituation(recorded);
    const expected = expectedTables(compileIptables(backendInput(cluster, situation)));
    const diff = diffIptables(expected, readCaptures(nodeCaptures(recorded)), situation.family);
    expect(diff.diagnostics).toEqual([]);
    const found = diff.changes.filter(({ severity }) => severity !== "info");
    for (const change of recorded.changes) expect(found).toContainEqual(expect.objectContaining(change));
    expect(found.length === 0).toBe(recorded.identical);
    const services = new Set(recorded.changes.map(({ service }) => service));
    for (const change of found) if (change.service !== undefined) expect([...services]).toContain(change.service);
    expect([...iptablesPatch(diff.expected, diff.actual, situation.family)].length > 0).toBe(!recorded.identical);
  });
});

describe("what iptables-save printed after kube-proxy's rules were loaded", () => {
  for (const recorded of recordedCases()) {
    const text = readRecordedText(recorded.name, "iptables", "iptables-save", 36);
    if (text === undefined) continue;
    test(`is no difference: ${recorded.name}`, () => {
      const cluster = recordedCluster(recorded.name);
      const situation = recordedSituation(recorded, cluster, "iptables", 36);
      const expected = expectedTables(compileIptables(backendInput(cluster, situation)));
      const diff = diffIptables(expected, readCaptures([sourceFromText("node.txt", text)]), situation.family);
      expect(diff.diagnostics).toEqual([]);
      expect(diff.changes).toEqual([]);
      expect([...iptablesPatch(diff.expected, diff.actual, situation.family)]).toEqual([]);
    });
  }
});
