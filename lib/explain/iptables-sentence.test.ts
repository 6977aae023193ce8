import { expect, test } from "@jest/globals";
import { parseRule } from "../rulesets/iptables/parse-rule.js";
import { iptablesSentence } from "./iptables-sentence.js";
import type { WordContext } from "./word-context.js";

const words: WordContext = {
  family: "IPv4",
  chainPurpose: (chain) => (chain === "KUBE-SEP-AAAAAAAAAAAAAAAA" ? "sends to 10.244.1.5:8080" : undefined),
  targetName: (target) => (target === "10.244.1.5:8080" ? "Pod shop/web-1" : undefined),
};

function say(text: string, isRest = false): string {
  const parsed = parseRule(`-A KUBE-X ${text}`, (name) => name.startsWith("KUBE-"));
  if (!("rule" in parsed)) throw new Error(parsed.problem);
  return iptablesSentence(parsed.rule, isRest, words);
}

test.each([
  ["-j KUBE-MARK-MASQ", "All packets are marked to be masqueraded (KUBE-MARK-MASQ)."],
  [
    "-d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j KUBE-SEP-AAAAAAAAAAAAAAAA",
    "TCP packets to 10.96.0.10 port 80 go through KUBE-SEP-AAAAAAAAAAAAAAAA (sends to 10.244.1.5:8080).",
  ],
  [
    "! -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m udp --dport 53 -j KUBE-MARK-MASQ",
    "UDP packets to 10.96.0.10 port 53 not from 10.244.0.0/16 are marked to be masqueraded (KUBE-MARK-MASQ).",
  ],
  [
    "-m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-AAAAAAAAAAAAAAAA",
    "With a chance of 33.33%, packets go through KUBE-SEP-AAAAAAAAAAAAAAAA (sends to 10.244.1.5:8080).",
  ],
  [
    "-p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080",
    "TCP packets are sent to 10.244.1.5:8080, Pod shop/web-1.",
  ],
  [
    "-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-A --rsource -j KUBE-Y",
    "Packets from a client that list KUBE-SEP-A noted in the last 10800 s go through KUBE-Y.",
  ],
  ["-m mark ! --mark 0x4000/0x4000 -j RETURN", "Packets without mark 0x4000 leave this chain."],
  ["-j MARK --set-xmark 0x4000/0x0", "All packets have mark 0x4000 turned over."],
  ["-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS", "Packets to an address of this node go through KUBE-NODEPORTS."],
  ["-m conntrack --ctstate INVALID -j DROP", "Packets of invalid connections are dropped without an answer."],
  [
    "-m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
    "Packets whose destination address, destination port is in set KUBE-CLUSTER-IP (service cluster ip + port for masquerade purpose) are accepted.",
  ],
  ["-p tcp -m multiport --dports 80,443 -j KUBE-Y", "TCP packets to ports 80,443 go through KUBE-Y."],
  ["-i docker0 -j LOG --log-prefix x", "Packets through interface docker0 are given to target LOG --log-prefix x."],
])("%s", (text, sentence) => {
  expect(say(text)).toBe(sentence);
});

test("a rule without a condition after such with one is about the rest", () => {
  expect(say("-j KUBE-SEP-AAAAAAAAAAAAAAAA", true)).toMatch(/^All other packets go through /);
});
