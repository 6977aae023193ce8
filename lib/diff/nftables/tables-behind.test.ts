/** Tables of other owners that packets meet behind kube-proxy's. */
import { describe, expect, test } from "@jest/globals";
import { diffCaptures } from "../../node/diff-captures.js";
import { diffNode } from "../../node/diff-node.js";
import { nextStep } from "../../render/diff-text.js";
import { compileNftables } from "../../backends/nftables/index.js";
import { expectedNftTable } from "../../render/nft-expected.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";
import { foreignBases } from "./foreign-bases.js";
import { tablesBehind } from "./tables-behind.js";

const { cluster, wishes, texts, input } = recordedStates("nftables")[0]!;
const own = texts["node.txt"]!;

const table = (hook: string, rules: readonly string[], more = "", policy = "accept", family = "ip") =>
  `table ${family} other {\n${more}\tchain first {\n\t\ttype ${hook}; policy ${policy};\n` +
  `${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}\n}\n`;

async function changesOf(text: string) {
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
  return report!.changes.map(({ severity, kind, service }) => [severity, kind, service].filter(Boolean).join(" "));
}

const ALL = ["error rule-order"];
const DB = ["error rule-order prod/db"];
const FORWARD = "filter hook forward priority filter";

describe("a rule that refuses translated packets", () => {
  test.each([
    [FORWARD, "drop", ALL],
    [FORWARD, "counter packets 0 bytes 0 reject with icmp host-prohibited", ALL],
    [FORWARD, "ip daddr 10.244.0.0/16 drop", ALL],
    [FORWARD, "ip daddr 10.0.0.0/8 ct state new drop", ALL],
    [FORWARD, "ct status dnat drop", ALL],
    [FORWARD, "ip daddr @pods drop", ALL],
    [FORWARD, 'log prefix "x" drop', ALL],
    [FORWARD, 'log prefix "accept" counter packets 0 bytes 0 drop', ALL],
    [FORWARD, "ct direction original drop", ALL],
    [FORWARD, "ct state vmap { 2 : accept, 8 : drop }", ALL],
    [FORWARD, "meta protocol ip drop", ALL],
    [FORWARD, "meta nfproto ipv4 reject with icmp port-unreachable", ALL],
    [FORWARD, "reject with icmpx 1", ALL],
    [FORWARD, "reject with tcp reset", ALL],
    [FORWARD, "reject with icmpv6 port-unreachable", []],
    [FORWARD, 'log prefix "x" reject with icmpv6 admin-prohibited', []],
    [FORWARD, "meta l4proto udp reject with tcp reset", []],
    [FORWARD, "meta protocol ip6 drop", []],
    [FORWARD, "ip6 daddr != ::1 drop", []],
    [FORWARD, "ip version 4 drop", ALL],
    [FORWARD, "ct l3proto ipv4 drop", ALL],
    [FORWARD, "ct l3proto 2 drop", ALL],
    [FORWARD, "ct original ip daddr 10.96.0.0/12 drop", ALL],
    [FORWARD, "ct original daddr 10.96.0.0/12 drop", ALL],
    [FORWARD, "meta l4proto tcp ct original proto-dst 0-65535 drop", ALL],
    [FORWARD, "ct original ip daddr != 192.0.2.1 drop", ALL],
    ["filter hook output priority filter", "ct original ip daddr 10.96.0.0/12 drop", ALL],
    [FORWARD, "ct original ip daddr 192.0.2.0/24 drop", []],
    [FORWARD, "ct reply ip daddr 10.96.0.0/12 drop", []],
    [FORWARD, "ct original ip saddr 10.96.0.0/12 drop", []],
    [FORWARD, "ct original ip6 daddr != ::1 drop", []],
    [FORWARD, 'iifname "eth0" ct original ip daddr 10.96.0.0/12 drop', []],
    [FORWARD, "meta l4proto tcp ct original proto-dst 1 drop", []],
    [FORWARD, "jump sub", ALL],
    [FORWARD, "meta mark & 0x00004000 == 0x00004000 drop", ALL],
    [FORWARD, "meta mark & 0x00004000 == 0x00000000 drop", ALL],
    ["filter hook prerouting priority filter", "ip daddr 10.244.0.0/16 drop", ALL],
    ["filter hook output priority filter", "ip daddr 10.244.0.0/16 drop", ALL],
    ["filter hook postrouting priority 300", "ip daddr 10.244.0.0/16 drop", ALL],
    [FORWARD, 'iifname "eth0" drop', []],
    [FORWARD, 'iifname "eth0" ip daddr 10.244.0.0/16 drop', []],
    [FORWARD, "ip daddr 192.0.2.0/24 drop", []],
    [FORWARD, "ct state invalid drop", []],
    [FORWARD, "ct status snat drop", []],
    [FORWARD, "meta mark & 0x00010000 == 0x00010000 drop", []],
    [FORWARD, "fib daddr type local drop", []],
    [FORWARD, "icmp type echo-request drop", []],
    [FORWARD, "limit rate 3/minute drop", []],
    [FORWARD, 'log prefix "x drop"', []],
    // Agents of network policies look at what they are given.
    [FORWARD, "ip daddr 10.244.0.0/16 queue flags bypass to 100", []],
    [FORWARD, "ip saddr 0.0.0.0/0 drop", ALL],
    [FORWARD, "ct reply ip saddr 10.244.0.0/16 drop", ALL],
    [FORWARD, "ct reply ip saddr 192.0.2.1 drop", []],
    ["filter hook prerouting priority mangle", "ct reply ip saddr 10.96.0.0/12 drop", ALL],
    ["nat hook prerouting priority -90", "drop", []],
  ] as const)("%s: %s", async (hook, rule, told) => {
    const more =
      "\tset pods {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.244.0.0/16 }\n\t}\n" +
      "\tchain sub {\n\t\tmeta l4proto { tcp, udp, sctp } drop\n\t}\n";
    expect(await changesOf(table(hook, [rule], more) + own)).toEqual(told);
    expect(await changesOf(`${own}\n${table(hook, [rule], more)}`)).toEqual(told);
  });

  test("by what a connection was sent to names the frontend, in JSON too", async () => {
    const messagesOf = async (text: string) => {
      const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
      return report!.changes.map(({ message }) => message);
    };
    const [, frontend] = /([0-9.]+ \. tcp \. 5432) comment "prod\/db|([0-9.]+ \. tcp \. 5432) : goto \S*prod\/db/
      .exec(own)!
      .filter((part) => part !== undefined);
    const [address, , port] = frontend!.split(" . ");
    const rule = `ct original ip daddr ${address} meta l4proto tcp ct original proto-dst ${port} drop`;
    expect(await messagesOf(table(FORWARD, [rule]) + own)).toEqual([
      expect.stringContaining(`table ip other refuses connections to ${address}:${port} of prod/db`),
    ]);
    const accepting = (net: string) => table(FORWARD, [`ct original ip daddr ${net} accept`], "", "drop") + own;
    expect(await messagesOf(accepting("0.0.0.0/0"))).toEqual([]);
    expect(await messagesOf(accepting(address!))).toEqual([
      expect.stringMatching(/^table ip other refuses connections to frontends of \d+ services/),
    ]);
    expect(await changesOf(table(FORWARD, ["ct reply ip daddr 10.0.0.0/8 accept"], "", "drop") + own)).toEqual([]);
  });

  test("that names endpoints of one service is told of it", async () => {
    expect(
      await changesOf(table(FORWARD, ["ip daddr { 10.244.1.60, 10.244.2.60 } tcp dport 5432 drop"]) + own),
    ).toEqual(DB);
  });

  test("is not told where a rule before it may let packets through", async () => {
    for (const before of [
      'iifname "cni0" accept',
      "ip saddr 10.244.0.0/16 accept",
      "ct status dnat accept",
      "ip daddr 10.244.0.0/16 accept",
      "limit rate 3/minute accept",
      'oifname vmap { "cni0" : accept }',
      "tcp dport vmap @unknown",
    ]) {
      const found = await changesOf(table(FORWARD, [before, "drop"]) + own);
      expect([before, found]).toEqual([before, []]);
    }
  });

  test("is told although kube-proxy's chains and other tables accept", async () => {
    const accepting = table(FORWARD, ["accept"]).replace("other", "accepting");
    expect(await changesOf(accepting + table(FORWARD, ["drop"]) + own)).toEqual(ALL);
  });
});

