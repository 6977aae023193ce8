/** Listings without -v, in which no interface is shown, in modes iptables and ipvs. */
import { describe, expect, test } from "@jest/globals";
import { compileIptables } from "../../backends/iptables/index.js";
import { compileIpvs } from "../../backends/ipvs/index.js";
import { expectedTables } from "../../render/iptables-expected.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { readCaptures } from "../../rulesets/iptables/read-captures.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";
import { diffIptables } from "../iptables/index.js";
import { diffIpvs } from "./index.js";
import { readIPVSCapture } from "./read-capture.js";

const states = { iptables: recordedStates("iptables")[0]!, ipvs: recordedStates("ipvs")[0]! };

/** The tables as a listing without -v shows them. */
const listed = (tables: readonly CapturedTable[]) => tables.map((table) => ({ ...table, withoutInterfaces: true }));

/** Table filter with a policy, and rules of others in front of or behind kube-proxy's. */
function edited(save: string, chain: string, { front = "", end = "", policy = "ACCEPT" }): string {
  const start = save.indexOf("*filter\n");
  const stop = save.indexOf("COMMIT\n", start);
  const filter = save.slice(start, stop).replace(`:${chain} ACCEPT`, `:${chain} ${policy}`);
  const at = filter.search(new RegExp(`^-A ${chain} `, "m"));
  const line = (rule: string) => (rule === "" ? "" : `-A ${chain} ${rule}\n`);
  return save.slice(0, start) + filter.slice(0, at) + line(front) + filter.slice(at) + line(end) + save.slice(stop);
}

function diffOf(mode: "iptables" | "ipvs", edit: (save: string) => string, isListed = true) {
  const { input, texts } = states[mode];
  const sources = Object.entries(texts).map(([name, text]) =>
    sourceFromText(name, text.includes("*filter\n") ? edit(text) : text),
  );
  if (mode === "iptables") {
    const captures = readCaptures(sources);
    const tables = isListed ? listed(captures.tables) : captures.tables;
    return diffIptables(expectedTables(compileIptables(input())), { ...captures, tables }, "IPv4");
  }
  const { capture } = readIPVSCapture(sources);
  const tables = isListed ? listed(capture.tables!) : capture.tables!;
  return diffIpvs({ ...compileIpvs(input()), excludeCIDRs: [] }, { ...capture, tables });
}

const FORWARD = ["iptables", "FORWARD"] as const;
const INPUT = ["ipvs", "INPUT"] as const;

describe("what a listing without -v does not show", () => {
  test.each([FORWARD, INPUT])("is no difference and nothing open where nobody else has rules: %s %s", (mode, chain) => {
    for (const rules of [{}, { end: "-s 10.9.9.9/32 -j DROP" }, { end: "-j ACCEPT" }]) {
      const { changes, uncovered } = diffOf(mode, (save) => edited(save, chain, rules));
      expect(changes).toEqual([]);
      expect(uncovered).toEqual({ gaps: [], notGiven: [] });
    }
  });

  test.each([
    [...FORWARD, { end: "-j DROP" }],
    [...FORWARD, { end: "-j ACCEPT", policy: "DROP" }],
    [...INPUT, { end: "-j DROP" }],
    [...INPUT, { end: "-j REJECT --reject-with icmp-port-unreachable" }],
    [...INPUT, { end: "-j ACCEPT", policy: "DROP" }],
    ["ipvs", "OUTPUT", { end: "-j DROP" }],
  ] as const)("is told as not compared, where it may refuse all: %s %s %j", (mode, chain, rules) => {
    const { changes, assumptions, uncovered } = diffOf(mode, (save) => edited(save, chain, rules));
    expect(changes).toEqual([]);
    expect(assumptions).toContain(
      `a listing without -v shows no interfaces: which packets rules of ${chain} in table filter refuse is not compared`,
    );
    expect(uncovered.notGiven).toEqual([`interfaces of rules of ${chain} in table filter (iptables-save)`]);
  });

  test.each([FORWARD, INPUT])("is an error where interfaces are shown: %s %s", (mode, chain) => {
    const { changes, uncovered } = diffOf(mode, (save) => edited(save, chain, { end: "-j DROP" }), false);
    expect(changes.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(["error rule-order"]);
    expect(uncovered.notGiven).toEqual([]);
  });

  test("in mode ipvs it may stand in front of kube-proxy's jumps", () => {
    const shown = diffOf("ipvs", (save) => edited(save, "INPUT", { front: "-j ACCEPT" }), false);
    expect(shown.changes.map(({ severity, kind }) => `${severity} ${kind}`)).toContain("error rule-order");
    const { changes, assumptions, uncovered } = diffOf("ipvs", (save) => edited(save, "INPUT", { front: "-j ACCEPT" }));
    expect(changes).toEqual([]);
    expect(assumptions).toContainEqual(
      expect.stringMatching(/^a rule of INPUT in table filter in front of kube-proxy's/),
    );
    expect(uncovered.notGiven).toEqual(["interfaces of rules of INPUT in table filter (iptables-save)"]);
  });
});
