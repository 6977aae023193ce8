import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../../source/source.js";
import { normalRuleText } from "./normalize.js";
import { parseNftJSON } from "./parse-json.js";
import { parseNftList } from "./parse-list.js";
import { parseRuleBody } from "./parse-rule.js";
import { listRule } from "./print-list.js";
import { printRule } from "./print.js";
import { statementFromJSON } from "./statements/index.js";
import { addWords, emptyWords } from "./tokens.js";

function normal(text: string): string {
  const words = emptyWords();
  addWords(words, text);
  return normalRuleText({ chain: "c", ...parseRuleBody(words.words) });
}

/** The normal form, and spellings of kube-proxy and of nft 1.0.1 to 1.1 that mean the same. */
const SPELLINGS: readonly (readonly [normal: string, ...others: string[]])[] = [
  [
    "mark set mark or 0x00004000",
    "meta mark set meta mark | 0x00004000",
    "meta mark set mark or 0x4000",
    "mark set mark or 16384",
  ],
  ["mark set mark xor 0x00004000", "meta mark set meta mark ^ 0x00004000"],
  [
    "mark and 0x00004000 == 0 return",
    "meta mark & 0x00004000 == 0x00000000 return",
    "meta mark and 0x4000 == 0 return",
  ],
  ["mark and 0x00004000 != 0", "meta mark & 0x00004000 != 0x00000000"],
  ["mark and 0x80000000 == 0", "meta mark 0x00000000/1", "meta mark & 0x80000000 == 0x00000000"],
  ["mark and 0x80000000 != 0", "meta mark != 0x00000000/1"],
  ["ip daddr 172.30.0.0/16 drop", "ip daddr { 172.30.0.0/16 } drop", "ip daddr {172.30.0.0/16} drop"],
  [
    "ip daddr 172.30.0.0/15 drop",
    "ip daddr { 172.30.0.0/16,172.31.0.0/16 } drop",
    "ip daddr { 172.31.0.0/16 , 172.30.0.0/16 } drop",
  ],
  ["ip saddr != 203.0.113.0/25 drop", "ip saddr != { 203.0.113.0/25 } drop"],
  ["ip saddr != 10.0.0.1 drop", "ip saddr != { 10.0.0.1/32 } drop", "ip saddr != 10.0.0.1 drop"],
  [
    "ip saddr != { 10.0.0.1-10.0.0.3 , 10.0.0.9 } drop",
    "ip saddr != { 10.0.0.1,10.0.0.2/31,10.0.0.9 } drop",
    "ip saddr != { 10.0.0.1-10.0.0.3, 10.0.0.9 } drop",
  ],
  ["ip saddr != 0.0.0.0/0 drop", "ip saddr != { 0.0.0.0/0 , 1.2.3.4 } drop"],
  ["ip6 saddr != 2001:db8::/32 drop", "ip6 saddr != { 2001:0db8::/33, 2001:db8:8000::/33 } drop"],
  [
    "meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.180.0.4 . 80 , 1 : 10.180.0.5 . 80 }",
    "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.180.0.4 . 80, 1 : 10.180.0.5 . 80 }",
    "meta l4proto 6 dnat ip addr . port to numgen random mod 2 offset 0 map { 1 : 10.180.0.5 . 80, 0 : 10.180.0.4 . 80 }",
    "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.180.0.4 . 80, 1 : 10.180.0.5 . 80 } random",
    'meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.180.0.4 . "http", 1 : 10.180.0.5 . "http" }',
  ],
  [
    "meta l4proto udp dnat to 10.180.0.4:53",
    'meta l4proto 17 dnat to 10.180.0.4: "domain"',
    "meta l4proto udp dnat ip to 10.180.0.4:53",
    "meta l4proto udp dnat to 10.180.0.4:53 fully-random,persistent",
  ],
  [
    "meta l4proto sctp dnat to [fd00::1]:80",
    "meta l4proto 132 dnat to [fd00:0:0::1]:80",
    "meta l4proto sctp dnat ip6 to [fd00::1]:80",
  ],
  ["ct state new jump services", "ct state 0x8 jump services", "ct state 0x00000008 jump services"],
  ["ct status dnat masquerade fully-random", "ct status 0x20 masquerade fully-random"],
  ["fib saddr type local jump mark-for-masquerade", "fib saddr type 2 jump mark-for-masquerade"],
  ["iifname != cali* jump x", 'iifname != "cali*" jump x', 'meta iifname != "cali*" jump x'],
  ["iif cni0 jump x", 'iif "cni0" jump x', 'meta iif "cni0" jump x'],
  [
    "numgen random mod 2 vmap { 0 : goto a , 1 : goto b }",
    "numgen random mod 2 vmap { 0 : goto a, 1 : goto b }",
    "numgen random mod 2 vmap { 1 : goto b, 0 : goto a }",
  ],
  [
    "reject",
    "reject with icmp port-unreachable",
    "reject with icmp type port-unreachable",
    "reject with icmpv6 port-unreachable",
  ],
  ["ip daddr 10.0.0.1 drop", "ip daddr 10.0.0.1 counter packets 5 bytes 300 drop", "counter ip daddr 10.0.0.1 drop"],
  ["tcp dport 80 accept", "tcp dport http accept", 'tcp dport "http" accept'],
];

