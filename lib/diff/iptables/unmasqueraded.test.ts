/** Rules of others by which packets to some endpoints are not masqueraded. */
import { describe, expect, test } from "@jest/globals";
import { diffNode } from "../../node/diff-node.js";
import { sourceFromText } from "../../source/source.js";
import { recordedStates } from "../../testing/mutations/node-states.js";

const [{ cluster, wishes, texts }] = recordedStates("iptables") as [ReturnType<typeof recordedStates>[number]];
const [[file, save]] = Object.entries(texts) as [[string, string]];

/** The capture with rules in front of all others of a table. */
function captureWith(table: string, rules: readonly string[]): string {
  const start = save.indexOf(`*${table}\n`);
  const first = start + save.slice(start).search(/^(-A |COMMIT)/m);
  const head = save.slice(start, first);
  const chains = new Set(rules.map((rule) => rule.split(" ")[1]!));
  const declared = [...chains].filter((chain) => !head.includes(`:${chain} `)).map((chain) => `:${chain} - [0:0]\n`);
  return save.slice(0, first) + [...declared, ...rules.map((rule) => `${rule}\n`)].join("") + save.slice(first);
}

async function toldOf(table: string, rules: readonly string[], service?: string): Promise<string[]> {
  const source = sourceFromText(file, captureWith(table, rules));
  const { report, diagnostics } = await diffNode(cluster, wishes, [source], service === undefined ? {} : { service });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return report!.changes.map(({ severity, kind, message }) => `${severity} ${kind} ${message}`);
}

const DB = "endpoints of prod/db (10.244.2.60:5432)";
const told = (chain: string, table: string, to: string) =>
  `error rule-order a rule of ${chain} in table ${table} keeps connections to ${to} from being masqueraded where they should be: ` +
  "they leave with the address they came from, and answers to them may not come back, behind kube-proxy's rules";

describe("masquerading is lost for some endpoints", () => {
  test.each([
    ["nat", "POSTROUTING", ["-A POSTROUTING -d 10.244.2.60/32 -j RETURN"]],
    ["nat", "POSTROUTING", ["-A POSTROUTING -d 10.244.2.60/32 -p tcp -m tcp --dport 5432 -j ACCEPT"]],
    ["nat", "POSTROUTING", ["-A POSTROUTING -d 10.244.2.60/32 -j MARK --set-xmark 0x0/0x4000"]],
    ["nat", "POSTROUTING", ["-A POSTROUTING -d 10.244.2.60/32 -m mark --mark 0x4000/0x4000 -j RETURN"]],
    ["nat", "OTHER", ["-A POSTROUTING -p tcp -j OTHER", "-A OTHER -d 10.244.2.60/32 -j ACCEPT"]],
    [
      "nat",
      "OTHER",
      [
        "-A POSTROUTING -d 10.244.2.60/32 -j OTHER",
        "-A OTHER -j MARK --set-xmark 0x0/0x4000",
        "-A OTHER -s 10.0.0.0/8 -j RETURN",
        "-A OTHER -j MASQUERADE",
      ],
    ],
    [
      "nat",
      "OTHER",
      [
        "-A POSTROUTING -d 10.244.2.60/32 -j OTHER",
        "-A OTHER -j MARK --set-xmark 0x0/0x4000",
        "-A OTHER -o eth0 -j MASQUERADE",
      ],
    ],
    ["mangle", "POSTROUTING", ["-A POSTROUTING -d 10.244.2.60/32 -p tcp -j MARK --set-xmark 0x0/0x4000"]],
    ["mangle", "FORWARD", ["-A FORWARD -d 10.244.2.60/32 -j MARK --set-xmark 0x0/0xffffffff"]],
    ["filter", "FORWARD", ["-A FORWARD -d 10.244.2.60/32 -j MARK --set-xmark 0x4000/0x0"]],
  ])("in table %s, %s: %j", async (table, chain, rules) => {
    expect(await toldOf(table, rules)).toEqual([told(chain, table, DB)]);
    expect(await toldOf(table, rules, "prod/db")).toEqual([told(chain, table, DB)]);
  });

  test("or for those of a protocol", async () => {
    const [one, ...more] = await toldOf("nat", ["-A POSTROUTING -p tcp -j RETURN"]);
    expect(one).toMatch(
      /^error rule-order a rule of POSTROUTING in table nat keeps connections to endpoints of \d+ serv/,
    );
    expect(more).toEqual([]);
  });
});

