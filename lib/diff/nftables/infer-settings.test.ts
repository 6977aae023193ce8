import { describe, expect, test } from "@jest/globals";
import { compileNftables } from "../../backends/nftables/index.js";
import { backendInput } from "../../pipeline/compile.js";
import { setProxyConfigField } from "../../config/set-field.js";
import { readProxyConfig } from "../../config/read-proxy-config.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { nftListing } from "../../rulesets/nftables/print-list.js";
import { sourceFromText } from "../../source/source.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { sweep } from "../../testing/fuzz/runs.js";
import { nftContents } from "../../testing/nft-contents.js";
import { featuresOf } from "../../config/features.js";
import { minorsOf, NEWEST_MINOR, parseKubeVersion } from "../../config/kube-version.js";
import { inferNftSettings } from "./infer-settings.js";

const MINORS = minorsOf("nftables");

describe("a node's table tells the settings it was made with", () => {
  for (const recorded of recordedCases()) {
    if (readRecordedText(recorded.name, "nftables", "nft", NEWEST_MINOR) === undefined) continue;
    test(`${recorded.name}: compiled with what is inferred it is the same table`, () => {
      const cluster = recordedCluster(recorded.name);
      for (const minor of sweep(MINORS, 2)) {
        const situation = recordedSituation(recorded, cluster, "nftables", minor);
        const input = backendInput(cluster, situation);
        const node = compileNftables(input);
        const [captured] = parseNftList(sourceFromText("node.txt", [...nftListing(node)].join("\n"))).tables;
        const inferred = inferNftSettings(captured!);
        let document: Readonly<Record<string, unknown>> = {};
        for (const { assignment } of inferred.settings) {
          const result = setProxyConfigField(document, assignment);
          expect([assignment, result.kind]).toEqual([assignment, "set"]);
          if (result.kind === "set") document = result.document;
        }
        const features = featuresOf(parseKubeVersion(inferred.kubeVersion!.text)!);
        const again = compileNftables({
          ...backendInput(cluster, situation),
          // Endpoints are chosen by the release; what is inferred is about the layout of rules alone.
          features: { ...situation.features, ...layoutOf(features) },
          config: readProxyConfig(document).config,
          node: { ...situation.node, interfaceAddresses: inferred.nodePortAddresses ?? [] },
          serviceCIDRs: inferred.serviceCIDRs ?? [],
        });
        expect(nftContents(again)).toEqual(nftContents(node));
      }
    });
  }
});

function layoutOf(features: ReturnType<typeof featuresOf>) {
  const { nftSplitPreDNATChains, nftMatchesInterfaceByName, nftMasqueradeRuleHasPort, nftHairpinSet } = features;
  const { nftSingleEndpointDNAT } = features;
  return {
    nftSplitPreDNATChains,
    nftMatchesInterfaceByName,
    nftMasqueradeRuleHasPort,
    nftHairpinSet,
    nftSingleEndpointDNAT,
  };
}
