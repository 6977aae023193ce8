/** Doctor and dns answer whatever the input leaves out: lines of recorded manifests are taken away at random. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { allRecords } from "../dns/all-records.js";
import { findClusterDNS } from "../dns/cluster-dns.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { loadCluster } from "../pipeline/load.js";
import { settleSituation } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { examine } from "./examine.js";
import { locateFindings } from "./locate-findings.js";
import { readNodeCaptures } from "./read-node-captures.js";
import { fc } from "../testing/fuzz/properties.js";
import { fuzzRuns } from "../testing/fuzz/runs.js";

const golden = (path: string) =>
  readFileSync(new URL(`../../golden/kube-proxy/${path}`, import.meta.url), "utf8").split("\n");
const MANIFESTS = ["random-005", "kube-dns", "traffic-distribution-same-node"].map((name) =>
  golden(`cases/${name}/manifests.yaml`),
);
const CAPTURE = golden("nodes/two-drifts-1020/node.txt");

const without = (lines: readonly string[], holes: readonly number[]) =>
  lines.filter((_, i) => !holes.includes(i)).join("\n");

test("holes in manifests and captures never throw", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...MANIFESTS),
      fc.array(fc.nat(400), { maxLength: 25 }),
      fc.array(fc.nat(CAPTURE.length), { maxLength: 10 }),
      (lines, holes, captureHoles) => {
        const { cluster } = loadCluster([sourceFromText("input.yaml", without(lines, holes))]);
        const { situation } = settleSituation(cluster, {});
        if (!situation) return;
        const { captures } = readNodeCaptures([sourceFromText("node.txt", without(CAPTURE, captureHoles))]);
        const { features, config } = situation;
        const report = examine(cluster, { features, config, configGiven: true, captures, nodeName: "node-1" });
        expect(new Set(report.findings.map(({ fingerprint }) => fingerprint)).size).toBe(report.findings.length);
        locateFindings(report);
        expect(
          [...allRecords(findClusterDNS(cluster, createEndpointResolver(cluster, features)).data)].length,
        ).toBeGreaterThan(0);
      },
    ),
    { numRuns: fuzzRuns(60) },
  );
});
