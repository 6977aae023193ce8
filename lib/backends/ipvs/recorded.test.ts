import { describe, expect, test } from "@jest/globals";
import { compileIpvs, type CompiledIPVS } from "./index.js";
import { minorsOf, NEWEST_MINOR } from "../../config/kube-version.js";
import { backendInput } from "../../pipeline/compile.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";
import { ipvsIptablesProgram, renderIpvsJumps } from "../../render/ipvs-iptables.js";
import { addressLines, ipsetLines, ipvsadmLines } from "../../rulesets/ipvs/print.js";
import { canonicalRules } from "../../testing/canonical-rules.js";
import { readRecordedText, recordedCases } from "../../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../../testing/recorded-cluster.js";

const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
const sorted = (text: Iterable<string>) => [...text].sort();

/** Recorded lines, and how ours are brought into the same order. */
const ARTIFACTS: readonly {
  readonly name: string;
  readonly print: (compiled: CompiledIPVS) => Iterable<string>;
  readonly order: (text: Iterable<string>) => readonly string[];
}[] = [
  { name: "ipvsadm", print: ({ state }) => ipvsadmLines(state.virtualServers), order: sorted },
  { name: "ipset", print: ({ state }) => ipsetLines(state.sets), order: sorted },
  { name: "addresses", print: ({ state }) => addressLines(state), order: sorted },
  {
    name: "iptables-restore",
    print: (compiled) => renderIptablesRestore(ipvsIptablesProgram(compiled)),
    order: canonicalRules,
  },
  { name: "jumps", print: renderIpvsJumps, order: (text) => [...text] },
];

const MINORS = minorsOf("ipvs");
const cases = recordedCases().filter(
  ({ name }) => readRecordedText(name, "ipvs", "ipvsadm", NEWEST_MINOR) !== undefined,
);

describe("what kube-proxy programmed in ipvs mode", () => {
  test("is recorded for many cases", () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases)("is compiled for $name", (recorded) => {
    const cluster = recordedCluster(recorded.name);
    for (const minor of MINORS) {
      const situation = recordedSituation(recorded, cluster, "ipvs", minor);
      const compiled = compileIpvs(backendInput(cluster, situation));
      for (const { name, print, order } of ARTIFACTS) {
        const wanted = readRecordedText(recorded.name, "ipvs", name, minor);
        if (wanted === undefined) continue;
        expect({ minor, name, text: order(print(compiled)) }).toEqual({ minor, name, text: order(lines(wanted)) });
      }
    }
  });
});