describe("a rule that may end a chain, not the way of the packet", () => {
  test.each([
    ["drop", ["ip saddr 192.0.2.7 return"], "", ALL],
    ["drop", ["jump sub"], "\tchain sub {\n\t\tip saddr 192.0.2.7 return\n\t}\n", ALL],
    ["drop", ["ip saddr 192.0.2.7 goto sub"], "\tchain sub {\n\t\tcounter\n\t}\n", ALL],
    ["drop", ["ip saddr 192.0.2.7 return", "accept"], "", []],
    ["drop", ["ip saddr 10.0.0.0/8 goto sub"], "\tchain sub {\n\t\taccept\n\t}\n", []],
    ["accept", ["ip saddr 10.0.0.0/8 return", "drop"], "", []],
    ["accept", ["jump sub", "drop"], "\tchain sub {\n\t\tip saddr 192.0.2.7 return\n\t}\n", ALL],
    ["accept", ["jump sub"], "\tchain sub {\n\t\tip saddr 10.0.0.0/8 return\n\t\tdrop\n\t}\n", []],
  ] as const)("policy %s, %j, %j", async (policy, rules, more, told) => {
    expect(await changesOf(table(FORWARD, rules, more, policy) + own)).toEqual(told);
  });

  test.each([
    ["tcp flags & (fin|syn|rst|ack) == syn drop", ALL],
    ["tcp flags syn / fin,syn,rst,ack ip daddr 10.244.0.0/16 drop", ALL],
    ["tcp flags syn / fin,syn,rst,ack ct state vmap { established : accept, new : drop }", ALL],
    ["tcp flags fin,syn / fin,syn drop", []],
    ["tcp flags syn,rst / syn,rst counter packets 0 bytes 0 drop", []],
    ["tcp flags syn / fin,syn,rst,ack drop", ALL],
    ["tcp flags != syn / fin,syn,rst,ack ct state new drop", []],
    ["tcp flags & (fin|syn|rst|ack) != syn ct state new drop", []],
    ["ct state untracked drop", []],
    ["ct mark set 0x00000001 drop", ALL],
    ["ct mark set meta mark or 0x00000001 ct state new drop", ALL],
    ["ip dscp set cs1 counter packets 0 bytes 0 drop", ALL],
    ["meta mark set ct mark and 0x000000ff drop", ALL],
    ["ip dscp set cs1 accept", []],
    ["ct state ! established drop", ALL],
    ["ct state ! related,established counter packets 0 bytes 0 drop", ALL],
    ["ct state ! new ct state invalid drop", []],
    ["ct state ! new,established drop", []],
    ["ct status != dnat drop", ALL],
    ["ct status ! dnat drop", []],
    ["ct protocol tcp drop", ALL],
    ["ct protocol icmp drop", []],
  ] as const)("%s", async (rule, told) => {
    expect(await changesOf(table(FORWARD, [rule]) + own)).toEqual(told);
  });
});

