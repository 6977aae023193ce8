/** Packets of one class fare the same: held against each packet asked for itself. */
import { expect, test } from "@jest/globals";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";
import { foreignBases } from "./foreign-bases.js";
import { packetClasses } from "./packet-classes.js";
import { passBehind } from "./walk-behind.js";

/** A small generator, the same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

test.each([false, true])("packets of one class fare the same in any table, answers: %s", (isAnswer) => {
  const next = numbers(7);
  const pick = <T>(of: readonly T[]): T => of[next(of.length)]!;
  const byte = () => next(4);
  const address = () => `${pick(["10.0", "172.17", "192.168"])}.${byte()}.${byte()}`;
  const atEnd = (text: string) =>
    isAnswer && next(3) > 0 ? text.replaceAll("daddr", "saddr").replaceAll("dport", "sport") : text;
  const conditionTo = () =>
    pick([
      () => `ip daddr ${address()}`,
      () => `ip daddr ${pick(["10.0.0.0/23", "10.0.1.0/24", "172.16.0.0/12", "10.0.2.2/31"])}`,
      () => `ip daddr != ${address()}`,
      () => `ip daddr { ${[...new Set([address(), address()])].join(", ")} }`,
      () => `ip daddr 10.0.${byte()}.1-10.0.3.2`,
      () => `${pick(["tcp", "udp"])} dport ${next(4)}`,
      () => `tcp dport ${next(2)}-${2 + next(3)}`,
      () => `meta l4proto ${pick(["tcp", "udp"])}`,
      () => pick(['oifname "docker0"', 'iifname "eth0"', "ct state new", "ip daddr @named"]),
    ])();
  const condition = () => atEnd(conditionTo());
  const action = () => pick(["accept", "drop", "return", "meta mark set 0x0", "meta mark set 0x4000", "jump sub"]);
  for (let round = 0; round < 150; round++) {
    const rules = (jumps: boolean) =>
      Array.from({ length: 1 + next(4) }, () => {
        const does = action();
        return `\t\t${condition()} ${jumps || does !== "jump sub" ? does : "drop"}\n`;
      }).join("");
    const text =
      `table ip other {\n\tset named {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.0.1.0/24, 10.0.3.1-10.0.3.3 }\n\t}\n` +
      `\tchain sub {\n${rules(false)}\t}\n\tchain first {\n\t\ttype filter hook forward priority 0; policy ${pick(["accept", "drop"])};\n${rules(true)}\t}\n}\n`;
    const [front] = foreignBases("ip", undefined, [parseNftList(sourceFromText("a", text))]);
    const classOf = packetClasses([front!], "IPv4", isAnswer);
    const known = new Map<string, unknown>();
    for (let n = 0; n < 60; n++) {
      const to = { address: address(), port: next(6), protocol: pick(["tcp", "udp"]) };
      const after = { hook: "forward", bit: 0x4000, isMarked: !isAnswer, isAnswer };
      const found = passBehind(front!, { ...to, family: "ip", addresses: [to.address], isNodePort: false, after });
      const own = { ...found, met: 0, refusedBy: found.refusedBy?.text, changedBy: found.changedBy?.text };
      const key = classOf(to.address, to.port, to.protocol);
      if (known.has(key)) expect([text, own]).toEqual([text, known.get(key)]);
      else known.set(key, own);
    }
  }
});
