/** Tables of other owners that packets meet before kube-proxy's. */
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { diffCaptures } from "../../node/diff-captures.js";
import { nextStep } from "../../render/diff-text.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";

const { cluster, wishes, texts } = recordedStates("nftables")[0]!;
const own = texts["node.txt"]!;

/** A table with one base chain. */
const table = (hook: string, rules: readonly string[], more = "", policy = "accept") =>
  `table ip other {\n${more}\tchain first {\n\t\ttype ${hook}; policy ${policy};\n` +
  `${rules.map((rule) => `\t\t${rule}\n`).join("")}\t}\n}\n`;

async function changesOf(text: string) {
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
  return report!.changes.map(({ severity, kind, service, frontend }) =>
    [severity, kind, service, frontend].filter(Boolean).join(" "),
  );
}

const WEB = ["error rule-order default/web 10.96.7.10:80"];
const NODE_PORT = ["error rule-order default/web *:30310"];
const ALL = ["error rule-order"];
const RAW = "filter hook prerouting priority raw";

describe("a rule of another table", () => {
  test.each([
    [RAW, "ip daddr 10.96.7.10 tcp dport 80 drop", WEB],
    [RAW, "ip daddr 10.96.7.10 drop", WEB],
    [RAW, "ip daddr 10.96.7.10 udp dport 80 drop", []],
    [RAW, "ip daddr 10.96.7.10 ip dscp set cs1 drop", WEB],
    ["filter hook prerouting priority mangle", "ct mark set 0x00000001 drop", ALL],
    ["filter hook prerouting priority mangle", "ct mark set 0x00000001", []],
    [RAW, "ip daddr { 10.96.7.9, 10.96.7.10 } counter packets 0 bytes 0 drop", WEB],
    [RAW, "ip daddr @named drop", WEB],
    [RAW, "ip daddr @networks drop", ALL],
    [RAW, "ip daddr . tcp dport vmap @verdicts", WEB],
    [RAW, "ip daddr 10.96.7.10 jump sub", WEB],
    [RAW, 'iifname "eth0" ip daddr 10.96.7.10 drop', WEB],
    [RAW, 'iifname "eth0" ip daddr 10.96.0.0/16 drop', []],
    [RAW, 'ip daddr 10.96.7.10 log prefix "x" drop', WEB],
    [RAW, 'ip daddr 10.96.7.10 log prefix "x drop"', []],
    [RAW, "ip daddr 10.96.0.0/16 reject with icmp host-prohibited", ALL],
    [RAW, "tcp dport 30310 drop", NODE_PORT],
    [RAW, "fib daddr type local tcp dport { 22, 30310 } drop", NODE_PORT],
    [RAW, "ip daddr 192.168.0.11 tcp dport 30310 drop", NODE_PORT],
    [RAW, "ip daddr 192.168.0.12 tcp dport 30310 drop", []],
    // conntrack has seen no packet yet: all are invalid, and none is new or of a direction.
    [RAW, "ct state invalid drop", ALL],
    [RAW, "ct state new drop", []],
    [RAW, "ct direction != reply drop", []],
    ["filter hook prerouting priority mangle", "ct state invalid drop", []],
    ["filter hook prerouting priority mangle", "ct state new drop", ALL],
    ["filter hook prerouting priority mangle", "ct state untracked drop", []],
    ["filter hook output priority mangle", 'iifname != "eth*" drop', ALL],
    ["filter hook output priority mangle", 'oifname != "eth*" drop', []],
    ["filter hook prerouting priority mangle", 'oifname != "eth0" drop', ALL],
    ["filter hook output priority mangle", "fib saddr type local drop", ALL],
    ["filter hook prerouting priority mangle", "fib saddr type local drop", []],
    [RAW, "tcp flags syn drop", ALL],
    [RAW, "tcp flags syn / fin,syn,rst,ack drop", ALL],
    [RAW, "tcp flags syn / fin,syn,rst,ack notrack", ALL],
    [RAW, "tcp flags & (fin|syn|rst|ack) == syn drop", ALL],
    [RAW, "tcp flags fin,syn / fin,syn drop", []],
    [RAW, "tcp flags & (syn | rst) == syn | rst drop", []],
    [RAW, "ip daddr 10.96.7.10 tcp flags != syn / fin,syn,rst,ack drop", []],
    [RAW, "ip daddr 10.96.7.10 tcp flags & (fin|syn|rst|ack) != syn drop", []],
    [RAW, "tcp flags fin drop", []],
    [RAW, "ct state established,related drop", []],
    [RAW, "meta mark 0x00000001 drop", []],
    [RAW, "ip daddr 10.96.7.10 notrack", WEB],
    [RAW, "ip daddr 10.96.7.10 tcp dport 80 notrack accept", WEB],
    [RAW, "tcp flags syn / fin,syn,rst,ack notrack return", ALL],
    [RAW, "ip daddr 192.0.2.7 notrack accept", []],
    ["filter hook prerouting priority mangle", "ip daddr 10.96.7.10 notrack", []],
    ["filter hook prerouting priority mangle", "ip daddr 10.96.7.10 tcp dport 80 tproxy to :1234", WEB],
    // As nft 1.0.6 prints extensions of iptables-nft, and as later ones do.
    ["filter hook prerouting priority mangle", "ip daddr 10.96.7.10 counter packets 0 bytes 0 xt target TPROXY", WEB],
    ["nat hook prerouting priority -110", 'ip daddr 10.96.7.10 counter packets 0 bytes 0 xt target "NETMAP"', WEB],
    ["nat hook prerouting priority -110", "ip daddr 10.96.7.10 counter packets 0 bytes 0 xt target NETMAP", WEB],
    ["filter hook output priority -150", "ip daddr 10.96.7.10 drop", WEB],
    ["filter hook prerouting priority filter", "ip daddr 10.96.7.10 drop", []],
    ["filter hook forward priority -300", "ip daddr 10.96.7.10 drop", []],
    ["nat hook prerouting priority -110", "ip daddr 10.96.7.10 tcp dport 80 dnat to 10.9.8.7:80", WEB],
    ["nat hook prerouting priority -110", "ip daddr 10.96.7.10 dnat to 10.9.8.7", WEB],
    ["nat hook prerouting priority -110", "dnat to ip daddr map { 10.96.7.10 : 10.9.8.7 }", WEB],
    ["nat hook prerouting priority -110", "ip daddr 10.96.7.10 redirect to :8080", WEB],
    // A verdict of one base chain is none of the next one.
    ["nat hook prerouting priority -110", "ip daddr 10.96.7.10 accept", []],
    ["nat hook prerouting priority -90", "ip daddr 10.96.7.10 dnat to 10.9.8.7", []],
  ] as const)("%s: %s", async (hook, rule, told) => {
    const more =
      "\tset named {\n\t\ttype ipv4_addr\n\t\telements = { 10.96.7.10 }\n\t}\n" +
      "\tset networks {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.96.7.0/24 }\n\t}\n" +
      "\tmap verdicts {\n\t\ttype ipv4_addr . inet_service : verdict\n\t\telements = { 10.96.7.10 . 80 : drop }\n\t}\n" +
      "\tchain sub {\n\t\ttcp dport 80 drop\n\t}\n";
    expect(await changesOf(table(hook, [rule], more) + own)).toEqual(told);
  });

  test.each([
    ["ip6 daddr != fd00::/8 drop", []],
    ["reject with icmpv6 port-unreachable", []],
    ["meta nfproto ipv6 drop", []],
    ["meta nfproto ipv4 drop", ALL],
    ["ip daddr != 10.97.0.0/16 drop", ALL],
    ["reject with icmpx 1", ALL],
  ] as const)("of family inet: %s", async (rule, told) => {
    expect(await changesOf(table(RAW, [rule]).replace("table ip", "table inet") + own)).toEqual(told);
  });

  test("of the same priority it comes first where its table was made later", async () => {
    const other = table("nat hook prerouting priority dstnat", ["ip daddr 10.96.7.10 dnat to 10.9.8.7"]);
    expect(await changesOf(other + own)).toEqual([]);
    expect(await changesOf(`${own}\n${other}`)).toEqual(WEB);
  });

  test("what a rule in front lets through is not taken behind it", async () => {
    expect(await changesOf(table(RAW, ["ip daddr 10.96.7.0/24 accept", "drop"]) + own)).not.toEqual([]);
    expect(
      await changesOf(table(RAW, ["ip daddr { 10.96.7.0/24, 203.0.113.0/24, 192.168.0.0/24 } accept", "drop"]) + own),
    ).toEqual([]);
    // A last rule of all that is left is a policy; one that asks for the frontend is not.
    expect(await changesOf(table(RAW, ['iifname { "lo", "cni0" } accept', "counter drop"]) + own)).toEqual([]);
    expect(await changesOf(table(RAW, ['iifname != "br0" return', "drop"]) + own)).toEqual([]);
    expect(await changesOf(table(RAW, ['iifname "cni0" accept', "ip daddr 10.96.7.10 drop"]) + own)).toEqual(WEB);
    expect(await changesOf(table(RAW, ["ct state invalid accept", "ip daddr 10.96.7.10 drop"]) + own)).toEqual([]);
    // conntrack has seen no packet there.
    expect(await changesOf(table(RAW, ["ct state new accept", "ip daddr 10.96.7.10 drop"]) + own)).toEqual(WEB);
  });

  test("a policy drops what no rule may accept", async () => {
    expect(await changesOf(table(RAW, ["ct state established,related accept"], "", "drop") + own)).toEqual(ALL);
    expect(await changesOf(table(RAW, ["ip saddr 192.0.2.7 return"], "", "drop") + own)).toEqual(ALL);
    expect(await changesOf(table(RAW, ['iifname "cni0" accept'], "", "drop") + own)).toEqual([]);
  });

  test("is told from JSON as well", async () => {
    const match = (left: object, right: unknown) => ({ match: { op: "==", left, right } });
    const daddr = { payload: { protocol: "ip", field: "daddr" } };
    const at = { family: "ip", table: "other", chain: "first" };
    const items = [
      { metainfo: { version: "1.0.6" } },
      { table: { family: "ip", name: "other" } },
      {
        chain: {
          family: "ip",
          table: "other",
          name: "first",
          type: "filter",
          hook: "prerouting",
          prio: -300,
          policy: "accept",
        },
      },
      { rule: { ...at, expr: [match(daddr, "10.96.7.10"), { log: { prefix: "x" } }, { drop: null }] } },
    ];
    const { report } = await diffNode(cluster, wishes, [
      sourceFromText("a.json", JSON.stringify({ nftables: items })),
      sourceFromText("node.txt", own),
    ]);
    expect(report!.changes.map(({ service }) => service)).toEqual(["default/web"]);
  });

  test("between two captures is only told where it is new", async () => {
    const other = table(RAW, ["ip daddr 10.96.7.10 drop"]);
    const compare = async (before: string, after: string) => {
      const { report } = await diffCaptures([sourceFromText("a.txt", before)], [sourceFromText("b.txt", after)], {});
      return report!.changes.map(({ kind }) => kind);
    };
    expect(await compare(other + own, other + own)).toEqual([]);
    expect(await compare(own, other + own)).toEqual(["rule-order"]);
  });
});