describe("a rule that refuses answers of endpoints", () => {
  const INPUT = "filter hook input priority filter";
  const RAW = "filter hook prerouting priority raw";
  const OF_DB = /^table ip other refuses answers of endpoint 10\.244\.2\.60 of prod\/db, behind kube-proxy's rules$/;
  const OF_ALL =
    /^table ip other refuses answers of endpoints of \d+ services: [^,]+, .*prod\/db, behind kube-proxy's rules$/;
  const TO_NODE =
    /^table ip other refuses answers of .* to connections that the node makes itself, behind kube-proxy's rules$/;
  const messagesOf = async (hook: string, rules: readonly string[], policy = "accept", more = "") => {
    const text = table(hook, rules, more, policy) + own;
    const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
    return report!.changes.map(({ message }) => message);
  };

  test.each([
    [FORWARD, ["ip saddr 10.244.2.60 drop"], OF_DB],
    [FORWARD, ["ip saddr 10.244.2.60 tcp sport 5432 reject with tcp reset"], OF_DB],
    [FORWARD, ["ip saddr . tcp sport { 10.244.2.60 . 5432 } drop"], OF_DB],
    [FORWARD, ["ip saddr @db ct state established drop"], OF_DB],
    [FORWARD, ["ip saddr 10.244.0.0/16 drop"], OF_ALL],
    [FORWARD, ["ct state established drop"], OF_ALL],
    [FORWARD, ["ct direction reply drop"], OF_ALL],
    [FORWARD, ["ct state ! new drop"], OF_ALL],
    [FORWARD, ["tcp flags syn,ack / syn,ack drop"], OF_ALL],
    [FORWARD, ["tcp flags != syn / fin,syn,rst,ack drop"], OF_ALL],
    [FORWARD, ["tcp dport != 22 ip saddr 10.244.0.0/16 drop"], OF_ALL],
    [RAW, ["ip saddr 10.244.2.60 drop"], OF_DB],
    [RAW, ["ip saddr 10.244.2.60 ct state invalid drop"], OF_DB],
    ["filter hook postrouting priority mangle", ["ip saddr 10.244.2.60 drop"], OF_DB],
    [INPUT, ["ip saddr 10.244.2.60 drop"], TO_NODE],
    [INPUT, ["drop"], TO_NODE],
  ] as const)("%s: %j", async (hook, rules, told) => {
    const db = "\tset db {\n\t\ttype ipv4_addr\n\t\telements = { 10.244.2.60 }\n\t}\n";
    expect(await messagesOf(hook, rules, "accept", db)).toEqual([expect.stringMatching(told)]);
  });

  test.each([
    [FORWARD, ["ct state established accept", "ip saddr 10.244.2.60 drop"]],
    [FORWARD, ["ip saddr 10.244.2.60 ct state new drop"]],
    [FORWARD, ["ip saddr 10.244.2.60 tcp dport 22 drop"]],
    [FORWARD, ["ip saddr 10.244.2.60 tcp sport 80 drop"]],
    [FORWARD, ["ip saddr 10.244.2.60 udp sport 5432 drop"]],
    [FORWARD, ["ip saddr 10.244.2.60 tcp flags syn / fin,syn,rst,ack drop"]],
    [FORWARD, ['ip saddr 10.244.2.60 oifname "eth0" drop']],
    [FORWARD, ["ip saddr 10.244.2.60 ip daddr 192.0.2.0/24 drop"]],
    [RAW, ["ip saddr 10.244.2.60 ct state established drop"]],
    // Their source is a frontend's again.
    ["filter hook postrouting priority 101", ["ip saddr 10.244.2.60 drop"]],
    ["filter hook input priority 101", ["ip saddr 10.244.2.60 drop"]],
    ["nat hook postrouting priority 90", ["ip saddr 10.244.2.60 drop"]],
    ["filter hook output priority filter", ["ip saddr 10.244.2.60 drop"]],
  ] as const)("none is: %s: %j", async (hook, rules) => {
    expect(await messagesOf(hook, rules)).toEqual([]);
  });

  test.each([
    [[], false],
    [["iif lo accept", "tcp dport { 22, 6443, 10250 } accept", "tcp dport 30000-32767 accept"], false],
    [["iif lo accept", "ct state established,related accept", "tcp dport 22 accept"], true],
    [['iifname "cni0" accept'], true],
    [["ip saddr 10.0.0.0/8 accept"], true],
    [["ip saddr 0.0.0.0/0 accept"], true],
    [["tcp dport 1024-65535 accept", "udp dport 1024-65535 accept"], true],
    [["tcp sport { 5432, 8080, 8443, 9090 } accept"], true],
  ] as const)("a policy of hook input that drops, with rules %j", async (rules, isHealthy) => {
    expect(await messagesOf(INPUT, rules, "drop")).toEqual(isHealthy ? [] : [expect.stringMatching(TO_NODE)]);
  });

  // With packets: the client gets them from the endpoint's address, and resets the connection.
  const NOTRACK = "ip saddr 10.244.2.60 tcp sport 5432 notrack";

  test.each([
    [RAW, [NOTRACK]],
    [RAW, [`${NOTRACK} accept`]],
    [RAW, ["ip saddr 10.244.2.60 counter packets 0 bytes 0 notrack", "accept"]],
    [RAW, ["ip saddr 10.244.2.60 ct state invalid notrack"]],
    [RAW, ["ip saddr 192.0.2.0/24 accept", 'udp sport 53 ct helper set "x"', "ct mark set 0x1", NOTRACK]],
    [RAW, [NOTRACK, "ct zone set 1"]],
    [RAW, ["ip saddr @db jump sub"]],
    ["filter hook prerouting priority -201", [NOTRACK]],
  ] as const)("or leaves them untracked: %s: %j", async (hook, rules) => {
    const db = "\tset db {\n\t\ttype ipv4_addr\n\t\telements = { 10.244.2.60 }\n\t}\n";
    const sub = "\tchain sub {\n\t\ttcp sport 5432 notrack\n\t}\n";
    expect(await messagesOf(hook, rules, "accept", db + sub)).toEqual([
      "table ip other leaves untracked, and so not translated back, answers of endpoint 10.244.2.60 of prod/db, behind kube-proxy's rules",
    ]);
  });

  test.each([
    [RAW, ["ip saddr 10.244.2.60 tcp sport 80 notrack"]],
    [RAW, ["ip saddr 10.244.2.60 ip daddr 10.244.0.0/16 notrack"]],
    [RAW, ['iifname "eth1" notrack']],
    [RAW, ["ip saddr 10.0.0.0/8 accept", NOTRACK]],
    [RAW, ['iifname "eth1" accept', NOTRACK]],
    // The first connection stays.
    [RAW, ["ct zone set 0", NOTRACK]],
    [RAW, ['tcp sport 5432 counter packets 0 bytes 0 xt target "CT"', NOTRACK]],
    // Tracked already, or no answers of others.
    ["filter hook prerouting priority mangle", [NOTRACK]],
    ["filter hook forward priority raw", [NOTRACK]],
    ["filter hook output priority raw", [NOTRACK]],
    // NodeLocal DNSCache's own addresses.
    ["filter hook output priority raw", ["ip saddr { 10.96.0.10, 169.254.20.10 } udp sport 53 notrack"]],
    [RAW, ["ip saddr { 10.96.0.10, 169.254.20.10 } udp sport 53 notrack"]],
  ] as const)("or leaves none untracked: %s: %j", async (hook, rules) => {
    expect(await messagesOf(hook, rules)).toEqual([]);
  });

  test("is looked up by source among many", async () => {
    const many = Array.from({ length: 100 }, (_, i) => `ip saddr 192.0.2.${i} drop`);
    const rules = ["ip saddr 10.244.1.0/24 accept", ...many, "ip saddr 10.244.2.60 tcp sport 5432 drop"];
    expect(await messagesOf(FORWARD, rules)).toEqual([expect.stringMatching(OF_DB)]);
  });
});

