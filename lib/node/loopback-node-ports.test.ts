/** `nodePortAddresses: [127.0.0.0/8]` selects 127.0.0.1, which every node has, whatever its Node object lists. */
import { describe, expect, test } from "@jest/globals";
import type { ProxyMode } from "../config/proxy-config.js";
import type { DiffReport } from "../diff/types.js";
import { backendInput } from "../pipeline/compile.js";
import { settleSituation } from "../pipeline/situation.js";
import { sourceFromText } from "../source/source.js";
import { textsOf } from "../testing/mutations/node-states.js";
import { recordedCases } from "../testing/recorded-cases.js";
import { recordedCluster } from "../testing/recorded-cluster.js";
import { diffNode } from "./diff-node.js";

const recorded = recordedCases().find(({ name }) => name === "nodeport")!;
const cluster = { ...recordedCluster(recorded.name), proxyConfigurations: [] };
const SETTINGS = ["clusterCIDR=10.244.0.0/16", "nodePortAddresses=127.0.0.0/8"];

const wishesOf = (mode: ProxyMode, set: readonly string[]) => ({ mode, node: recorded.node, kubeVersion: "1.36", set });

/** What the tools of the mode print on the node of the case. */
const capture = (mode: ProxyMode) =>
  textsOf(backendInput(cluster, settleSituation(cluster, wishesOf(mode, SETTINGS)).situation!), mode);

async function compare(mode: ProxyMode, texts: Readonly<Record<string, string>>, set: readonly string[] = SETTINGS) {
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
  const { report } = await diffNode(cluster, wishesOf(mode, set), sources);
  return report as DiffReport;
}

/** The texts with a pattern replaced, which one of them has. */
function edited(texts: Readonly<Record<string, string>>, pattern: RegExp, by: string): Record<string, string> {
  expect(Object.values(texts).some((text) => pattern.test(text))).toBe(true);
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace(pattern, by)]));
}

const serious = ({ changes }: DiffReport) => changes.filter(({ severity }) => severity !== "info");

const TAIL = /^-A KUBE-SERVICES .*-d 127\.0\.0\.1(\/32)? .*-j KUBE-NODEPORTS$/m;

describe("node ports on loopback alone", () => {
  test.each(["iptables", "ipvs", "nftables"] as const)("are no difference on a healthy node: %s", async (mode) => {
    const report = await compare(mode, capture(mode));
    expect([serious(report), report.identical]).toEqual([[], true]);
  });

  test.each([SETTINGS, []].map((set) => ({ set })))(
    "are missing with their rule, iptables, $set told",
    async ({ set }) => {
      const report = await compare("iptables", edited(capture("iptables"), TAIL, ""), set);
      expect(report.identical).toBe(false);
      expect(serious(report)[0]).toMatchObject({ severity: "error" });
      expect(report.inferred.map(({ setting }) => setting)).not.toContain("nodePortAddresses");
    },
  );

  test("are read off the rule of a healthy node that tells no configuration, iptables", async () => {
    const report = await compare("iptables", capture("iptables"), []);
    expect(serious(report)).toEqual([]);
    expect(report.inferred).toContainEqual(
      expect.objectContaining({ setting: "nodePortAddresses", value: "127.0.0.1/32" }),
    );
  });

  test("are too many where the node serves them at every address, iptables", async () => {
    const wide = "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS";
    const report = await compare("iptables", edited(capture("iptables"), TAIL, wide));
    expect(serious(report).map(({ severity }) => severity)).toContain("error");
  });

  test("are wanted in ipvs mode at no address, and a virtual server of one is too many", async () => {
    const texts = capture("ipvs");
    const [name] = Object.keys(texts).filter((file) => file.includes("ipvsadm"));
    const extra = "-A -t 192.168.0.11:30080 -s rr\n-a -t 192.168.0.11:30080 -r 10.244.1.2:8080 -m -w 1\n";
    const report = await compare("ipvs", { ...texts, [name!]: `${texts[name!]!.trimEnd()}\n${extra}` });
    expect(serious(report)).not.toEqual([]);
  });
});
