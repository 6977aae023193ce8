/** An index of frontends finds all that a rule may take of a network or of ports. */
import { describe, expect, test } from "@jest/globals";
import { mayHoldTogether } from "../../rulesets/iptables/take-packets.js";
import { FrontendIndex } from "./frontend-index.js";
import { readKubeRule, type KubeRule } from "./kube-rule.js";

const ADDRESSES = ["10.96.0.1", "10.96.0.2", "10.96.0.255", "10.96.1.0", "10.97.0.10", "203.0.113.9"];
const PORTS = [53, 80, 443, 30080];
const PROTOCOLS = ["tcp", "udp"];
const read = (text: string) => readKubeRule(text, "IPv4", undefined);

const byPlace = new Map<string, KubeRule[]>();
for (const protocol of PROTOCOLS)
  for (const port of PORTS) {
    const match = `-p ${protocol} -m ${protocol} --dport ${port} -j X`;
    byPlace.set(`*:${port}`, [...(byPlace.get(`*:${port}`) ?? []), read(`-A KUBE-NODEPORTS ${match}`)]);
    for (const address of ADDRESSES)
      byPlace.set(address, [...(byPlace.get(address) ?? []), read(`-A KUBE-SERVICES -d ${address}/32 ${match}`)]);
  }
const all = [...byPlace].flatMap(([place, rules]) => rules.map((rule) => ({ place, rule })));

const NETWORKS = [
  "",
  "-d 10.96.0.0/24 ",
  "-d 10.96.0.2/31 ",
  "-d 10.96.0.2/32 ",
  "-d 0.0.0.0/1 ",
  "-d 10.96.0.0/255.255.0.255 ",
  "! -d 10.96.0.0/24 ",
  "! -d 10.96.0.2/32 ",
];
const MATCHES = [
  ...["", "-p tcp ", "-p udp -m udp --dport 53 ", "-p tcp -m tcp --dport 80:443 ", "-p tcp -m tcp --dport 1 "],
  ...["-p tcp -m tcp ! --dport 80:443 ", "-p tcp -m multiport ! --dports 80,443 "],
  ...["-p tcp -m multiport --dports 80,30080 ", "-p udp -m multiport --dports 1:79,443 "],
];

describe.each(NETWORKS)("of network %j", (network) => {
  test.each(MATCHES)("and %j as many as among all", (match) => {
    const { clauses } = read(`-A PREROUTING ${network}${match}-j DROP`);
    const texts = (rules: readonly KubeRule[]) =>
      rules
        .filter((rule) => mayHoldTogether(clauses, rule.clauses))
        .map(({ text }) => text)
        .sort();
    const asked = all.filter(({ place }) => network === "" || !place.startsWith("*:")).map(({ rule }) => rule);
    expect(texts(new FrontendIndex(byPlace).candidatesFor(clauses))).toEqual(texts(asked));
  });
});