describe("a policy that drops what is forwarded", () => {
  const docker = [
    'oifname "docker0" ct state established,related counter packets 0 bytes 0 accept',
    'iifname "docker0" oifname != "docker0" counter packets 0 bytes 0 accept',
    'iifname "docker0" oifname "docker0" counter packets 0 bytes 0 accept',
  ];
  test.each([
    [[], ALL],
    [["ct state established,related accept"], ALL],
    [docker, ALL],
    [[...docker, "ip daddr 10.244.0.0/16 counter packets 0 bytes 0 accept"], []],
    [[...docker, "ip saddr 10.244.0.0/16 counter packets 0 bytes 0 accept"], []],
    [[...docker, 'iifname "cni0" accept'], []],
    [["ct status dnat accept"], []],
    [["meta mark & 0x00010000 == 0x00010000 accept"], []],
    // Packets of pods have no mark.
    [["meta mark & 0x00004000 == 0x00004000 accept"], ALL],
    [["icmp type echo-request accept"], ALL],
  ] as const)("%j", async (rules, told) => {
    expect(await changesOf(table(FORWARD, rules, "", "drop") + own)).toEqual(told);
    expect(await changesOf(table(FORWARD, rules, "", "drop", "inet") + own)).toEqual(told);
  });
});

describe("the mark for masquerading", () => {
  test.each([
    [FORWARD, ["meta mark set 0x00000000"], ALL],
    [FORWARD, ["meta mark set 0x00000001"], ALL],
    [FORWARD, ["counter packets 0 bytes 0 meta mark set mark and 0xffffbfff"], ALL],
    [FORWARD, ["meta mark set meta mark & 0xffff0000 | 0x00000001"], ALL],
    [FORWARD, ["ip daddr 10.244.0.0/16 meta mark set 0x0"], ALL],
    ["filter hook prerouting priority filter", ["meta mark set 0x0"], ALL],
    ["filter hook output priority filter", ["meta mark set 0x0"], ALL],
    ["filter hook postrouting priority mangle", ["meta mark set 0x0"], ALL],
    ["filter hook prerouting priority mangle", ["meta mark set 0x0"], []],
    ["filter hook postrouting priority 101", ["meta mark set 0x0"], []],
    [FORWARD, ["meta mark set 0x00004000"], []],
    [FORWARD, ["meta mark set meta mark & 0xffffbfff | 0x00004000"], []],
    [FORWARD, ["meta mark set mark and 0xfff0ffff"], []],
    [FORWARD, ["meta mark set mark or 0x00010000"], []],
    [FORWARD, ["meta mark set 0x0", "meta mark set 0x4000"], []],
    [FORWARD, ['iifname "eth0" meta mark set 0x0'], []],
    [FORWARD, ["meta mark & 0x00004000 == 0x00000000 meta mark set 0x0"], []],
    [FORWARD, ["ip saddr 10.244.0.0/16 accept", "meta mark set 0x0"], []],
    [FORWARD, ["meta mark set 0x0", "meta mark set ct mark"], ALL],
    [FORWARD, ["meta mark set ct mark"], ALL],
    ["filter hook postrouting priority mangle", ["counter packets 0 bytes 0 meta mark set ct mark"], ALL],
    [FORWARD, ["ct mark set 0x00000001", "meta mark set ct mark"], []],
    [FORWARD, ["meta mark set ct mark", "ct mark set mark"], []],
    [FORWARD, ["meta mark set 0x0", "ct state established ct mark set mark"], ALL],
    [FORWARD, ["meta mark set ct mark and 0x000000ff"], []],
    [FORWARD, ["counter packets 0 bytes 0 xt target CONNMARK"], []],
    [FORWARD, ["meta mark set 0x0", 'counter packets 0 bytes 0 xt target "CONNMARK"'], []],
    [FORWARD, ["ct state established meta mark set ct mark"], []],
    ["filter hook prerouting priority mangle", ["meta mark set ct mark"], []],
    ["nat hook postrouting priority 90", ["meta mark set 0x0", "masquerade"], []],
    ["nat hook postrouting priority 90", ["meta mark set 0x0"], ALL],
  ] as const)("%s: %j", async (hook, rules, told) => {
    expect(await changesOf(table(hook, rules) + own)).toEqual(told);
  });
});