describe("spellings of one rule", () => {
  test.each(SPELLINGS)("%s", (wanted, ...others) => {
    expect(normal(wanted)).toBe(wanted);
    for (const other of others) expect(normal(other)).toBe(wanted);
    const words = emptyWords();
    addWords(words, wanted);
    const rule = { chain: "c", ...parseRuleBody(words.words) };
    // Printed for kube-proxy and for listings, it reads back as the same.
    expect(normal(printRule(rule))).toBe(wanted);
    expect(normal(listRule(rule))).toBe(wanted);
  });

  test.each([
    ["mark set mark or 0x00004000", "mark set mark or 0x00008000"],
    ["ip daddr 10.0.0.0/8 drop", "ip daddr 10.0.0.0/9 drop"],
    ["numgen random mod 2 vmap { 0 : goto a , 1 : goto b }", "numgen random mod 2 vmap { 0 : goto b , 1 : goto a }"],
    ["meta l4proto tcp dnat to 10.0.0.1:80", "meta l4proto udp dnat to 10.0.0.1:80"],
    ["jump x", "goto x"],
    ["masquerade fully-random", "masquerade"],
    ["reject", "reject with tcp reset"],
  ])("%s is not %s", (a, b) => {
    expect(normal(a)).not.toBe(normal(b));
  });
});

test.each([
  ["reject", { reject: { type: "icmp", expr: 3 } }],
  ["reject", { reject: { type: "icmpv6", expr: 4 } }],
  ["reject with icmp 1", { reject: { type: "icmp", expr: 1 } }],
  ["dnat to 10.0.0.1:80", { dnat: { addr: "10.0.0.1", port: "http" } }],
  [
    "dnat ip addr . port to numgen random mod 1 map { 0 : 10.0.0.1 . 6379 }",
    {
      dnat: {
        family: "ip",
        addr: {
          map: {
            key: { numgen: { mode: "random", mod: 1, offset: 0 } },
            data: { set: [[0, { concat: ["10.0.0.1", "redis"] }]] },
          },
        },
      },
    },
  ],
])("%s of nft -j with -n or -S", (wanted, json) => {
  expect(normalRuleText({ chain: "c", statements: [statementFromJSON(json)], comment: undefined })).toBe(wanted);
});

test("what is not understood is kept in its place, with what follows it", () => {
  const words = emptyWords();
  addWords(words, 'ip daddr 10.0.0.1 tproxy to :8080 meta mark set 0x1 accept comment "theirs"');
  const { statements, comment } = parseRuleBody(words.words);
  expect(statements.map(({ kind }) => kind)).toEqual(["match", "unknown"]);
  expect(statements.at(-1)).toEqual({ kind: "unknown", text: "tproxy to :8080 meta mark set 0x1 accept" });
  expect(comment).toBe("theirs");
});

const table = (body: string) => `table ip kube-proxy {\n${body}\n}\n`;
const read = (text: string) => parseNftList(sourceFromText("node.txt", text));

