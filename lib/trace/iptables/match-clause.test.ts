/** Each match of iptables against packets; "?" where the answer is not known. */
import { describe, expect, test } from "@jest/globals";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import { readNodeAddresses } from "../local-addresses.js";
import { enterPacket, type PacketState } from "../packet-state.js";
import type { Packet } from "../types.js";
import { both, kernelProbability, matchClause } from "./match-clause.js";

const packet: Packet = {
  protocol: "tcp",
  source: "10.244.1.9",
  destination: "10.96.0.10",
  destinationPort: 80,
  sourcePort: 40000,
  arrival: { from: "pod", interface: "cni0" },
};

function stateOf(change: Partial<Packet> = {}, more: Partial<PacketState> = {}): PacketState {
  const state = enterPacket({ ...packet, ...change });
  if (typeof state === "string") throw new Error(state);
  return { ...state, ...more };
}

const context = {
  addresses: readNodeAddresses({ localAddresses: ["192.168.0.11", "2001:db8::b"] }),
  remembers: (list: string, address: string) => list === "SEEN" && address === "10.244.1.9",
  setContains: (set: string) => (set === "FULL" ? true : set === "EMPTY" ? false : undefined),
};

/** The likelihood that a rule's clauses match. */
function likelihood(clauses: string, state: PacketState): number | "?" {
  const parsed = parseRule(`-A X ${clauses} -j ACCEPT`, () => false);
  if (!("rule" in parsed)) throw new Error(`cannot parse: ${clauses}`);
  let result: number | undefined = 1;
  for (const clause of parsed.rule.clauses) result = both(result, matchClause(clause, context)(state));
  return result ?? "?";
}