test("what a frontend with policy Local leads to is asked of it, and no other endpoint of its service port", () => {
  const NAME = "default/web/tcp/http";
  const endpoint = (hash: string, address: string) =>
    `\tchain endpoint-${hash}-${NAME}__${address}/8080 {\n\t\tmeta l4proto tcp dnat to ${address}:8080\n\t}\n`;
  const ofNode = parseNftList(
    sourceFromText(
      "node.txt",
      `table ip kube-proxy {
	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
		elements = { 10.96.0.1 . tcp . 80 : goto local-AAAAAAAA-${NAME},
			     192.0.2.5 . tcp . 80 : goto external-AAAAAAAA-${NAME} }
	}
${endpoint("BBBBBBBB", "10.244.1.5")}${endpoint("CCCCCCCC", "10.244.2.5")}	chain local-AAAAAAAA-${NAME} {
		numgen random mod 1 vmap { 0 : goto endpoint-BBBBBBBB-${NAME}__10.244.1.5/8080 }
	}
	chain external-AAAAAAAA-${NAME} {
		goto service-AAAAAAAA-${NAME}
	}
	chain service-AAAAAAAA-${NAME} {
		numgen random mod 2 vmap { 0 : goto endpoint-BBBBBBBB-${NAME}__10.244.1.5/8080, 1 : goto endpoint-CCCCCCCC-${NAME}__10.244.2.5/8080 }
	}
}
`,
    ),
  ).tables[0]!;
  const told = (rule: string) => {
    const other = parseNftList(sourceFromText("a", table(FORWARD, [rule])));
    return tablesBehind(ofNode, foreignBases("ip", undefined, [other])).changes.map(({ message }) => message);
  };
  expect(told("ct original ip daddr 10.96.0.1 ip daddr 10.244.2.5 drop")).toEqual([]);
  for (const rule of ["10.96.0.1 ip daddr 10.244.1.5", "192.0.2.5 ip daddr 10.244.2.5", "192.0.2.5"])
    expect(told(`ct original ip daddr ${rule} drop`)).toEqual([expect.stringContaining("refuses connections to")]);
});

