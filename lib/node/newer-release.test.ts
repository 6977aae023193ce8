/** Nodes of a release that is not known yet: their rules tell which known release they are like. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../cluster/types.js";
import { NEWEST_MINOR } from "../config/kube-version.js";
import { releasesWith } from "../config/releases-with.js";
import { loadCluster } from "../pipeline/load.js";
import type { Wishes } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { ROOT } from "../testing/run-cli.js";
import { diffNode } from "./diff-node.js";

const textOf = (name: string, file: string) => readFileSync(join(ROOT, "golden/kube-proxy/nodes", name, file), "utf8");
const sourceOf = (name: string, file: string) => sourceFromText(file, textOf(name, file));

const NEXT = `1.${NEWEST_MINOR + 1}`;
const NODES = {
  iptables: ["clean-1000", ["node.txt"]],
  ipvs: ["ipvs-clean-3000", ["ipvsadm-save.txt", "ipset-save.txt", "iptables-save.txt", "ip-addr.txt"]],
  nftables: ["clean-2000", ["node.txt"]],
} as const;
type Mode = keyof typeof NODES;

/** These rules may be of several releases, of which the newest is taken. */
const LIKE = `1.${NEWEST_MINOR}`;

async function compare(
  mode: Mode,
  wishes: Wishes,
  edit: { cluster?: (c: Cluster) => Cluster; text?: (t: string) => string },
) {
  const [name, files] = NODES[mode];
  const { cluster } = loadCluster([sourceOf(name, "manifests.yaml")]);
  const [proxyConfiguration] = loadCluster([sourceOf(name, "kube-proxy.yaml")]).cluster.proxyConfigurations;
  const { text = (whole: string) => whole } = edit;
  const captures = files.map((file) => sourceFromText(file, text(textOf(name, file))));
  const found = await diffNode(
    edit.cluster?.(cluster) ?? cluster,
    { mode, node: "node-1", proxyConfiguration, ...wishes },
    captures,
  );
  const warnings = found.diagnostics.filter(({ code }) => code === "version-newer");
  return { report: found.report!, warnings };
}

const ofNodes = (kubeProxyVersion: string) => (cluster: Cluster) => ({
  ...cluster,
  nodes: cluster.nodes.map((node) => ({
    ...node,
    status: { ...node.status, nodeInfo: { ...node.status?.nodeInfo, kubeProxyVersion } },
  })),
});

describe.each(["iptables", "ipvs", "nftables"] as const)(
  "a node in mode %s of a release newer than any known",
  (mode) => {
    test.each([
      ["asked for", { kubeVersion: NEXT }, {}],
      ["told by the Node, with a vendor's suffix", {}, { cluster: ofNodes(`v${NEXT}.2-eks-1a2b3c4`) }],
    ])("%s, is compared with the release that its rules are like, and a warning says so", async (_, wishes, edit) => {
      const { report, warnings } = await compare(mode, wishes, edit);
      expect(report).toMatchObject({ identical: true, kubeVersion: LIKE });
      expect(warnings).toMatchObject([{ severity: "warning" }]);
      expect(warnings[0]!.message).toMatch(new RegExp(`${NEXT}\\S* is newer .* like ${LIKE}$`));
      expect(report.assumptions).toContain(warnings[0]!.message);
    });
  },
);

describe.each(["iptables", "ipvs"] as const)("rules of mode %s", (mode) => {
  test("without --random-fully are like the newest release that may leave it out", async () => {
    const text = (whole: string) => whole.replaceAll(" --random-fully", "");
    const { report, warnings } = await compare(mode, { kubeVersion: NEXT }, { text });
    const { newest } = releasesWith({ alwaysRandomFully: false }, mode)!;
    expect(report).toMatchObject({ identical: true, kubeVersion: newest });
    expect(warnings[0]!.message).toContain(`like ${newest}`);
  });
});