describe("listings", () => {
  test("of nft 1.1 with counts, expiries, timeouts and counters of elements", () => {
    const { tables, diagnostics } = read(
      table(`	comment "rules for kube-proxy"
	set affinity-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80 {
		type ipv4_addr
		size 65535	# count 3
		flags dynamic,timeout
		timeout 1d2h3m4s
		elements = { 10.0.0.1 expires 2h59m59s992ms, 10.0.0.2 timeout 3h expires 1m,
			     10.0.0.3 counter packets 1 bytes 2 expires 5s }
	}
	map service-ips {
		typeof ip daddr . meta l4proto . th dport : verdict
		elements = { 10.0.0.1 . tcp . 80 comment "a b" : goto
			     service-x,
			     10.0.0.2 . 17 . "domain" counter packets 0 bytes 0 : drop }
	}`),
    );
    expect(diagnostics).toEqual([]);
    expect(tables[0]!.comment).toBe("rules for kube-proxy");
    const [affinity, services] = tables[0]!.sets;
    expect(affinity).toMatchObject({ timeoutSeconds: 93784, flags: ["dynamic", "timeout"], line: 3 });
    expect(affinity!.elements.map(({ key }) => key)).toEqual([["10.0.0.1"], ["10.0.0.2"], ["10.0.0.3"]]);
    expect(services!.keyType).toEqual(["ipv4_addr", "inet_proto", "inet_service"]);
    expect(services!.elements).toMatchObject([
      { key: ["10.0.0.1", "tcp", 80], comment: "a b", verdict: { kind: "goto", chain: "service-x" } },
      { key: ["10.0.0.2", "udp", 53], verdict: { kind: "drop" } },
    ]);
  });

  test("of a whole table on one line, and of rules that go over several", () => {
    const { tables, diagnostics } = read(
      `table ip6 kube-proxy { chain a { type nat hook prerouting priority dstnat - 10; policy accept; jump b; }
chain b { numgen random mod 2 vmap { 0 : goto c,
    1 : goto d } comment "x" # handle 7
ip6 saddr { fd00::1,
fd00::2 } drop } }
`,
    );
    expect(diagnostics).toEqual([]);
    expect(tables[0]).toMatchObject({ family: "ip6", complete: true });
    expect(tables[0]!.chains).toMatchObject([
      { name: "a", base: { type: "nat", hook: "prerouting", priority: -110, policy: "accept" } },
      { name: "b" },
    ]);
    expect([...tables[0]!.rules].map(normalRuleText)).toEqual([
      "jump b",
      "numgen random mod 2 vmap { 0 : goto c , 1 : goto d }",
      "ip6 saddr { fd00::1-fd00::2 } drop".replace("{ ", "").replace(" }", ""),
    ]);
  });

  test("tell the line of each rule, and lines that cannot be read", () => {
    const { tables, diagnostics } = read(
      table(`	chain services {
		ip daddr . meta l4proto . th dport vmap @service-ips # handle 12
		%% garbage \u001b[31m
		jump x # handle 13
	}
	set s {
		tpye ipv4_addr
	}
	wat`),
    );
    expect([...tables[0]!.rules].map(({ line, handle }) => [line, handle])).toEqual([
      [3, 12],
      [5, 13],
    ]);
    expect(diagnostics.map(({ code, at, message }) => [code, (at as { line: number }).line, message])).toEqual([
      ["unreadable-line", 4, String.raw`this is no rule: %% garbage \x1b[31m`],
      ["unreadable-line", 8, "this is no line of a set: tpye ipv4_addr"],
      ["unreadable-line", 7, "no type is given: set s"],
      ["unreadable-line", 10, "this is no chain, set or map: wat"],
    ]);
  });

  test("pass over flowtables and named counters in the table", () => {
    const { tables, diagnostics } = read(
      table(`	counter c {
		packets 0 bytes 0
	}
	flowtable f {
		hook ingress priority filter
		devices = { eth0,
			    eth1 }
	}
	chain a {
	}`),
    );
    expect(diagnostics).toEqual([]);
    expect(tables[0]!.chains.map(({ name }) => name)).toEqual(["a"]);
  });

  test("report many unreadable lines once", () => {
    const { diagnostics } = read(table("\tchain a {\n" + "\t\t%%\n".repeat(500) + "\t}"));
    expect(diagnostics).toHaveLength(21);
    expect(diagnostics.at(-1)!.message).toContain("480 more lines");
  });
});

