/** nftables rules against packets: what each match gives, and what each statement does. */
import { describe, expect, test } from "@jest/globals";
import { parseNftCommands } from "../../rulesets/nftables/parse-commands.js";
import { checkFlows, parsePacket } from "../../testing/packet-flows.js";
import { outcomeKey, trace, type NodeFacts, type TracedNode } from "../index.js";

const FACTS: NodeFacts = { localAddresses: ["192.168.0.11"], affinity: new Map([["seen", ["10.244.1.9"]]]) };

/** A table with a filter and nat chains; `lines` are commands without "add" and the table. */
function nodeWith(lines: string, facts: Partial<NodeFacts> = {}): TracedNode {
  const base = [
    "chain pre { type nat hook prerouting priority -100 ; }",
    "chain forward { type filter hook forward priority 0 ; }",
    "chain post { type nat hook postrouting priority 100 ; }",
    "chain out { type nat hook output priority -100 ; }",
  ];
  const commands = [...base, ...lines.split("\n").map((line) => line.trim())]
    .filter((line) => line !== "")
    .map((line) => line.replace(/^(chain|set|map|rule|element) /, "add $1 ip t "));
  const { tables, unread } = parseNftCommands(["add table ip t", ...commands]);
  if (unread.length > 0) throw new Error(unread[0]!.text);
  return { nftables: [{ kind: "nftables", tables }], facts: { ...FACTS, ...facts } };
}

const POD = "pod 10.244.1.9 on cni0 > tcp 10.96.0.10:80";

/** Whether a rule of the forward chain that drops what it matches drops the packet. */
function matches(rule: string, packet: string, declarations = ""): "yes" | "no" | "?" | number {
  const { outcomes } = trace(nodeWith(`${declarations}\nrule forward ${rule} drop`), parsePacket(packet));
  const shares = new Map(outcomes.map(({ outcome, probability }) => [outcome.kind, probability]));
  if (shares.has("unknown")) return "?";
  const share = shares.get("dropped") ?? 0;
  return share === 1 ? "yes" : share === 0 ? "no" : share;
}

describe("a match of nftables", () => {
  test.each([
    ["ip daddr 10.96.0.10", POD, "yes"],
    ["ip daddr != 10.96.0.10", POD, "no"],
    ["ip saddr 10.244.0.0/16", POD, "yes"],
    ["ip saddr != { 10.0.0.0/16 , 10.244.1.0-10.244.1.8 }", POD, "yes"],
    ["ip saddr { 10.0.0.0/16, 10.244.1.9-10.244.1.12 }", POD, "yes"],
    ["ip6 daddr fd00::1", POD, "no"],
    ["ip6 daddr != fd00::1", POD, "no"],
    ["ip protocol tcp", POD, "yes"],
    ["ip ttl 64", POD, "?"],
    ["tcp dport 80", POD, "yes"],
    ["tcp dport 80-90", POD, "yes"],
    ["tcp dport { 22, 443 }", POD, "no"],
    ["udp dport != 80", POD, "no"],
    ["th dport 80", POD, "yes"],
    ["tcp sport 1", POD, "?"],
    ["meta l4proto tcp", POD, "yes"],
    ["meta l4proto 17", POD, "no"],
    ["meta l4proto icmp", POD, "no"],
    ["iifname cni0", POD, "yes"],
    ["iifname cn*", POD, "yes"],
    ["iifname != cni0", POD, "no"],
    ["iifname cni0", "pod 10.244.1.9 > tcp 10.96.0.10:80", "?"],
    ["oifname eth0", POD, "?"],
    ["meta nfproto ipv4", POD, "yes"],
    ["meta cpu 3", POD, "?"],
    ["ct state new", POD, "yes"],
    ["ct state established,related", POD, "no"],
    ["ct state != established", POD, "yes"],
    ["ct status dnat", POD, "no"],
    ["ct status assured", POD, "?"],
    ["ct mark 3", POD, "?"],
    ["fib daddr type local", POD, "no"],
    ["fib saddr type local", POD, "no"],
    ["fib daddr type unicast", POD, "?"],
    ["fib daddr . iif type local", POD, "?"],
    ["mark and 0x4000 == 0", POD, "yes"],
    ["meta mark & 0x00004000 != 0x00000000", POD, "no"],
    ["numgen random mod 4 == 3", POD, 0.25],
    ["numgen random mod 4 != 3", POD, 0.75],
    ["ip ttl 64 tcp dport 81", POD, "no"],
    ["limit rate 3/second", POD, "?"],
    ["tcp dport 81 limit rate 3/second", POD, "no"],
    ['log prefix "x "', POD, "?"],
    ["ip saddr @seen", POD, "yes"],
    ["ip saddr @seen", "pod 10.244.1.8 > tcp 10.96.0.10:80", "no"],
    ["ip saddr @nets", POD, "yes"],
    ["ip saddr @nets", "pod 10.245.1.8 > tcp 10.96.0.10:80", "no"],
    ["ip daddr . meta l4proto . th dport @places", POD, "yes"],
    ["ip daddr . meta l4proto . th dport @places", "pod 10.244.1.9 > udp 10.96.0.10:80", "no"],
    ["ip daddr . meta l4proto . th dport != @places", POD, "no"],
    ["ip saddr @gone", POD, "?"],
  ] as const)("%s on %s: %s", (rule, packet, want) => {
    const declarations = `
      set seen { type ipv4_addr ; flags dynamic,timeout ; timeout 60s ; }
      set nets { type ipv4_addr ; flags interval ; }
      element nets { 10.244.0.0/16 }
      set places { type ipv4_addr . inet_proto . inet_service ; }
      element places { 10.96.0.10 . tcp . 80 }`;
    expect(matches(rule, packet, declarations)).toBe(want);
  });
});

