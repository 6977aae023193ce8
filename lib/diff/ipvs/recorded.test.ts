import { describe, expect, test } from "@jest/globals";
import { diffIpvs } from "./index.js";
import { capturedNode, expectedOfNode, recordedIPVSNodes } from "../../testing/ipvs-vm/recorded-nodes.js";

/**
 * The recorded listing holds weight 0 for another real server than its truth.json names; the listing is what a node
 * holds, so the test goes by it.
 */
const TRUTH_OTHER_THAN_LISTING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ipvs-weight-zero-3007": { "10.244.1.30:8443": "10.244.2.30:8443" },
};

describe("nodes recorded in ipvs mode", () => {
  const nodes = recordedIPVSNodes();

  test("are many", () => {
    expect(nodes.length).toBeGreaterThanOrEqual(12);
  });

  test.each(nodes)("$name differs from its manifests as known", (node) => {
    const capture = capturedNode(node);
    const { changes } = diffIpvs(expectedOfNode(node, capture), capture);
    const serious = changes.filter(({ severity }) => severity !== "info");
    expect(serious.length === 0).toBe(node.identical);
    for (const { kind, service, endpoint } of node.changes) {
      const held = endpoint && (TRUTH_OTHER_THAN_LISTING[node.name]?.[endpoint] ?? endpoint);
      const wanted = { kind, ...(service !== undefined && { service }), ...(held !== undefined && { endpoint: held }) };
      expect(serious).toContainEqual(expect.objectContaining(wanted));
    }
    // Nothing besides what is known.
    const known = new Set(node.changes.map(({ kind, service }) => `${kind} ${service}`));
    expect(new Set(serious.map(({ kind, service }) => `${kind} ${service}`))).toEqual(known);
  });
});
