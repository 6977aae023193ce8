import { describe, expect, test } from "@jest/globals";
import { diffIpvs } from "./index.js";
import { capturedNode, expectedOfNode, recordedIPVSNodes } from "../../testing/ipvs-vm/recorded-nodes.js";

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
      const wanted = { kind, ...(service !== undefined && { service }), ...(endpoint !== undefined && { endpoint }) };
      expect(serious).toContainEqual(expect.objectContaining(wanted));
    }
    // Nothing besides what is known.
    const known = new Set(node.changes.map(({ kind, service }) => `${kind} ${service}`));
    expect(new Set(serious.map(({ kind, service }) => `${kind} ${service}`))).toEqual(known);
  });
});
