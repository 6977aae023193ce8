import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { DiffReport } from "../diff/types.js";
import type { Wishes } from "../pipeline/situation.js";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { ROOT } from "../testing/run-cli.js";
import { diffExit } from "./diff-exit.js";
import { diffNode } from "./diff-node.js";
import type { DiffResult } from "../results/diff-result.js";
import type { ProxyMode } from "../config/proxy-config.js";

const read = (...path: string[]) => readFileSync(join(ROOT, "golden/kube-proxy/nodes", ...path), "utf8");

const CASES = [
  ["iptables", "clean-1000", "node.txt"],
  ["nftables", "clean-2000", "node.txt"],
  ["nft's JSON", "json-2001", "node.json"],
] as const;

const clusterOf = (name: string) =>
  loadCluster([sourceFromText("manifests.yaml", read(name, "manifests.yaml"))]).cluster;

const wishesOf = (name: string): Wishes => {
  const { node, kubeVersion, mode } = JSON.parse(read(name, "truth.json")) as { [field: string]: string };
  const [configuration] = loadCluster([sourceFromText("kube-proxy.yaml", read(name, "kube-proxy.yaml"))]).cluster
    .proxyConfigurations;
  return { node, kubeVersion, mode: mode as ProxyMode, proxyConfiguration: configuration };
};

const reportOf = async (name: string, text: string): Promise<DiffResult & { report: DiffReport }> => {
  const result = await diffNode(clusterOf(name), wishesOf(name), [sourceFromText("node.txt", text)]);
  return result as DiffResult & { report: DiffReport };
};

describe("a capture that is cut anywhere", () => {
  test.each(CASES)("is never called identical, and no service port is called wrong: %s", async (_, name, file) => {
    const text = read(name, file);
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.02, max: 0.98, noNaN: true }), async (part) => {
        const { report } = await reportOf(name, text.slice(0, Math.floor(text.length * part)));

        expect(report.changes.filter(({ severity }) => severity !== "info")).toEqual([]);
        if (part < 0.5) expect(report.identical).toBe(false);
        expect(report.identical).toBe(report.coverage.compared === report.coverage.wanted);
        expect(diffExit([report])).toBe(report.identical ? 0 : 2);
        expect(diffExit([report], true)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
