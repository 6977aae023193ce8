import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../testing/recorded-nodes.js";
import { diffNode } from "./diff-node.js";

const nodeOf = (name: string) =>
  (["iptables", "nftables", "ipvs"] as const)
    .flatMap((mode) => recordedNodes(mode))
    .find((node) => node.name === name)!;

async function severitiesAfter(name: string, change: (text: string) => string) {
  const node = nodeOf(name);
  const { cluster } = recordedNodeSituation(node);
  const captures = nodeCaptures(node).map((source) =>
    sourceFromText(source.name, change(new TextDecoder().decode(source.read(0, source.size)))),
  );
  const { report } = await diffNode(cluster, {}, captures);
  return {
    identical: report!.identical,
    changes: report!.changes.map(({ kind, severity }) => `${severity} ${kind}`),
    weighed: report!.assumptions.filter((text) => text.includes("packets that were traced")),
  };
}

const without = (rule: RegExp) => (text: string) =>
  text
    .split("\n")
    .filter((line) => !rule.test(line))
    .join("\n");

describe("an error that no packet notices", () => {
  test.each([
    ["clean-1000", /KUBE-FORWARD .*RELATED,ESTABLISHED/, "base-chain-changed"],
    ["clean-1000", /^-A OUTPUT .*KUBE-FIREWALL/, "jump-missing"],
    ["clean-2000", /^\t\tct state new jump service-endpoints-check/, "jump-missing"],
  ])("is a warning, and no agreement: %s without %s", async (name, rule, kind) => {
    const { identical, changes, weighed } = await severitiesAfter(name, without(rule));
    expect(identical).toBe(false);
    expect(changes.length).toBeGreaterThan(0);
    expect(new Set(changes)).toEqual(new Set([`warning ${kind}`]));
    expect(weighed).toEqual([expect.stringMatching(/^each of \d+ packets/)]);
  });
});

describe("an error stays one", () => {
  test.each([
    ["where packets of the node itself notice it", "clean-1000", without(/^-A OUTPUT .*KUBE-SERVICES/)],
    ["where only clients that a rule names do", "clean-1000", clientsComeBack],
    ["where FORWARD lets nothing pass by itself", "clean-1000", closedForward],
  ])("%s", async (_, name, change) => {
    const { changes, weighed } = await severitiesAfter(name, change);
    expect(changes).toContainEqual(expect.stringMatching(/^error /));
    expect(weighed).toEqual([]);
  });
});

function clientsComeBack(text: string): string {
  return text.replace(/^(-A (KUBE-SVC-\S+) )/m, "-A $2 -s 100.64.9.9/32 -j RETURN\n$1");
}

function closedForward(text: string): string {
  return without(/KUBE-FORWARD .*RELATED,ESTABLISHED/)(text).replace(
    /(\*filter[^]*?):FORWARD ACCEPT/,
    "$1:FORWARD DROP",
  );
}
