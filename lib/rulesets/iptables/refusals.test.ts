/** In a long chain, whose rules are found by destination and port, a packet meets what it meets one by one. */
import { describe, expect, test } from "@jest/globals";
import { parseIP } from "../../net/ip.js";
import { parseRule } from "./parse-rule.js";
import { Refusals } from "./refusals.js";
import type { Rule } from "./types.js";

const OF_PORTS = (side: "dport" | "sport") => [
  `-p tcp -m tcp --${side} 80 -j DROP`,
  `-p udp -m udp --${side} 53 -j REJECT`,
  `-p tcp -m tcp ! --${side} 80:8080 -j DROP`,
  `-p tcp -m tcp --${side} 8000:8100 -j DROP`,
  `-p tcp -m multiport --${side}s 443,6443 -j DROP`,
  `-p tcp -m multiport --${side}s 443,7000:7100 -j DROP`,
  `-p udp -m multiport ! --${side}s 53,80 -j DROP`,
];
const OF_NETWORKS = (side: "s" | "d") => [
  `-${side} 10.244.1.0/24 -p tcp -m tcp --${side}port 22 -j DROP`,
  `! -${side} 10.244.0.0/16 -p tcp -m tcp --${side}port 6379 -j DROP`,
  `-${side} 10.244.2.7/32 -j DROP`,
];
const ADDRESSES = ["10.244.1.9", "10.244.2.7", "192.0.2.1"];
const PORTS = [22, 53, 80, 443, 6379, 6443, 7050, 8050, 9000];

describe.each([false, true])("of answers: %s", (isAnswer) => {
  const own = isAnswer
    ? ([...OF_PORTS("sport"), ...OF_NETWORKS("s")] as const)
    : [...OF_PORTS("dport"), ...OF_NETWORKS("d")];
  const filling = Array.from({ length: 40 }, (_, i) => `-p sctp -m sctp --dport ${i + 1} -j DROP`);
  const rules = [...filling, ...own, ...own.toReversed()].map(ruleOf);
  const ask = (of: readonly Rule[]) =>
    new Refusals({
      chain: "INPUT",
      policy: "ACCEPT",
      situation: { isTranslated: true, isForwarded: true, isAnswer },
      rulesOf: () => of,
      isLeftOut: () => false,
      isHeld: () => true,
    });
  const [long, each] = [ask(rules), rules.map((rule) => ask([rule]))];

  test.each(ADDRESSES.flatMap((address) => PORTS.map((port) => [address, port] as const)))(
    "%s port %d",
    (text, port) => {
      for (const protocol of ["tcp", "udp"]) {
        const packet = { address: parseIP(text)!, protocol, port, isAnswer };
        const first = each.findIndex((one) => one.refuserOf(packet) !== undefined);
        expect(long.refuserOf(packet)).toBe(rules[first]);
      }
    },
  );
});

function ruleOf(text: string): Rule {
  const parsed = parseRule(`-A INPUT ${text}`);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.rule;
}

test("chains that jump to each other however often do not end the search", () => {
  const DEEP = 20_000;
  const asked = (last: string) =>
    new Refusals({
      chain: "INPUT",
      policy: "ACCEPT",
      situation: { isTranslated: true, isForwarded: true },
      rulesOf: (chain) => {
        const place = chain === "INPUT" ? 0 : Number(chain.slice(1));
        return [ruleOf(place < DEEP ? `-s 192.0.2.1/32 -j C${place + 1}` : last)];
      },
      isLeftOut: () => false,
      isHeld: () => true,
    });
  expect(asked("-j C1").mayRefuse()).toBe(false);
  expect(asked("-j DROP").mayRefuse()).toBe(true);
});