test("both are told from JSON as well", async () => {
  const at = { family: "ip", table: "other", chain: "first" };
  const chain = {
    family: "ip",
    table: "other",
    name: "first",
    type: "filter",
    hook: "forward",
    prio: 0,
    policy: "accept",
  };
  const mark = { meta: { key: "mark" } };
  for (const expr of [
    [{ drop: null }],
    [{ counter: { packets: 0, bytes: 0 } }, { xt: { type: "target", name: "REJECT" } }],
    [{ mangle: { key: mark, value: 0 } }],
    [{ mangle: { key: mark, value: { "&": [mark, 0xffffbfff] } } }],
    [{ mangle: { key: mark, value: { ct: { key: "mark" } } } }],
  ]) {
    const items = [{ table: { family: "ip", name: "other" } }, { chain }, { rule: { ...at, expr } }];
    const { report } = await diffNode(cluster, wishes, [
      sourceFromText("a.json", JSON.stringify({ nftables: items })),
      sourceFromText("node.txt", own),
    ]);
    expect([expr, report!.changes.map(({ kind }) => kind)]).toEqual([expr, ["rule-order"]]);
  }
});

test("between two captures is only told where it is new", async () => {
  const compare = async (before: string, after: string) => {
    const { report } = await diffCaptures([sourceFromText("a.txt", before)], [sourceFromText("b.txt", after)], {});
    return report!.changes.map(({ kind }) => kind);
  };
  const other = table(FORWARD, ["drop"]);
  expect(await compare(other + own, other + own)).toEqual([]);
  expect(await compare(own, other + own)).toEqual(["rule-order"]);
});

