/** Comparing any two sides: nothing differs from itself, and swapped sides give the mirrored changes. */
import { describe, expect, test } from "@jest/globals";
import { compareServicePorts } from "../../diff/compare-views.js";
import { frontendKey } from "../../diff/view-words.js";
import type { Change, FrontendView, ServicePortView } from "../../diff/types.js";
import { fc } from "./properties.js";
import { fuzzRuns } from "./runs.js";

const target = fc.constantFrom("10.244.0.1:80", "10.244.0.2:80", "[fd00::1]:80", "10.244.1.1:8080");
const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 4 });
/** Equal shares, or unequal ones. */
const shares = fc.tuple(targets, fc.boolean()).map(([list, isEven]): ReadonlyMap<string, number> => {
  const weights = list.map((_, i) => (isEven ? 1 : i + 1));
  const sum = weights.reduce((a, b) => a + b, 0);
  return new Map(list.map((name, i) => [name, weights[i]! / sum]));
});

const attributes = fc.record(
  {
    affinitySeconds: fc.constantFrom(10, 10_800),
    masquerade: fc.constantFrom("none", "all", "! -s 10.244.0.0/16"),
    sourceRanges: fc.constantFrom(["10.0.0.0/8"], ["10.0.0.0/8", "192.168.0.0/16"]),
    scheduler: fc.constantFrom("rr", "lc"),
  },
  { requiredKeys: ["masquerade"] },
);

const frontend: fc.Arbitrary<FrontendView> = fc
  .tuple(
    fc.constantFrom("cluster-ip", "external-ip", "load-balancer-ip", "node-port"),
    fc.constantFrom("10.96.0.1", "10.96.0.2"),
    fc.constantFrom(80, 443),
    fc.constantFrom("forward", "reject", "drop"),
    shares,
    attributes,
  )
  .map(([kind, address, port, verdict, shared, more]): FrontendView => {
    const forwards = verdict === "forward";
    return {
      kind,
      ...(kind !== "node-port" && { address }),
      port,
      verdict,
      shares: forwards ? shared : new Map(),
      ...(forwards ? more : { masquerade: "none" }),
      evidence: [],
    };
  });

const side: fc.Arbitrary<readonly ServicePortView[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom("a/one", "a/two", "b/one"),
      fc.uniqueArray(frontend, { selector: frontendKey, minLength: 1, maxLength: 4 }),
    )
    .map(([service, frontends]) => ({
      key: `${service}:http/tcp`,
      service,
      port: "http",
      protocol: "TCP",
      frontends,
    })),
  { selector: ({ key }) => key, maxLength: 3 },
);

const MIRRORED: Readonly<Partial<Record<Change["kind"], Change["kind"]>>> = {
  "service-port-missing": "service-port-stale",
  "service-port-stale": "service-port-missing",
  "frontend-missing": "frontend-stale",
  "frontend-stale": "frontend-missing",
  "endpoint-missing": "endpoint-stale",
  "endpoint-stale": "endpoint-missing",
};

/** What a change is about, without the words that tell the sides apart. */
const shapeOf = ({ kind, service, port, endpoint, frontend: at }: Change) =>
  [kind, service, port, endpoint, at].join(" | ");
const mirror = (change: Change): Change => ({ ...change, kind: MIRRORED[change.kind] ?? change.kind });

describe("any two sides", () => {
  test("that are the same differ in nothing, in whatever order they stand", () => {
    const property = fc.property(
      side.chain((views) => fc.tuple(fc.constant(views), fc.shuffledSubarray([...views], { minLength: views.length }))),
      ([views, shuffled]) => {
        const turned = shuffled.map((view) => ({ ...view, frontends: [...view.frontends].reverse() }));
        expect(compareServicePorts(views, turned)).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: fuzzRuns(500) });
  });

  test("give the mirrored changes when they are swapped", () => {
    const property = fc.property(side, side, (one, other) => {
      const there = compareServicePorts(one, other).map(mirror).map(shapeOf).sort();
      const back = compareServicePorts(other, one).map(shapeOf).sort();
      expect(there).toEqual(back);
    });
    fc.assert(property, { numRuns: fuzzRuns(1000) });
  });

  test("that differ in a share, a verdict or an attribute give a change", () => {
    const property = fc.property(side, side, (one, other) => {
      if (compareServicePorts(one, other).length === 0) expect(factsOf(one)).toEqual(factsOf(other));
    });
    fc.assert(property, { numRuns: fuzzRuns(500) });
    const single = fc.property(frontend, frontend, (a, b) => {
      const of = (view: FrontendView) => [
        { key: "a/one:http/tcp", service: "a/one", port: "http", protocol: "TCP", frontends: [view] },
      ];
      const same = JSON.stringify(factsOf(of(a))) === JSON.stringify(factsOf(of(b)));
      expect(compareServicePorts(of(a), of(b)).length === 0).toBe(same);
    });
    fc.assert(single, { numRuns: fuzzRuns(1000) });
  });
});

/** Every frontend with its verdict, shares and attributes, in one order. */
function factsOf(views: readonly ServicePortView[]): string[] {
  return views
    .flatMap(({ key, frontends }) =>
      frontends.map((f) => {
        const { verdict, masquerade, affinitySeconds, sourceRanges, scheduler } = f;
        const shared = [...f.shares].map(([name, share]) => `${name} ${share.toFixed(6)}`).sort();
        return JSON.stringify([
          key,
          frontendKey(f),
          verdict,
          masquerade,
          affinitySeconds,
          sourceRanges,
          scheduler,
          shared,
        ]);
      }),
    )
    .sort();
}
