import { expect, test } from "@jest/globals";
import type { Node } from "../kube/types.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { makeNode } from "../testing/objects.js";
import { tellNodes, zoneOf } from "./node-facts.js";

const ZONE = "topology.kubernetes.io/zone";
const withLabels = (name: string, labels: Record<string, string>): Node => {
  const node = makeNode(name);
  return { ...node, metadata: { ...node.metadata, labels } };
};

test("nodes are told by zone, and those of the control plane are no workers", () => {
  const nodes = [
    withLabels("a", { [ZONE]: "east" }),
    withLabels("b", { [ZONE]: "west" }),
    withLabels("c", { [ZONE]: "east" }),
    withLabels("d", {}),
    withLabels("m", { [ZONE]: "north", "node-role.kubernetes.io/control-plane": "" }),
  ];
  const { byName, zones, workers, workerZones } = tellNodes(nodes);
  expect(Object.fromEntries(zones)).toEqual({ east: ["a", "c"], west: ["b"], "": ["d"], north: ["m"] });
  expect(workers.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c", "d"]);
  expect([...workerZones].sort()).toEqual(["", "east", "west"]);
  expect([zoneOf(byName.get("b")), zoneOf(byName.get("x"))]).toEqual(["west", ""]);
});

const names = fc.constantFrom("node-1", "Node-1", "node-1.example.com", "node-2", "node-2.example.org", "node-3");

test("the twin of a name is the first Node whose name begins alike or whose hostname it is", () => {
  let found = 0;
  const node = fc.record({ name: names, hostname: fc.option(names, { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(node, { maxLength: 5 }), names, (all, asked) => {
      const nodes = all.map(({ name, hostname }) =>
        withLabels(name, hostname === undefined ? {} : { "kubernetes.io/hostname": hostname }),
      );
      const short = (name: string) => name.toLowerCase().split(".")[0];
      const twin = nodes.find(
        ({ metadata }) =>
          short(metadata.name) === short(asked) || metadata.labels?.["kubernetes.io/hostname"] === asked,
      );
      if (twin) found++;
      expect(tellNodes(nodes).twinOf(asked)).toBe(twin);
    }),
    { numRuns: fuzzRuns(400) },
  );
  expect(found).toBeGreaterThan(5);
});