test("endpoints at any address of the node are forwarded nowhere", () => {
  const other = parseNftList(sourceFromText("a", table(FORWARD, ["ip daddr 10.244.1.60 drop"])));
  const found = (addresses?: ReadonlySet<string>) =>
    tablesBehind(expectedNftTable(compileNftables(input())), foreignBases("ip", undefined, [other]), {
      nodeAddresses: addresses,
    }).changes.length;
  expect([found(), found(new Set(["10.244.1.60"]))]).toEqual([1, 0]);
});

test("after many rules in all, other endpoints are told as not looked at", () => {
  const rules = ["ip daddr 192.0.2.1 drop", "ip daddr 10.244.1.60 drop", "ip daddr 10.244.1.2 accept"];
  const other = parseNftList(sourceFromText("a", table(FORWARD, rules)));
  const found = (most?: number) =>
    tablesBehind(
      expectedNftTable(compileNftables(input())),
      foreignBases("ip", undefined, [other]),
      most === undefined ? {} : { mostMet: most },
    ).isCut;
  expect([found(), found(0)]).toEqual([false, true]);
});

test("no patch mends it", async () => {
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", own + table(FORWARD, ["drop"]))]);
  expect(nextStep(report!)).toContain("no patch removes rules of other programs");
});

test("more rules than are looked at are told", async () => {
  const doubled = Array.from(
    { length: 15 },
    (_, i) => `\tchain c${i} {\n${`\t\tjump c${i + 1}\n`.repeat(i === 14 ? 0 : 3)}\t}\n`,
  ).join("");
  const text = own + table(FORWARD, ["jump c0", "drop"], doubled);
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
  expect(report!.assumptions.join("\n")).toContain("packets meet more rules");
  expect(report!.coverage.notGiven).toEqual(["all rules of other programs (too many)"]);
});

