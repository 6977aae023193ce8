import { describe, expect, test } from "@jest/globals";
import { minorsOf, NEWEST_MINOR } from "../../config/kube-version.js";
import { backendInput } from "../../pipeline/compile.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { renderIptablesSave } from "../../render/iptables-save.js";
import { canonicalRules } from "../../testing/canonical-rules.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";
import { compileIptables } from "./index.js";

const MINORS = minorsOf("iptables");

describe("iptables mode prints what kube-proxy wrote", () => {
  for (const recorded of recordedCases()) {
    if (readRecordedText(recorded.name, "iptables", "iptables-restore", NEWEST_MINOR) === undefined) continue;
    test(`for ${recorded.name}, every release`, () => {
      const cluster = recordedCluster(recorded.name);
      for (const minor of MINORS) {
        const want = readRecordedText(recorded.name, "iptables", "iptables-restore", minor);
        if (want === undefined) continue;
        const situation = recordedSituation(recorded, cluster, "iptables", minor);
        const got = renderIptablesRestore(compileIptables(backendInput(cluster, situation)));
        expect(canonicalRules(got)).toEqual(canonicalRules(want.split("\n")));
      }
    });
    const saved = readRecordedText(recorded.name, "iptables", "iptables-save", 36);
    if (saved === undefined) continue;
    test(`for ${recorded.name}, as the kernel shows it`, () => {
      const cluster = recordedCluster(recorded.name);
      const situation = recordedSituation(recorded, cluster, "iptables", 36);
      const got = renderIptablesSave(compileIptables(backendInput(cluster, situation)));
      expect(canonicalRules(got)).toEqual(canonicalRules(saved.split("\n")));
    });
  }
});
