/** What is reported is what tracing every frontend in whole rule sets finds, and nothing else. */
import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../cluster/types.js";
import { compiledNode } from "../node/node-rules.js";
import type { Wishes } from "../pipeline/situation.js";
import { edited, editLists } from "../testing/impact-pairs.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedProxyConfiguration } from "../testing/recorded-cluster.js";
import { prepareTrace } from "../trace/index.js";
import { classify } from "./classify.js";
import { clientsAt, clientSources } from "./clients.js";
import { frontendId } from "./collect-changes.js";
import { compareSides } from "./compare-sides.js";
import { destinationsOf } from "./destinations.js";
import { makeSide } from "./make-side.js";
import type { Sides } from "./types.js";
import { nameOf } from "./unit-changes.js";
import { FAMILIES } from "./units.js";
import { unitState } from "./unit-state.js";
import type { ProxyMode } from "../config/proxy-config.js";

const CASES = recordedCases().filter(({ name }) => !name.startsWith("large"));

function sidesOf(before: Cluster, after: Cluster, wishes: Wishes): Sides {
  const sides = [before, after].map((cluster) => makeSide(cluster, wishes).side!);
  return { before: sides[0]!, after: sides[1]! };
}

/** Every outcome that differs: "KIND FRONTEND NODE CLIENT". */
async function bruteForce({ before, after }: Sides): Promise<string[]> {
  const found = new Set<string>();
  const names = [...new Set([...before.services.keys(), ...after.services.keys()])].sort();
  const podCIDRs = after.cluster.nodes.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
  for (const node of before.nodes)
    for (const family of FAMILIES) {
      const states = [before, after].map((side) => unitState(side, names, side.inputFor(node, family)!));
      const unit = { family, node, before: states[0]!, after: states[1]! };
      const tracers = await Promise.all(
        states.map(async ({ input, ports }) => prepareTrace(await compiledNode({ ...input, servicePorts: ports }))),
      );
      const taken = new Set(
        states.flatMap(({ ports }) => ports.flatMap(({ endpoints }) => endpoints.all.map(({ ip }) => ip))),
      );
      const sources = clientSources(states[0]!.input, { podCIDRs }, taken);
      for (const destination of destinationsOf(unit, false)) {
        if (destination.role === "health-check") continue;
        for (const { kind, source, arrival } of clientsAt(destination, sources, states[0]!.input)) {
          const [a, b] = tracers.map((tracer) =>
            tracer({
              protocol: destination.protocol.toLowerCase() as "tcp",
              source,
              destination: destination.address,
              destinationPort: destination.number,
              arrival,
            }),
          );
          const kinds = classify(a!.outcomes, b!.outcomes);
          const list = kinds === "unknown" ? ["unknown"] : kinds;
          for (const one of list) found.add(`${one} ${frontendId(nameOf(destination, family))} ${node} ${kind}`);
        }
      }
    }
  return [...found].sort();
}

async function reported(sides: Sides): Promise<string[]> {
  const { changes, nodes } = await compareSides(sides);
  const found = new Set<string>();
  for (const { kind, frontends, before } of changes.groups())
    for (const frontend of frontends) {
      if (frontend.role === "health-check" || /session affinity|a client stays/.test(before)) continue;
      for (const node of frontend.nodes.all ? nodes : frontend.nodes.names)
        for (const client of frontend.clients) found.add(`${kind} ${frontendId(frontend)} ${node} ${client}`);
    }
  return [...found].sort();
}

describe("changes of outcomes", () => {
  test.each(["iptables", "ipvs", "nftables"])(
    "found by tracing every frontend in whole rule sets of mode %s are reported, and nothing else",
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...CASES), editLists, async (recorded, edits) => {
          const cluster = recordedCluster(recorded.name);
          const proxyConfiguration = recordedProxyConfiguration(recorded.name);
          const sides = sidesOf(cluster, edited(cluster, edits), {
            mode: mode as ProxyMode,
            kubeVersion: "1.36",
            proxyConfiguration,
          });
          expect(await reported(sides)).toEqual(await bruteForce(sides));
        }),
        { numRuns: fuzzRuns(25) },
      );
    },
  );
});