describe("tables of a healthy node", () => {
  const healthy = {
    firewalld: `table inet firewalld {
	chain mangle_PREROUTING {
		type filter hook prerouting priority mangle + 10; policy accept;
		jump mangle_PREROUTING_ZONES
	}
	chain mangle_PREROUTING_ZONES {
		iifname "eth0" goto mangle_PRE_public
		goto mangle_PRE_public
	}
	chain mangle_PRE_public {
		jump mangle_PRE_public_pre
	}
	chain mangle_PRE_public_pre {
	}
	chain nat_PREROUTING {
		type nat hook prerouting priority dstnat + 10; policy accept;
	}
	chain filter_PREROUTING {
		type filter hook prerouting priority filter + 10; policy accept;
		icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept
		meta nfproto ipv6 fib saddr . mark . iif oif missing drop
	}
	chain filter_FORWARD {
		type filter hook forward priority filter + 10; policy accept;
		ct state { established, related } accept
		ct status dnat accept
		iifname "lo" accept
		ct state invalid drop
		reject with icmpx admin-prohibited
	}
}
`,
    docker: `table ip nat {
	chain DOCKER {
		iifname "docker0" counter packets 0 bytes 0 return
		iifname != "docker0" tcp dport 8080 counter packets 0 bytes 0 dnat to 172.17.0.2:80
	}
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local counter packets 12 bytes 720 jump DOCKER
	}
	chain OUTPUT {
		type nat hook output priority -100; policy accept;
		ip daddr != 127.0.0.0/8 fib daddr type local counter packets 0 bytes 0 jump DOCKER
	}
}
table ip raw {
	chain PREROUTING {
		type filter hook prerouting priority raw; policy accept;
		iifname != "docker0" ip daddr 172.17.0.2 counter packets 0 bytes 0 drop
	}
}
`,
    calico: `table ip raw {
	chain PREROUTING {
		type filter hook prerouting priority raw; policy accept;
		 counter packets 9 bytes 9 jump cali-PREROUTING
	}
	chain cali-PREROUTING {
		 counter packets 9 bytes 9 meta mark set mark and 0xfff0ffff
		iifname "cali*"  counter packets 9 bytes 9 meta mark set mark or 0x40000
		meta mark & 0x00040000 == 0x00040000  xt match "rpfilter" counter packets 0 bytes 0 drop
		meta mark & 0x00040000 == 0x00000000  counter packets 9 bytes 9 jump cali-from-host-endpoint
		meta mark & 0x00010000 == 0x00010000  counter packets 0 bytes 0 accept
	}
	chain cali-from-host-endpoint {
	}
}
`,
    negatedOfOtherKinds: `table inet filter {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		udp dport != { 53, 67-68, 123 } drop
		tcp flags ! fin,syn,rst,psh,ack,urg drop
		ip6 daddr . tcp dport != { fd00::1 . 80 } drop
	}
}
`,
    nodeLocalDNS: `table ip raw {
	chain PREROUTING {
		type filter hook prerouting priority raw; policy accept;
		ip daddr 10.96.0.10 udp dport 53  counter packets 0 bytes 0 notrack
		ip daddr 169.254.20.10 tcp dport 53  counter packets 0 bytes 0 notrack
	}
}
`,
  };
  test.each(Object.entries(healthy))("%s", async (_, text) => {
    expect(await changesOf(text + own)).toEqual([]);
    expect(await changesOf(`${own}\n${text}`)).toEqual([]);
  });
});

test("a table too large to be looked through is told", async () => {
  const large = table(
    RAW,
    Array.from({ length: 20_000 }, () => "ip daddr 192.0.2.1 drop"),
  );
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", own + large)]);
  expect(report!.assumptions.join("\n")).toContain("the first 20000 lines are looked at");
});

test("what to do about another program's rule is told", async () => {
  const text = own + table(RAW, ["ip daddr 10.96.7.10 drop"]);
  const { report } = await diffNode(cluster, wishes, [sourceFromText("node.txt", text)]);
  expect(nextStep(report!)).toContain("no patch removes rules of other programs");
});