describe("a match of iptables", () => {
  test.each<[string, number | "?", Partial<Packet>?, Partial<PacketState>?]>([
    ["", 1],
    ["-s 10.244.0.0/16", 1],
    ["! -s 10.244.0.0/16", 0],
    ["-s 10.244.1.9/32", 1],
    ["-s 10.0.0.0/255.0.0.0", 1],
    ["-d 10.96.0.11/32", 0],
    ["-s fd00::/8", 0],
    ["-s fd00::/8", 1, { source: "fd00::1", destination: "fd00::2" }],
    ["-s node.example", "?"],
    ["-i cni0", 1],
    ["-i cni+", 1],
    ["! -i cni+", 0],
    ["-i eth0", 0],
    ["! -i cni0", 1, { arrival: { from: "node" } }],
    ["-i cni0", "?", { arrival: { from: "pod" } }],
    ["-i +", 1, { arrival: { from: "pod" } }],
    ["-o lo", 1, {}, { outputInterface: "lo" }],
    ["-o lo", "?", {}, { outputInterface: undefined }],
    ["-p tcp", 1],
    ["-p 6", 1],
    ["-p all", 1],
    ["! -p udp", 1],
    ["-p udp", 0],
    ["-p icmp", 0],
    ["-p tcp -m tcp --dport 80", 1],
    ["-p tcp -m tcp ! --dport 80", 0],
    ["-p tcp -m tcp --dport 79:81", 1],
    ["-p tcp -m tcp --dport 81:", 0],
    ["-p tcp -m tcp --sport 40000", 1],
    ["-p tcp -m tcp --sport 40000", "?", { sourcePort: undefined }],
    ["-p tcp -m tcp --dport 81 --sport 1", 0, { sourcePort: undefined }],
    ["-p udp -m udp --dport 80", 0],
    ["-p tcp -m multiport --dports 79,80,1000:2000", 1],
    ["-p tcp -m multiport ! --dports 79,80", 0],
    ["-p tcp -m multiport --ports 40000", 1],
    ["-p tcp -m multiport --ports 80", 1, { sourcePort: undefined }],
    ["-p tcp -m multiport --ports 81", "?", { sourcePort: undefined }],
    ["-m comment --comment hello", 1],
    ["-m addrtype --dst-type LOCAL", 0],
    ["-m addrtype --dst-type LOCAL", 1, { destination: "192.168.0.11" }],
    ["-m addrtype --dst-type LOCAL", 1, { destination: "127.1.2.3" }],
    ["-m addrtype ! --src-type LOCAL", 1],
    ["-m addrtype --src-type LOCAL", 1, { source: "2001:db8::b", destination: "fd00::1" }],
    ["-m addrtype --dst-type MULTICAST", 1, { destination: "224.0.0.1" }],
    ["-m addrtype --dst-type BROADCAST", "?"],
    ["-m addrtype --dst-type BROADCAST", 0, { destination: "192.168.0.11" }],
    ["-m addrtype --dst-type LOCAL --limit-iface-in", "?", { destination: "192.168.0.11" }],
    ["-m conntrack --ctstate NEW", 1],
    ["-m conntrack --ctstate RELATED,ESTABLISHED", 0],
    ["-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT", 1],
    ["-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT", 0, {}, { destinationChanged: true }],
    ["-m conntrack --ctstate INVALID", 1, { connection: "invalid" }],
    ["-m conntrack --ctstate DNAT", "?", { connection: "established" }],
    ["-m mark --mark 0x4000/0x4000", 0],
    ["-m mark --mark 0x4000/0x4000", 1, { mark: 0xc000 }],
    ["-m mark ! --mark 0x4000/0x4000", 1],
    ["-m mark --mark 0x80000000/0x80000000", 1, { mark: 0x80000000 }],
    ["-m statistic --mode random --probability 0.5", 0.5],
    ["-m statistic --mode random ! --probability 0.25", 0.75],
    ["-m statistic --mode nth --every 2 --packet 0", "?"],
    ["-m recent --rcheck --seconds 60 --reap --name SEEN --mask 255.255.255.255 --rsource", 1],
    ["-m recent --rcheck --seconds 60 --name OTHER", 0],
    ["-m recent ! --rcheck --name OTHER", 1],
    ["-m recent --rcheck --name SEEN --rdest", 0],
    ["-m recent --rcheck --name SEEN --mask 255.255.0.0", "?"],
    ["-m recent --set --name OTHER", 1],
    ["-m recent --rcheck --hitcount 4 --name SEEN", "?"],
    ["-m set --match-set FULL dst,dst", 1],
    ["-m set ! --match-set FULL dst,dst", 0],
    ["-m set --match-set EMPTY dst,dst", 0],
    ["-m set --match-set ELSEWHERE dst,dst", "?"],
    ["-m physdev ! --physdev-is-in", 1],
    ["-m physdev --physdev-is-in", 1, { arrival: { from: "pod", bridgePort: true } }],
    ["-m physdev --physdev-out veth1", "?"],
    ["-m ipvs --vaddr 10.96.0.10 --vproto 6 --vport 80", 0],
    [
      "-m ipvs --vaddr 10.96.0.10 --vproto 6 --vport 80",
      1,
      {},
      { virtualServer: { protocol: "tcp", address: "10.96.0.10", port: 80 } },
    ],
    [
      "-m ipvs --vaddr 10.96.0.10 --vproto 6 --vport 81",
      0,
      {},
      { virtualServer: { protocol: "tcp", address: "10.96.0.10", port: 80 } },
    ],
    ["-m nfacct --nfacct-name n", 1],
    ["-m string --string x --algo bm", "?"],
    ["-m string --string x --algo bm -s 10.1.1.1", 0],
  ])("%s is %s", (...row) => {
    const [clauses, want, change, more] = row;
    expect(likelihood(clauses, stateOf(change, more))).toBe(want);
  });

  test("has the probability that the kernel makes of one in text", () => {
    expect(kernelProbability(0.3333333333)).toBe(715827883 / 2 ** 31);
    expect(kernelProbability(1)).toBe(1);
  });
});
