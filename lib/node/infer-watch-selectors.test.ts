import { describe, expect, test } from "@jest/globals";
import { diffNode } from "./diff-node.js";
import { backendInput } from "../pipeline/compile.js";
import { artifactLines, compileMode } from "../pipeline/artifacts.js";
import { sourceFromBytes, sourceFromText } from "../source/source.js";
import { inUTF16 } from "../testing/capture-forms.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";

const NAME = "headless-and-externalname";

async function captureOf(mode: "iptables" | "nftables", watchSelectors: boolean) {
  const cluster = recordedCluster(NAME);
  const situation = recordedSituation(
    recordedCases().find((c) => c.name === NAME)!,
    cluster,
    mode,
    36,
  );
  const features = { ...situation.features, ignoresServicesForOtherProxy: watchSelectors };
  const compiled = await compileMode(backendInput(cluster, { ...situation, features }));
  if (compiled.mode === "nftables") {
    const { nftListing } = await import("../rulesets/nftables/print-list.js");
    return sourceFromText("node.txt", [...nftListing(compiled.program)].join("\n") + "\n");
  }
  const lines = await artifactLines(compiled, "iptables", "save", undefined as never);
  return sourceFromText("node.txt", [...lines].join("\n") + "\n");
}

describe("a Service labelled for another proxy", () => {
  for (const mode of ["iptables", "nftables"] as const)
    test.each([[true], [false]])(`is no drift in mode ${mode}, left out of the node's rules: %s`, async (leftOut) => {
      const capture = await captureOf(mode, leftOut);
      const text = new TextDecoder().decode(capture.read(0, capture.size));
      for (const given of [capture, sourceFromBytes("node.txt", inUTF16(text))]) {
        const { report } = await diffNode(
          recordedCluster(NAME),
          { node: "node-1", mode, kubeVersion: "1.36", set: ["clusterCIDR=10.244.0.0/16"] },
          [given],
        );
        expect(report?.changes).toEqual([]);
        expect(report?.assumptions.some((words) => words.includes("another proxy"))).toBe(leftOut);
      }
    });
});
