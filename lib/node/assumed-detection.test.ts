import { describe, expect, test } from "@jest/globals";
import type { DiffReport } from "../diff/types.js";
import type { Wishes } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { nodeCaptures, recordedNodes, recordedNodeSituation } from "../testing/recorded-nodes.js";
import { diffNode } from "./diff-node.js";

const nodeOf = (name: string) =>
  (["iptables", "nftables", "ipvs"] as const)
    .flatMap((mode) => recordedNodes(mode))
    .find((node) => node.name === name)!;

async function compare(name: string, change: (text: string) => string, wishes: Wishes = {}, withNetworks = true) {
  const node = nodeOf(name);
  const { cluster } = recordedNodeSituation(node);
  const nodes = cluster.nodes.map((object) => (withNetworks ? object : { ...object, spec: {} }));
  const captures = nodeCaptures(node).map((source) =>
    sourceFromText(source.name, change(new TextDecoder().decode(source.read(0, source.size)))),
  );
  const { report, diagnostics } = await diffNode({ ...cluster, nodes }, wishes, captures);
  return { report: report as DiffReport, codes: diagnostics.map(({ code }) => code) };
}

const without = (rule: RegExp) => (text: string) =>
  text
    .split("\n")
    .filter((line) => !rule.test(line))
    .join("\n");

const NODES = [
  ["iptables", "clean-1000", / ! -s 10\.244\.0\.0\/16 .*-j KUBE-MARK-MASQ/],
  ["nftables", "clean-2000", /ip saddr != 10\.244\.0\.0\/16/],
] as const;

describe("a node on which no rule tells pods from others", () => {
  test.each(NODES)("is compared as one without local detection, and that is said: %s", async (_, name, rule) => {
    const { report, codes } = await compare(name, without(rule));
    expect(codes).toContain("local-detection-assumed");
    const told = report.inferred.find(({ setting }) => setting === "clusterCIDR");
    expect(told).toMatchObject({ value: "", evidence: [{ text: expect.any(String) }] });
    expect(report.assumptions).toContain(told!.message);
    expect(told!.message).toContain("such rules are missing if kube-proxy has a clusterCIDR");
  });

  test.each(NODES)("is as likely right where Nodes have no networks for pods: %s", async (_, name, rule) => {
    const { report, codes } = await compare(name, without(rule), {}, false);
    expect(codes).not.toContain("local-detection-assumed");
    expect(report.inferred.map(({ setting, value }) => `${setting}=${value}`)).toContain("clusterCIDR=");
  });

  test.each(NODES)("differs where a clusterCIDR is told, and nothing else is assumed: %s", async (_, name, rule) => {
    const { report, codes } = await compare(name, without(rule), { set: ["clusterCIDR=10.244.0.0/16"] });
    expect(codes).not.toContain("local-detection-assumed");
    expect(report.inferred.map(({ setting }) => setting)).not.toContain("clusterCIDR");
    expect(report.changes.map(({ severity }) => severity)).toContain("error");
    expect(report.changes.flatMap(({ actual }) => actual).join("\n")).not.toContain("KUBE-SEP-");
  });

  test("differs in ipvs mode, which has a rule for that as well", async () => {
    const { report } = await compare(
      "ipvs-clean-3000",
      without(/KUBE-CLUSTER-IP dst,dst ! -s|! -s .* KUBE-CLUSTER-IP/),
    );
    expect(report.changes.map(({ kind }) => kind)).toContain("masquerade-changed");
  });
});

describe("a node on which some rule tells pods from others", () => {
  test("lacks the one that does not: iptables, one service of five", async () => {
    const { report, codes } = await compare("clean-1000", without(/prod\/db cluster IP" .*-j KUBE-MARK-MASQ/));
    expect(codes).not.toContain("local-detection-assumed");
    expect(report.changes.map(({ kind, service }) => `${kind} ${service}`)).toEqual(["masquerade-changed prod/db"]);
  });

  test("lacks those of all cluster IPs where pods take the short circuit of a Local policy: iptables", async () => {
    const pods = "-s 10.244.0.0/16 -j KUBE-SVC-IYL3DV2YHJIYW6RN";
    const { report } = await compare("clean-1000", (text) =>
      without(NODES[0][2])(text).replace(
        /^(?=-A KUBE-EXT-IYL3DV2YHJIYW6RN )/m,
        `-A KUBE-EXT-IYL3DV2YHJIYW6RN ${pods}\n`,
      ),
    );
    expect(report.inferred).toContainEqual(expect.objectContaining({ setting: "clusterCIDR", value: "10.244.0.0/16" }));
    expect(report.changes).toContainEqual(expect.objectContaining({ kind: "masquerade-changed", severity: "error" }));
  });
});

describe("what the node's rules tell is inferred, with the rule that tells it", () => {
  test.each([
    ["clean-1000", "iptables", /^:KUBE-SVC-/],
    ["clean-2000", "nftables", /^table ip kube-proxy/],
    ["ipvs-clean-3000", "ipvs", /^-A -t /],
  ])("the mode of %s", async (name, mode, text) => {
    const { report } = await compare(name, (capture) => capture);
    expect(report.inferred).toContainEqual({
      setting: "mode",
      value: mode,
      message: `mode ${mode}, from the tools that made the capture`,
      evidence: [{ text: expect.stringMatching(text), at: { file: expect.any(String), line: expect.any(Number) } }],
    });
  });

  test("nfacct counters, and a MASQUERADE without --random-fully in both modes of iptables", async () => {
    const iptables = await compare("clean-1000", (text) =>
      text
        .replaceAll(" --random-fully", "")
        .replace(
          /^(-A KUBE-FORWARD -m conntrack --ctstate INVALID) /m,
          "$1 -m nfacct --nfacct-name ct_state_invalid_dropped_pkts ",
        ),
    );
    expect(iptables.report.inferred).toContainEqual({
      setting: "nfacct",
      value: "true",
      message: "the node has nfacct counters, from KUBE-FORWARD",
      evidence: [expect.objectContaining({ text: expect.stringContaining("-m nfacct") })],
    });
    const ipvs = await compare("ipvs-clean-3000", (text) => text.replaceAll(" --random-fully", ""));
    for (const { report } of [iptables, ipvs])
      expect(report.inferred).toContainEqual({
        setting: "randomFully",
        value: "false",
        message: "iptables without --random-fully, from KUBE-POSTROUTING",
        evidence: [expect.objectContaining({ text: expect.stringMatching(/-j MASQUERADE$/) })],
      });
  });
});
