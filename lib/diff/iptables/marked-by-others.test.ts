import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { diffCaptures } from "../../node/diff-captures.js";
import { loadCluster } from "../../pipeline/load.js";
import { sourceFromText } from "../../source/source.js";

const read = (path: string) => readFileSync(new URL(`../../../fixtures/firewalls/${path}`, import.meta.url), "utf8");
const { cluster } = loadCluster([sourceFromText("cluster.yaml", read("cluster.yaml"))]);
const saved = read("iptables/docker.txt");
const wishes = { node: "worker-1", mode: "iptables", ipFamily: "ipv4" } as const;

const table = (name: string, ...rules: readonly string[]) =>
  `*${name}\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join("")}COMMIT\n`;
const ALL = "-A PREROUTING -j MARK --set-xmark 0x4000/0x4000";
async function told(...captures: readonly string[]) {
  const { report } = await diffNode(cluster, wishes, [sourceFromText("save.txt", captures.join(""))]);
  return report!.changes.map(({ severity, kind, message }) => `${severity} ${kind} ${message}`);
}

describe("a rule of others that gives packets the mark for masquerading", () => {
  test.each([
    ["alone", [ALL]],
    ["with other bits", ["-A PREROUTING -j MARK --set-xmark 0x4001/0xffffffff"]],
    ["behind rules that pass packets on", ["-A PREROUTING -j LOG", ALL, "-A FORWARD -j MARK --set-xmark 0x1/0x1"]],
  ])("is a warning: %s", async (_, rules) => {
    expect(await told(table("mangle", ...rules), saved)).toEqual([
      expect.stringMatching(
        /^warning masquerade-changed a rule of PREROUTING in table mangle gives all packets the mark/,
      ),
    ]);
  });

  test.each([
    ["some packets", ["-A PREROUTING -i eth1 -j MARK --set-xmark 0x4000/0x4000"]],
    ["another bit", ["-A PREROUTING -j MARK --set-xmark 0x8/0x8"]],
    ["behind a rule that accepts", ["-A PREROUTING -i eth0 -j ACCEPT", ALL]],
    ["taken off again", [ALL, "-A FORWARD -d 192.0.2.1/32 -j MARK --set-xmark 0x0/0x4000"]],
    ["may be restored", [ALL, "-A FORWARD -d 192.0.2.1/32 -j CONNMARK --restore-mark"]],
    ["none", []],
  ])("is none where that is not sure: %s", async (_, rules) => {
    expect(await told(table("mangle", ...rules), saved)).toEqual([]);
  });

  test("is none where kube-proxy masquerades all", async () => {
    const toClusterIP = / ! -s 10\.244\.0\.0\/16( -d \S+ -p \w+ .* -j KUBE-MARK-MASQ)$/gm;
    const ofAll = saved
      .replace(/^(-A KUBE-SVC-\S+) ! -s \S+( .*-j KUBE-MARK-MASQ)$/gm, "$1$2")
      .replace(toClusterIP, "$1");
    expect(ofAll).not.toBe(saved);
    const sources = [sourceFromText("save.txt", table("mangle", ALL) + ofAll)];
    const { report } = await diffNode(cluster, { ...wishes, set: ["iptables.masqueradeAll=true"] }, sources);
    expect(report!.changes).toEqual([]);
  });

  test("between two captures it is told as what changed", async () => {
    const given = (...rules: readonly string[]) => [sourceFromText("save.txt", table("mangle", ...rules) + saved)];
    const turns = async (before: readonly string[], after: readonly string[]) =>
      (await diffCaptures(given(...before), given(...after))).report!.changes.map(({ message }) => message);
    expect(await turns([], [ALL])).toEqual(["the masquerading in PREROUTING changed"]);
    expect(await turns([ALL], [])).toEqual(["the masquerading in PREROUTING changed"]);
    expect(await turns([ALL], [ALL])).toEqual([]);
  });
});