describe("a rule of nftables", () => {
  test("goes on after jumps, and not after gotos", () => {
    checkFlows(
      nodeWith(`
        chain a
        chain b
        rule pre jump a
        rule pre goto b
        rule pre dnat to 10.0.0.9:9
        rule a ip saddr 10.0.0.0/8 return
        rule a dnat to 10.0.0.1:1
        rule b ip saddr 10.244.1.8 dnat to 10.0.0.2:2`),
      `${POD} = undisturbed\npod 10.244.1.8 > tcp 10.96.0.10:80 = 10.0.0.2:2`,
    );
  });

  test("ends its base chain when it accepts, and other chains of the hook still count", () => {
    checkFlows(
      nodeWith(`
        chain early { type filter hook forward priority -1 ; }
        rule early accept
        rule early drop
        rule forward tcp dport 81 drop`),
      `${POD} = undisturbed\npod 10.244.1.9 > tcp 10.96.0.10:81 = dropped`,
    );
  });

  test("finds no connection before conntrack has seen the packet", () => {
    checkFlows(
      nodeWith(`
        chain raw { type filter hook prerouting priority -300 ; }
        rule raw ct state new drop
        rule raw tcp dport 81 ct state invalid drop
        chain mangle { type filter hook prerouting priority -150 ; }
        rule mangle ct state invalid drop
        rule mangle tcp dport 82 ct state new drop`),
      `${POD} = undisturbed\npod 10.244.1.9 > tcp 10.96.0.10:81 = dropped\npod 10.244.1.9 > tcp 10.96.0.10:82 = dropped`,
    );
  });

  test("meets the chain's policy at the end", () => {
    checkFlows(
      nodeWith("chain strict { type filter hook forward priority 5 ; policy drop ; }\nrule strict tcp dport 80 accept"),
      `${POD} = undisturbed\npod 10.244.1.9 > tcp 10.96.0.10:81 = dropped`,
    );
  });

  test("chooses by random number, by map and by set of targets", () => {
    checkFlows(
      nodeWith(`
        chain a
        chain b
        rule a dnat to 10.0.0.1:1
        rule b dnat to 10.0.0.2:2
        rule pre tcp dport 80 numgen random mod 4 vmap { 0 : goto a , 1 : goto b , 2 : goto b }
        rule pre tcp dport 81 dnat ip addr . port to numgen random mod 2 map { 0 : 10.0.0.3 . 3 , 1 : 10.0.0.4 . 4 }
        map m { type ipv4_addr . inet_proto . inet_service : verdict ; }
        element m { 10.96.0.10 . tcp . 82 : drop }
        rule forward ip daddr . meta l4proto . th dport vmap @m
        rule forward tcp dport vmap { 83 : drop , 84 : accept }
        rule forward tcp dport { 83, 84, 85 } reject`),
      `${POD} = 10.0.0.1:1 25%, 10.0.0.2:2 50%, undisturbed 25%
       pod 10.244.1.9 > tcp 10.96.0.10:81 = 10.0.0.3:3 10.0.0.4:4
       pod 10.244.1.9 > tcp 10.96.0.10:82 = dropped
       pod 10.244.1.9 > tcp 10.96.0.10:83 = dropped
       pod 10.244.1.9 > tcp 10.96.0.10:84 = undisturbed
       pod 10.244.1.9 > tcp 10.96.0.10:85 = rejected`,
    );
  });

  test("changes the mark as it goes, and masquerades by it", () => {
    checkFlows(
      nodeWith(`
        rule pre mark set mark or 0x00004000
        rule pre tcp dport 81 mark set mark xor 0x00004000
        rule pre tcp dport 82 mark set 0x1
        rule post mark and 0x00004000 != 0 mark set mark xor 0x00004000 masquerade fully-random`),
      `${POD} = undisturbed masqueraded
       pod 10.244.1.9 > tcp 10.96.0.10:81 = undisturbed
       pod 10.244.1.9 > tcp 10.96.0.10:82 = undisturbed`,
    );
  });

  test("remembers clients in sets", () => {
    const node = nodeWith(`
      set aff { type ipv4_addr ; flags dynamic,timeout ; timeout 60s ; }
      rule pre update @aff { ip saddr }
      rule pre dnat to 10.0.0.1:1`);
    const [first] = trace(node, parsePacket(POD)).outcomes;
    expect(first!.paths[0]!.remembered).toEqual(["aff"]);
  });

  test("that only logs lets the packet pass", () => {
    checkFlows(nodeWith('rule forward log prefix "x " level warn'), `${POD} = undisturbed`);
  });

  test("that jumps in circles or into nothing ends as unknown", () => {
    const outcome = (lines: string) =>
      trace(nodeWith(lines), parsePacket(POD)).outcomes.map((o) => outcomeKey(o.outcome));
    expect(outcome("chain a\nrule pre jump a\nrule a jump a")).toEqual(["unknown: chains jump in circles"]);
    expect(outcome("chain a\nrule pre goto a\nrule a goto a")).toEqual(["unknown: chains jump in circles"]);
    expect(outcome("rule pre jump gone")).toEqual(["unknown: chain gone does not exist"]);
  });
});