describe("JSON", () => {
  const document = (...items: object[]) =>
    JSON.stringify({ nftables: [{ metainfo: { json_schema_version: 1 } }, ...items] });
  const place = { family: "ip", table: "kube-proxy" };

  test("reads every form of element, flag and reject, on one line or pretty-printed", () => {
    const items = [
      { table: { family: "ip", name: "kube-proxy", comment: "c" } },
      {
        set: {
          ...place,
          name: "a",
          type: "ipv4_addr",
          flags: ["timeout"],
          timeout: 60,
          elem: [{ elem: { val: "10.0.0.1", expires: 3 } }, { prefix: { addr: "10.1.0.0", len: 16 } }],
        },
      },
      {
        map: {
          ...place,
          name: "m",
          type: ["inet_proto", "inet_service"],
          map: "verdict",
          flags: "interval",
          elem: [
            [{ elem: { val: { concat: ["tcp", 80] }, comment: "x" } }, { drop: null }],
            [{ concat: [17, 53] }, { goto: { target: "g" } }],
          ],
        },
      },
      { chain: { ...place, name: "g", handle: 5 } },
      { rule: { ...place, chain: "g", handle: 6, expr: [{ reject: null }] } },
      { rule: { ...place, chain: "g", handle: 7, expr: [{ xt: { type: "target", name: "LOG" } }, { accept: null }] } },
      { chain: { family: "ip", table: "nat", name: "KUBE-SERVICES" } },
    ];
    for (const text of [document(...items), JSON.stringify(JSON.parse(document(...items)), undefined, 2)]) {
      const { tables, foreign, diagnostics } = parseNftJSON(sourceFromText("node.json", text));
      expect(diagnostics).toEqual([]);
      expect(foreign.map(({ name, kubeChains }) => [name, kubeChains.map((chain) => chain.name)])).toEqual([
        ["nat", ["KUBE-SERVICES"]],
      ]);
      expect(tables[0]!.sets).toMatchObject([
        { name: "a", timeoutSeconds: 60, elements: [{ key: ["10.0.0.1"] }, { key: ["10.1.0.0/16"] }] },
        {
          name: "m",
          elements: [
            { key: ["tcp", 80], comment: "x", verdict: { kind: "drop" } },
            { key: ["udp", 53], verdict: { kind: "goto", chain: "g" } },
          ],
        },
      ]);
      expect([...tables[0]!.rules].map(normalRuleText)).toEqual([
        "reject",
        '{"xt":{"type":"target","name":"LOG"}} accept',
      ]);
    }
  });

  test("tells objects that cannot be read, by line, and survives hostile ones", () => {
    const text = `{"nftables": [
{"chain": {"family": "ip", "table": "kube-proxy"}},
{"rule": {"family": "ip", "table": "kube-proxy", "chain": "nowhere", "expr": []}},
{"__proto__": {"family": "ip", "table": "kube-proxy"}},
{"chain": {"family": "ip", "table": "kube-proxy", "name": "__proto__"}},
{"rule": {"family": "ip", "table": "kube-proxy", "chain": "__proto__", "expr": [${'{"concat":['.repeat(5000)}${"]}".repeat(5000)}]}}
]}`;
    const { tables, diagnostics } = parseNftJSON(sourceFromText("node.json", text));
    expect(diagnostics.map(({ code, at }) => [code, (at as { line: number }).line])).toEqual([
      ["unreadable-line", 2],
      ["unreadable-line", 3],
      ["unreadable-line", 4],
      ["unreadable-line", 6],
    ]);
    expect(tables[0]!.chains.map(({ name }) => name)).toEqual(["__proto__"]);
  });
});

test.each([
  ["meta l4proto tcp", "meta l4proto 6"],
  ["meta l4proto { tcp, udp }", "meta l4proto { 6, 17 }"],
  ["ct state new", "ct state 0x8"],
  ["ct state established,related", "ct state 0x2,0x4"],
  ["ct status dnat", "ct status 0x20"],
  ["ct status == dnat", "ct status == 0x20"],
  ["fib daddr type local", "fib daddr type 2"],
])("what nft -n prints is read as the names it stands for, not made so when it is compared: %s", (named, numeric) => {
  const read = (text: string) => {
    const words = emptyWords();
    addWords(words, text);
    return parseRuleBody(words.words).statements;
  };
  expect(read(numeric)).toEqual(read(named));
});

test("numbers of nft -jn are read as names", () => {
  const match = (right: unknown) =>
    statementFromJSON({ match: { op: "==", left: { meta: { key: "l4proto" } }, right } });
  expect(match(6)).toEqual(match("tcp"));
});
