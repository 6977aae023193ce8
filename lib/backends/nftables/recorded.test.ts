import { describe, expect, test } from "@jest/globals";
import { backendInput } from "../../pipeline/compile.js";
import { nftLines } from "../../rulesets/nftables/print.js";
import { canonicalNft } from "../../testing/canonical-nft.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { minorsOf, NEWEST_MINOR } from "../../config/kube-version.js";
import { compileNftables } from "./index.js";

const MINORS = minorsOf("nftables");

const declarations = (lines: readonly string[]) => lines.filter((line) => !/^add element /.test(line));

describe("nftables mode prints what kube-proxy wrote", () => {
  for (const recorded of recordedCases()) {
    if (readRecordedText(recorded.name, "nftables", "nft", NEWEST_MINOR) === undefined) continue;
    test(`for ${recorded.name}, every release`, () => {
      const cluster = recordedCluster(recorded.name);
      for (const minor of MINORS) {
        const text = readRecordedText(recorded.name, "nftables", "nft", minor);
        if (text === undefined) continue;
        const want = text.trimEnd().split("\n");
        const situation = recordedSituation(recorded, cluster, "nftables", minor);
        const got = [...nftLines(compileNftables(backendInput(cluster, situation)))];
        expect(canonicalNft(got)).toEqual(canonicalNft(want));
        // The order of elements is chance in kube-proxy; everything else is recorded line by line in one order.
        expect(declarations(got)).toEqual(declarations(want));
      }
    });
  }
});
