/** Tables of nftables that other programs made on a node in mode ipvs. */
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "./diff-node.js";
import { sourceFromText } from "../source/source.js";
import { recordedStates } from "../testing/mutations/node-states.js";

const [{ cluster, wishes, texts }] = recordedStates("ipvs") as [ReturnType<typeof recordedStates>[number]];

async function reportWith(files: Readonly<Record<string, string>>) {
  const sources = Object.entries({ ...texts, ...files }).map(([name, text]) => sourceFromText(name, text));
  return (await diffNode(cluster, wishes, sources)).report!;
}

async function messagesBeside(listing: string): Promise<string[]> {
  const { changes } = await reportWith({ "nft.txt": listing });
  return changes.map(({ message }) => message);
}

function chain(hook: string, priority: string, rules: readonly string[], policy = "accept", family = "inet"): string {
  const [type, own] = priority.includes("nat") ? ["nat", priority.replace("nat", "").trim()] : ["filter", priority];
  const body = [`type ${type} hook ${hook} priority ${own}; policy ${policy};`, ...rules];
  return `table ${family} other {\n\tchain c {\n${body.map((line) => `\t\t${line}\n`).join("")}\t}\n}\n`;
}

const VIP = "ip daddr 10.96.7.10 tcp dport 80 drop";
const ENDPOINTS = "ip daddr 10.244.0.0/16 drop";
const ANSWERS = "ip saddr 10.244.0.0/16 drop";

describe("tables of nftables on a node in mode ipvs", () => {
  test.each([
    ["a drop before IPVS", chain("prerouting", "raw", [VIP]), "takes connections to 10.96.7.10:80"],
    ["a drop at input", chain("input", "filter", [VIP]), "takes connections to 10.96.7.10:80"],
    ["the node's own", chain("output", "-150", [VIP]), "takes connections to 10.96.7.10:80"],
    [
      "a translation",
      chain("prerouting", "nat dstnat", ["ip daddr 10.96.7.10 tcp dport 80 dnat ip to 10.9.9.9"]),
      "takes connections",
    ],
    ["a node port", chain("input", "filter", ["tcp dport 30310 drop"]), "takes connections to *:30310"],
    ["a policy of input", chain("input", "filter", ['iif "lo" accept', "tcp dport 22 accept"], "drop"), "services"],
    [
      "a policy behind rules that may return",
      chain("input", "filter", ['iifname "br0" return', "tcp dport 22 accept"], "drop"),
      "services",
    ],
    [
      "a reject at the end",
      chain("input", "filter", ["tcp dport 22 accept", "reject with icmpx admin-prohibited"]),
      "services",
    ],
    ["endpoints at output", chain("output", "filter", [ENDPOINTS]), "refuses connections to endpoint"],
    ["endpoints at any output", chain("output", "raw", [ENDPOINTS]), "refuses connections to endpoint"],
    ["endpoints at postrouting", chain("postrouting", "mangle", [ENDPOINTS]), "refuses connections to endpoint"],
    ["answers at forward", chain("forward", "filter", [ANSWERS]), "refuses answers of endpoint"],
    [
      "answers at forward, by policy",
      chain("forward", "99", ["ip saddr 10.99.0.0/16 accept"], "drop"),
      "refuses answers",
    ],
    ["answers at prerouting", chain("prerouting", "raw", [ANSWERS]), "refuses answers of endpoint"],
    ["answers at input", chain("input", "filter", [ANSWERS]), " to connections that the node makes itself"],
  ])("%s", async (_, listing, words) => {
    const told = await messagesBeside(listing);
    expect(told).toEqual([expect.stringContaining(words)]);
    expect(told[0]).toMatch(/, (before IPVS sees them|behind kube-proxy's rules)$/);
  });

  test.each([
    ["input behind IPVS", chain("input", "100", [VIP])],
    ["output behind IPVS", chain("output", "filter", [VIP])],
    ["forward, which nothing passes first", chain("forward", "filter", [ENDPOINTS])],
    ["answers behind IPVS", chain("forward", "100", [ANSWERS])],
    ["answers that a rule may accept", chain("forward", "filter", ["ct state established,related accept"], "drop")],
    ["answers of others", chain("forward", "filter", ["ip saddr 10.99.0.0/16 drop"])],
    ["another port", chain("input", "filter", ["ip daddr 10.96.7.10 tcp dport 81 drop"])],
    ["another family", chain("input", "filter", ["tcp dport 30310 drop"], "accept", "ip6")],
    ["a policy behind rules that may accept", chain("input", "filter", ['iifname "cni0" accept'], "drop")],
    ["a refusal behind such rules", chain("input", "filter", ["ip saddr 10.0.0.0/8 accept", "tcp dport 30310 drop"])],
    ["a refusal behind rules that may return", chain("input", "filter", ['iifname != "br0" return', "drop"])],
    ["a map that is not listed", chain("input", "filter", ["iifname vmap @zones", "reject"])],
    ["what is translated for conntrack alone", chain("output", "filter", ["ct status dnat drop"])],
    ["what iptables-save shows", chain("input", "filter", [VIP], "accept", "ip").replace("other", "filter")],
  ])("is no difference: %s", async (_, listing) => {
    expect(await messagesBeside(listing)).toEqual([]);
  });

  test("are read in a file with the rest, and in JSON", async () => {
    const listing = chain("input", "filter", [VIP]);
    const { changes } = await reportWith({ "iptables-save.txt": `${texts["iptables-save.txt"]}${listing}` });
    expect(changes).toHaveLength(1);
    const table = { family: "inet", name: "other" };
    const items = [
      { metainfo: { version: "1.0.9", json_schema_version: 1 } },
      { table: { ...table, handle: 1 } },
      {
        chain: {
          ...table,
          table: "other",
          name: "c",
          handle: 1,
          type: "filter",
          hook: "input",
          prio: 0,
          policy: "drop",
        },
      },
    ];
    expect(await messagesBeside(JSON.stringify({ nftables: items }))).toHaveLength(1);
  });
});

test("a table has a flag that nft 1.0.6 prints as none: nothing tells whether it is dormant", async () => {
  const at = { family: "ip", table: "wall" };
  const reportOf = async (flags: string) => {
    const items = [
      { metainfo: { version: "1.0.6" } },
      { table: { family: "ip", name: "wall", handle: 1, flags } },
      { chain: { ...at, name: "c", handle: 1, type: "filter", hook: "output", prio: 0, policy: "accept" } },
      { rule: { ...at, chain: "c", handle: 2, expr: [{ drop: null }] } },
    ];
    const { changes, coverage } = await reportWith({ "nft.json": JSON.stringify({ nftables: items }) });
    return [changes.length > 0, coverage.notGiven];
  };
  expect(await reportOf("wall")).toEqual([false, ["which tables of others are dormant (nft list ruleset)"]]);
  expect(await reportOf("dormant")).toEqual([false, []]);
  expect(await reportOf("owner")).toEqual([true, []]);
});
