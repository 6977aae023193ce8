/** What firewalls wrote beside kube-proxy's rules (fixtures/firewalls): what is said is what packets showed. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText, type Source } from "../source/source.js";
import { diffNode } from "./diff-node.js";

const source = (path: string): Source =>
  sourceFromText(path, readFileSync(new URL(`../../fixtures/firewalls/${path}`, import.meta.url), "utf8"));
const { cluster } = loadCluster([source("cluster.yaml")]);

async function toldOf(...paths: readonly [string, ...string[]]): Promise<string[]> {
  const mode = paths[0].startsWith("nftables") ? "nftables" : "iptables";
  const wishes = { node: "worker-1", mode } as const;
  const { report } = await diffNode(cluster, wishes, paths.map(source));
  expect(report!.coverage.notCompared).toEqual([]);
  return report!.changes.map(({ severity, kind, message }) => `${severity} ${kind} ${message}`);
}

test.each([
  "iptables/ufw-pods-allowed",
  "iptables/docker",
  "iptables/cni-plugins",
  "iptables/libvirt",
  "iptables/netavark",
  "iptables/fail2ban",
  "iptables/firewalld-pods-trusted",
  "nftables/docker",
  "nftables/libvirt",
  "nftables/netavark",
  "nftables/fail2ban",
  "nftables/firewalld-pods-trusted",
  "nftables/firewalld-iptables-pods-trusted",
])("a node on which all connections pass is as it should be: %s", async (name) => {
  expect(await toldOf(`${name}.txt`)).toEqual([]);
});

const OF_INPUT =
  "error rule-order the policy of INPUT in table filter, which no rule is in front of, refuses connections that the node does not make itself to endpoints of demo/exporter:metrics (172.30.0.11:9100), behind kube-proxy's rules";
const OF_FORWARD = expect.stringMatching(
  /the policy of FORWARD in table filter, .* of 4 services: default\/kubernetes, /,
);

test.each([
  ["iptables/ufw", [OF_FORWARD, OF_INPUT]],
  ["iptables/ufw-pods-routed", [OF_INPUT]],
  ["nftables/workstation", [expect.stringContaining("table inet filter refuses connections to endpoint 172.30.0.11 ")]],
  [
    "nftables/ufw",
    [
      expect.stringContaining("table ip filter refuses connections to endpoints of 4 services"),
      expect.stringContaining("table ip6 filter refuses connections to endpoints of 2 services"),
      expect.stringContaining("table ip filter refuses connections to endpoint 172.30.0.11 of demo/exporter:metrics"),
    ],
  ],
])("connections that a firewall refuses are told: %s", async (name, told) => {
  const found = await toldOf(`${name}.txt`);
  expect(found).toHaveLength(told.length);
  expect(found).toEqual(expect.arrayContaining(told));
});

test("answers of an endpoint on the node that OUTPUT leaves untracked are told, and none that only PREROUTING does", async () => {
  const path = new URL("../../fixtures/firewalls/iptables/cni-plugins.txt", import.meta.url);
  const toldWith = async (chain: string) => {
    const rule = `-A ${chain} -s 172.30.0.11/32 -p tcp -m tcp --sport 9100 -j CT --notrack`;
    const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
    const text = readFileSync(path, "utf8").replace(/^\*nat$/m, `${raw}*nat`);
    const wishes = { node: "worker-1", mode: "iptables" } as const;
    const { report } = await diffNode(cluster, wishes, [sourceFromText("save.txt", text)]);
    return report!.changes.map(({ severity, message }) => `${severity} ${message}`);
  };
  expect(await toldWith("OUTPUT")).toEqual([
    "error a rule of OUTPUT in table raw leaves untracked, and so not translated back, answers of endpoints of demo/exporter:metrics (172.30.0.11:9100), behind kube-proxy's rules",
  ]);
  expect(await toldWith("PREROUTING")).toEqual([]);
});

test("what rules of iptables-legacy refuse is told beside those of iptables-nft, which packets meet as well", async () => {
  const told = await toldOf("iptables/cni-plugins.txt", "iptables/ferm-legacy.txt");
  expect(told).toEqual([
    expect.stringMatching(/the policy of INPUT in table filter of iptables-legacy, .* demo\/exporter:metrics /),
    expect.stringMatching(/the policy of FORWARD in table filter of iptables-legacy, .* of 4 services: /),
  ]);
});

test("rules of iptables-legacy that accept pods are no difference, nor is a table in two forms", async () => {
  const legacy = source("iptables/ferm-legacy.txt");
  const text = readFileSync(new URL(`../../fixtures/firewalls/${legacy.name}`, import.meta.url), "utf8");
  const accepts = ["-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "-A FORWARD -d 10.244.0.0/16 -j ACCEPT"];
  const own = text.replace(":INPUT DROP", ":INPUT ACCEPT").replace("-A FORWARD", `${accepts.join("\n")}\n-A FORWARD`);
  const sources = [source("iptables/cni-plugins.txt"), sourceFromText("legacy.txt", own)];
  const { report } = await diffNode(cluster, { node: "worker-1", mode: "iptables" }, sources);
  expect(report!.changes).toEqual([]);
  expect(await toldOf("iptables/cni-plugins.txt", "iptables/cni-plugins.txt")).toEqual([]);
  // What they refuse of answers is lost, though.
  const drop = sourceFromText(
    "legacy.txt",
    own.replace("-A FORWARD", "-A FORWARD -p tcp -m state ! --state NEW -j DROP\n-A FORWARD"),
  );
  const lost = await diffNode(cluster, { node: "worker-1", mode: "iptables" }, [sources[0]!, drop]);
  expect(lost.report!.changes.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^a rule of FORWARD in table filter of iptables-legacy refuses answers of endpoints of 3 services: /,
    ),
  ]);
});
