/** Tables of nftables that other programs made on a node in mode iptables. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { loadCluster } from "../pipeline/load.js";
import { sourceFromText } from "../source/source.js";
import { diffNode } from "./diff-node.js";

const read = (path: string) => readFileSync(new URL(`../../fixtures/firewalls/${path}`, import.meta.url), "utf8");
const { cluster } = loadCluster([sourceFromText("cluster.yaml", read("cluster.yaml"))]);
const save = read("iptables/docker.txt");
const wishes = { node: "worker-1", mode: "iptables", ipFamily: "ipv4" } as const;

/** What iptables-nft made of the same rules, shortened. */
const OF_IPTABLES = `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 jump KUBE-FORWARD
	}
}
table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		ip daddr 10.96.10.1 tcp dport 80 counter packets 0 bytes 0 drop
	}
}
`;

function chain(hook: string, rules: readonly string[], policy = "accept"): string {
  const body = [`type filter hook ${hook}; policy ${policy};`, ...rules];
  return `table inet other {\n\tchain c {\n${body.map((line) => `\t\t${line}\n`).join("")}\t}\n}\n`;
}

async function reportBeside(listing: string) {
  const sources = [sourceFromText("save.txt", save), sourceFromText("nft.txt", OF_IPTABLES + listing)];
  return (await diffNode(cluster, wishes, sources)).report!;
}

describe("tables of nftables on a node in mode iptables", () => {
  const ESTABLISHED = "ct state established,related accept";
  test.each([
    [
      "a policy of forward",
      chain("forward priority filter", [ESTABLISHED], "drop"),
      "refuses connections to endpoints of",
    ],
    [
      "an endpoint",
      chain("forward priority filter", ["ip daddr 10.244.1.10 drop"]),
      "refuses connections to endpoints of",
    ],
    ["input", chain("input priority filter", ['iif "lo" accept', ESTABLISHED], "drop"), "to endpoint 172.30.0.11 of"],
    [
      "answers to the node",
      chain("input priority filter", ['iif "lo" accept', "tcp dport { 22, 9100 } accept"], "drop"),
      "refuses answers of endpoints of",
    ],
    [
      "what comes before",
      chain("prerouting priority raw", ["ip daddr 10.96.10.1 drop"]),
      "takes connections to 10.96.10.1:80",
    ],
  ])("what refuses connections is told: %s", async (_, listing, words) => {
    const { changes, identical } = await reportBeside(listing);
    expect(changes.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      expect.stringMatching(
        /^error (a rule of )?table inet other .*, (before table nat sees them|behind kube-proxy's rules)$/,
      ),
    ]);
    expect(changes[0]!.message).toContain(words);
    expect(changes[0]!.at).toMatchObject({ file: "nft.txt", line: expect.any(Number) });
    expect(identical).toBe(false);
  });

  test("a line is told by its number, whatever stands before it", async () => {
    const { changes } = await reportBeside(chain("forward priority filter", ["ip daddr 10.244.2.10 drop"]));
    expect(changes[0]!.at).toEqual({ file: "nft.txt", line: OF_IPTABLES.split("\n").length + 3 });
  });

  test.each([
    ["none but iptables' own", ""],
    [
      "what accepts pods",
      chain(
        "forward priority filter",
        [ESTABLISHED, "ip daddr 10.244.0.0/16 accept", "ip saddr 10.244.0.0/16 accept"],
        "drop",
      ),
    ],
    ["what is translated", chain("forward priority filter", ["ct status dnat accept", "reject"])],
    ["input of other ports", chain("input priority filter", [ESTABLISHED, "tcp dport { 22, 9100 } accept"], "drop")],
    ["a bridge of Docker", chain("forward priority filter", ['iifname "docker0" drop'])],
    ["what comes after", chain("prerouting priority mangle + 100", ["ip daddr 10.96.10.1 drop"])],
  ])("is as it should be: %s", async (_, listing) => {
    const { changes, assumptions } = await reportBeside(listing);
    expect(changes).toEqual([]);
    expect(assumptions).toEqual([]);
  });

  test("of listings in JSON too", async () => {
    const nftables = [
      { table: { family: "inet", name: "other" } },
      {
        chain: {
          family: "inet",
          table: "other",
          name: "c",
          type: "filter",
          hook: "forward",
          prio: 0,
          policy: "drop",
        },
      },
    ];
    const sources = [
      sourceFromText("save.txt", save),
      sourceFromText("nft.json", JSON.stringify({ nftables: [{ metainfo: { version: "1.0.6" } }, ...nftables] })),
    ];
    const { report } = await diffNode(cluster, wishes, sources);
    expect(report!.changes.map(({ kind }) => kind)).toEqual(["rule-order"]);
    // One line, longer than any of iptables.
    const rule = { rule: { family: "ip", table: "filter", chain: "X", expr: [{ accept: null }] } };
    const long = JSON.stringify({ nftables: [{ metainfo: {} }, ...nftables, ...Array(2000).fill(rule)] });
    const again = await diffNode(cluster, wishes, [sources[0]!, sourceFromText("nft.json", long)]);
    expect(again.diagnostics).toEqual([]);
    expect(again.report!.changes.map(({ kind }) => kind)).toEqual(["rule-order"]);
  });
});