describe("tables of a healthy node", () => {
  const healthy = {
    flannel: `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		 counter packets 0 bytes 0 jump FLANNEL-FWD
		oifname "docker0" ct state related,established counter packets 0 bytes 0 accept
	}
	chain FLANNEL-FWD {
		ip saddr 10.244.0.0/16  counter packets 0 bytes 0 accept
		ip daddr 10.244.0.0/16  counter packets 0 bytes 0 accept
	}
}
`,
    calico: `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
		 counter packets 0 bytes 0 jump cali-FORWARD
		  meta mark & 0x00010000 == 0x00010000 counter packets 0 bytes 0 accept
	}
	chain cali-FORWARD {
		 counter packets 0 bytes 0 meta mark set mark and 0xfff1ffff
		 meta mark & 0x00010000 == 0x00000000 counter packets 0 bytes 0 jump cali-from-hep-forward
		iifname "cali*"  counter packets 0 bytes 0 jump cali-from-wl-dispatch
		oifname "cali*"  counter packets 0 bytes 0 jump cali-to-wl-dispatch
		 counter packets 0 bytes 0 jump cali-to-hep-forward
	}
	chain cali-from-hep-forward {
	}
	chain cali-to-hep-forward {
	}
	chain cali-from-wl-dispatch {
		iifname "cali123"  counter packets 0 bytes 0 goto cali-fw-cali123
		 counter packets 0 bytes 0 drop
	}
	chain cali-to-wl-dispatch {
		 counter packets 0 bytes 0 drop
	}
	chain cali-fw-cali123 {
		ct state related,established counter packets 0 bytes 0 accept
		ct state invalid counter packets 0 bytes 0 drop
		 counter packets 0 bytes 0 drop
	}
}
`,
    kubeRouter: `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy accept;
		 counter packets 0 bytes 0 jump KUBE-ROUTER-FORWARD
	}
	chain KUBE-ROUTER-FORWARD {
		ip daddr 10.244.1.60  counter packets 0 bytes 0 jump KUBE-POD-FW-AAAA
		ip saddr 10.244.1.60  counter packets 0 bytes 0 jump KUBE-POD-FW-AAAA
	}
	chain KUBE-POD-FW-AAAA {
		ct state invalid counter packets 0 bytes 0 drop
		ct state related,established counter packets 0 bytes 0 accept
		ip daddr 10.244.1.60 fib saddr type local counter packets 0 bytes 0 accept
		meta mark & 0x00010000 != 0x00010000 limit rate 10/minute burst 10 packets counter packets 0 bytes 0 log prefix "DROP"
		meta mark & 0x00010000 != 0x00010000 counter packets 0 bytes 0 reject
		counter packets 0 bytes 0 meta mark set mark and 0xfffeffff
	}
}
`,
    kindnet: `table inet kindnet-network-policies {
	set podips-v4 {
		type ipv4_addr
		elements = { 10.244.1.60, 10.244.1.2 }
	}
	chain postrouting {
		type filter hook postrouting priority srcnat - 5; policy accept;
		icmpv6 type nd-neighbor-solicit accept
		meta skuid 0 accept
		ct state established,related accept
		ip saddr @podips-v4 queue flags bypass to 100
		ip daddr @podips-v4 queue flags bypass to 100
	}
}
table inet kindnet-ipmasq {
	set noMasqV4 {
		type ipv4_addr
		flags interval
		elements = { 10.244.0.0/16 }
	}
	chain postrouting {
		type nat hook postrouting priority srcnat - 10; policy accept;
		ct state established,related accept
		ip daddr @noMasqV4 accept
		masquerade
	}
}
`,
    negatedOfOtherKinds: `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		udp dport != 53 drop
		ip6 saddr . udp sport != { fd00::1 . 53 } drop
		icmp type != echo-request drop
	}
}
`,
    terse: `table ip other {
	set pods {
		type ipv4_addr
		flags interval
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ip daddr @pods accept
	}
}
`,
  };
  test.each(Object.entries(healthy))("%s", async (_, text) => {
    expect(await changesOf(text + own)).toEqual([]);
    expect(await changesOf(`${own}\n${text}`)).toEqual([]);
  });
});
