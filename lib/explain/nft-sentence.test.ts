import { expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { parseNftList } from "../rulesets/nftables/parse-list.js";
import { elementSentence, nftSentence } from "./nft-sentence.js";
import type { WordContext } from "./word-context.js";

const words: WordContext = {
  family: "IPv4",
  chainPurpose: (chain) => (chain.startsWith("service-") ? "chooses among the endpoints" : undefined),
  targetName: (target) => (target === "10.244.1.5:8080" ? "Pod shop/web-1" : undefined),
};

function say(rule: string): string {
  const { tables } = parseNftList(sourceFromText("nft", `table ip kube-proxy {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`));
  return nftSentence(tables[0]!.rulesOfChains.at(0)![0]!, false, words);
}

test.each([
  [
    "ip daddr 10.96.0.10 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade",
    "TCP packets to 10.96.0.10 port 80 not from 10.244.0.0/16 are marked to be masqueraded (mark-for-masquerade).",
  ],
  [
    "numgen random mod 2 vmap { 0 : goto endpoint-A, 1 : goto endpoint-B }",
    "All packets go on in one of 2 chains, chosen at random.",
  ],
  ["meta l4proto tcp dnat to 10.244.1.5:8080", "TCP packets are sent to 10.244.1.5:8080, Pod shop/web-1."],
  [
    "ip saddr 10.244.1.5 jump mark-for-masquerade",
    "Packets from 10.244.1.5 are marked to be masqueraded (mark-for-masquerade).",
  ],
  ["reject", "All packets are refused."],
  ["meta mark & 0x00004000 == 0x00000000 return", "Packets without mark 0x4000 leave this chain."],
  ["ct state invalid drop", "Packets of invalid connections are dropped without an answer."],
  ["fib daddr type local jump c", "Packets to an address of this node go through c."],
  [
    "meta l4proto . th dport vmap @service-nodeports",
    "All packets are looked up by protocol, port in map service-nodeports and go where it says.",
  ],
  ["ip daddr @cluster-ips goto reject-chain", "Packets to an address in set cluster-ips are refused (reject-chain)."],
])("%s", (rule, sentence) => {
  expect(say(rule)).toBe(sentence);
});

test("elements of maps and sets say what becomes of their packets", () => {
  const goto = { kind: "goto", chain: "service-ABCDEFGH-shop/web/tcp/http" } as const;
  expect(elementSentence("service-ips", { key: ["10.96.0.10", "tcp", 80], verdict: goto }, words)).toBe(
    `TCP packets to 10.96.0.10 port 80 go on in ${goto.chain} (chooses among the endpoints).`,
  );
  expect(elementSentence("service-nodeports", { key: ["tcp", 30080], verdict: goto }, words)).toMatch(
    /^TCP packets to node port 30080 go on in /,
  );
  expect(elementSentence("cluster-ips", { key: ["10.96.0.10"] }, words)).toBe(
    "Packets to 10.96.0.10 are refused unless a service port takes them.",
  );
  expect(elementSentence("mine", { key: ["10.0.0.1"] }, words)).toBe("Packets to 10.0.0.1 are in set mine.");
});
