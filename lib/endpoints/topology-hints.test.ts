import { describe, expect, test } from "@jest/globals";
import type { SliceEndpoint } from "../kube/types.js";
import { makeNode } from "../testing/objects.js";
import { zoneWeights } from "./node-zones.js";
import { allocateZoneHints } from "./topology-hints.js";
import { fc } from "../testing/fuzz/properties.js";

/** "a5 b2" -> five ready endpoints in zone a and two in b. */
function place(placement: string): SliceEndpoint[] {
  return placement.split(" ").flatMap((part) =>
    Array.from({ length: Number(part.slice(1)) }, (_, i) => ({
      addresses: [`${part}-${i}`],
      zone: part[0]!,
      conditions: { ready: true },
    })),
  );
}

/** How many endpoints went from zone to zone, e.g. "aa3 ab1 bb2"; "" without hints. */
function outcome(endpoints: readonly SliceEndpoint[]): string {
  const counts = new Map<string, number>();
  for (const { zone, hints } of endpoints)
    for (const { name } of hints?.forZones ?? []) counts.set(`${zone}${name}`, (counts.get(`${zone}${name}`) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([move, count]) => move + count)
    .join(" ");
}

const weightsOf = (cpus: string) =>
  zoneWeights(cpus.split(" ").map((part, i) => makeNode(`n${i}`, part[0], part.slice(1))));

describe("zone hints", () => {
  test.each([
    // equal CPU in three zones
    ["a4 b4 c4", "a1 b1 c1", "aa1 bb1 cc1"],
    ["a4 b4 c4", "a2", ""],
    ["a4 b4 c4", "a4", ""],
    ["a4 b4 c4", "a2 b1 c1", ""],
    ["a4 b4 c4", "a2 b2 c1", ""],
    ["a4 b4 c4", "a6", "aa2 ab2 ac2"],
    ["a4 b4 c4", "a3 b3 c3", "aa3 bb3 cc3"],
    ["a4 b4 c4", "a5 b2 c2", "aa3 ab1 ac1 bb2 cc2"],
    // three times as much in zone a
    ["a6 b2", "a1 b1", ""],
    ["a6 b2", "a1 b2", "aa1 ba1 bb1"],
    ["a6 b2", "a2 b2", "aa2 ba1 bb1"],
    ["a6 b2", "a3 b3", "aa3 ba1 bb2"],
    ["a6 b2", "a5 b5", "aa5 ba2 bb3"],
    // an endpoint in a zone without weight keeps its own
    ["a4 b4", "a3 b3 z1", "aa3 bb3 zz1"],
  ])("with CPU %s and endpoints %s are %s", (cpus, placement, expected) => {
    const endpoints = place(placement);
    allocateZoneHints(endpoints, weightsOf(cpus));
    expect(outcome(endpoints)).toBe(expected);
  });

  test("are none when a ready endpoint has no zone, and leave out endpoints that are not ready", () => {
    const withoutZone = [...place("a3 b3"), { addresses: ["x"], conditions: { ready: true } }];
    allocateZoneHints(withoutZone, weightsOf("a4 b4"));
    expect(outcome(withoutZone)).toBe("");
    const withUnready = [...place("a3 b3"), { addresses: ["x"], conditions: { ready: false } }];
    allocateZoneHints(withUnready, weightsOf("a4 b4"));
    expect(outcome(withUnready)).toBe("aa3 bb3");
    expect(withUnready.at(-1)!.hints).toBeUndefined();
  });

  test("are one for each ready endpoint or none for any, and none is moved past a zone's target", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }),
        (cpus, counts) => {
          const zones = ["a", "b", "c", "d"];
          const weights = weightsOf(cpus.map((cpu, i) => `${zones[i]}${cpu}`).join(" "))!;
          const endpoints = place(cpus.map((_, i) => `${zones[i]}${counts[i]}`).join(" "));
          allocateZoneHints(endpoints, weights);
          const hinted = endpoints.map((e) => e.hints?.forZones?.map(({ name }) => name));
          if (hinted.every((h) => h === undefined)) return;
          expect(hinted.every((h) => h?.length === 1)).toBe(true);
          for (const [zone, weight] of weights) {
            const want = weight * endpoints.length;
            const target = Math.max(want, Math.ceil(want * (1 / 1.2)));
            const before = endpoints.filter((e) => e.zone === zone).length;
            const after = hinted.filter((h) => h![0] === zone).length;
            if (after < before) expect(after).toBeGreaterThanOrEqual(target - 0.5);
            if (after > before) expect(after).toBeLessThanOrEqual(target + 0.5);
          }
        },
      ),
    );
  });
});

describe("zone weights", () => {
  test("are shares of the CPU of ready workers", () => {
    const nodes = [
      makeNode("1", "b", "1500m"),
      makeNode("2", "a", "2"),
      makeNode("3", "a", "2500m"),
      makeNode("4", "a", "64", { "node-role.kubernetes.io/control-plane": "" }),
      makeNode("5", "a", "64", { "node-role.kubernetes.io/master": "" }),
      { ...makeNode("6", "a", "64"), status: { conditions: [{ type: "Ready", status: "Unknown" }] } },
    ];
    expect([...zoneWeights(nodes)!]).toEqual([
      ["a", 0.75],
      ["b", 0.25],
    ]);
  });

  test("take the capacity of a node without allocatable", () => {
    const node = makeNode("1", "a");
    const nodes = [
      { ...node, status: { ...node.status, allocatable: undefined, capacity: { cpu: "12" } } },
      makeNode("2", "b"),
    ];
    expect(zoneWeights(nodes)!.get("a")).toBe(0.75);
  });

  test.each([
    ["there is one zone", [makeNode("1", "a"), makeNode("2", "a")]],
    ["there are no nodes", []],
    ["a node has no zone", [makeNode("1", "a"), makeNode("2", "b"), makeNode("3")]],
    ["a node's zone is empty", [makeNode("1", "a"), makeNode("2", "b"), makeNode("3", "")]],
    ["a node has no CPU", [makeNode("1", "a"), makeNode("2", "b", "0")]],
  ])("are none when %s", (_, nodes) => {
    expect(zoneWeights(nodes)).toBeUndefined();
  });
});