describe("masquerading stays where", () => {
  const FLANNEL = [
    '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
    '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
    '-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN',
    '-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
    '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
    '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
    '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
  ];
  /** Of flannel before 0.21, which has no chain. */
  const OLD_FLANNEL = [
    "-A POSTROUTING -s 10.244.0.0/16 -d 10.244.0.0/16 -j RETURN",
    "-A POSTROUTING -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE --random-fully",
    "-A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.2.0/24 -j RETURN",
    "-A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 -j MASQUERADE --random-fully",
  ];
  const CALICO = [
    '-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-POSTROUTING',
    '-A cali-POSTROUTING -m comment --comment "cali:Z-c7XtVd2Bq7s_hA" -j cali-fip-snat',
    '-A cali-POSTROUTING -m comment --comment "cali:nYKhEzDlr11Jccal" -j cali-nat-outgoing',
    '-A cali-POSTROUTING -o tunl0 -m comment --comment "cali:SXWvdsbh4Mw7wOln" -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully',
    '-A cali-nat-outgoing -m comment --comment "cali:flqWnvo8yq4ULQLa" -m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully',
  ];
  const CALICO_MANGLE = [
    '-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-POSTROUTING',
    '-A cali-POSTROUTING -m comment --comment "cali:NX-7roTexQ3fGRfU" -m mark --mark 0x10000/0x10000 -j RETURN',
    '-A cali-POSTROUTING -m comment --comment "cali:nnqPh8lh2VOogSzX" -j MARK --set-xmark 0x0/0xf0000',
    '-A cali-POSTROUTING -m comment --comment "cali:nquN8Jw8Tz72pcBW" -m conntrack --ctstate DNAT -j cali-to-host-endpoint',
  ];
  const AWS = [
    '-A POSTROUTING -m comment --comment "AWS SNAT CHAIN" -j AWS-SNAT-CHAIN-0',
    '-A AWS-SNAT-CHAIN-0 -d 10.244.0.0/16 -m comment --comment "AWS SNAT CHAIN" -j RETURN',
    "-A AWS-SNAT-CHAIN-0 ! -o vlan+ -m addrtype ! --dst-type LOCAL -j SNAT --to-source 192.168.0.11 --random-fully",
  ];
  /** kube-ovn masquerades itself what is marked, and takes the mark off before it does. */
  const KUBE_OVN = [
    '-A POSTROUTING -m comment --comment "kube-ovn postrouting rules" -j OVN-POSTROUTING',
    "-A OVN-POSTROUTING -m mark --mark 0x4000/0x4000 -j OVN-MASQUERADE",
    "-A OVN-POSTROUTING -m set --match-set ovn40subnets src -m set --match-set ovn40subnets dst -j OVN-MASQUERADE",
    "-A OVN-MASQUERADE -j MARK --set-xmark 0x0/0xffffffff",
    "-A OVN-MASQUERADE -j MASQUERADE --random-fully",
  ];
  const BRIDGE = [
    "-A POSTROUTING -s 10.244.1.5/32 -j CNI-0123456789abcdef",
    "-A CNI-0123456789abcdef -d 10.244.0.0/16 -j ACCEPT",
    "-A CNI-0123456789abcdef ! -d 224.0.0.0/4 -j MASQUERADE",
  ];
  test.each([
    ["flannel's rules are in front", "nat", FLANNEL],
    ["old flannel's are", "nat", OLD_FLANNEL],
    ["Calico's are", "nat", CALICO],
    ["Calico's of table mangle are", "mangle", CALICO_MANGLE],
    ["the AWS plugin's are", "nat", AWS],
    ["the bridge plugin's are", "nat", BRIDGE],
    ["kube-ovn's are", "nat", KUBE_OVN],
    [
      "the mark is taken off packets to an endpoint that are masqueraded then",
      "nat",
      [
        "-A POSTROUTING -d 10.244.2.60/32 -j OTHER",
        "-A OTHER -j MARK --set-xmark 0x0/0x4000",
        '-A OTHER -j LOG --log-prefix "x: "',
        "-A OTHER -j SNAT --to-source 192.0.2.1",
      ],
    ],
    ["a source is asked for", "nat", ["-A POSTROUTING -s 10.0.0.0/8 -d 10.244.2.60/32 -j RETURN"]],
    ["an interface is asked for", "nat", ["-A POSTROUTING ! -o eth0 -d 10.244.2.60/32 -j RETURN"]],
    ["another mark is asked for", "nat", ["-A POSTROUTING -d 10.244.2.60/32 -m mark --mark 0x1/0x1 -j RETURN"]],
    ["no endpoint has the address", "nat", ["-A POSTROUTING -d 10.96.0.0/12 -j RETURN"]],
    ["another port is asked for", "nat", ["-A POSTROUTING -p udp -m udp --dport 9 -j ACCEPT"]],
    [
      "a rule in front masquerades",
      "nat",
      ["-A POSTROUTING -d 10.244.0.0/16 -j MASQUERADE", "-A POSTROUTING -p tcp -j RETURN"],
    ],
    ["another bit is taken off", "mangle", ["-A POSTROUTING -d 10.244.2.60/32 -j MARK --set-xmark 0x0/0x1"]],
    ["table mangle is only left", "mangle", ["-A POSTROUTING -d 10.244.2.60/32 -j ACCEPT"]],
    ["the mark comes later", "mangle", ["-A PREROUTING -p tcp -j MARK --set-xmark 0x0/0xffffffff"]],
  ])("%s", async (_, table, rules) => {
    expect(await toldOf(table, rules)).toEqual([]);
  });
});

test("kube-ovn's chain that takes the mark off and masquerades only some packets keeps others from it", async () => {
  const rules = [
    "-A POSTROUTING -m mark --mark 0x4000/0x4000 -j OVN-MASQUERADE",
    "-A OVN-MASQUERADE -j MARK --set-xmark 0x0/0xffffffff",
    "-A OVN-MASQUERADE -o eth9 -j MASQUERADE --random-fully",
  ];
  expect(await toldOf("nat", rules)).toEqual([
    expect.stringContaining("a rule in front of the jump from POSTROUTING to KUBE-POSTROUTING keeps packets from it"),
  ]);
});
