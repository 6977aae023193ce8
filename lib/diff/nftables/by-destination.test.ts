/** Rules that are looked up by destination answer as those that are all looked at. */
import { describe, expect, test } from "@jest/globals";
import { foreignBases } from "./foreign-bases.js";
import { takersAmong, type Frontend } from "./tables-in-front.js";
import { parseNftList } from "../../rulesets/nftables/parse-list.js";
import { sourceFromText } from "../../source/source.js";

/** The same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const frontends: readonly Frontend[] = Array.from({ length: 30 }, (_, i): Frontend => {
  const isNodePort = i % 3 === 0;
  const port = isNodePort ? 30_000 + i : [80, 443, 53][i % 3]!;
  return {
    family: "ip",
    addresses: isNodePort ? (i % 2 === 0 ? [] : ["192.168.0.11", "10.0.0.5"]) : [`10.96.0.${i}`],
    isNodePort,
    protocol: i % 5 === 0 ? "udp" : "tcp",
    port,
    path: `default/s${i}/tcp/`,
    text: `s${i}`,
  };
});

function ruleText(pick: (below: number) => number): string {
  const one = <T>(items: readonly T[]): T => items[pick(items.length)]!;
  const address = () =>
    one([`10.96.0.${pick(40)}`, `10.96.0.${pick(4) * 16}/28`, "192.168.0.11", "10.9.9.9", "10.0.0.0/8"]);
  const port = () => one(["80", "443", "53", String(30_000 + pick(30)), "30010-30020"]);
  const conditions = [
    `ip daddr ${address()}`,
    `ip daddr { 10.96.0.${pick(40)}, 10.9.9.8 }`,
    `ip daddr != 10.96.0.${pick(40)}`,
    `${one(["tcp", "udp"])} dport ${port()}`,
    "ip daddr @named",
    "ip saddr 10.7.7.7",
    'iifname "eth0"',
    "fib daddr type local",
  ];
  const ends = [
    "drop",
    "accept",
    "return",
    "jump sub",
    "notrack",
    "dnat to 10.1.1.1",
    "reject",
    "counter",
    "log",
    "ip daddr . tcp dport vmap @verdicts",
  ];
  const asked = Array.from({ length: 1 + pick(2) }, () => one(conditions));
  return `${asked.join(" ")} ${one(ends)}`;
}

function tableOf(seed: number, size: number): string {
  const pick = random(seed);
  const rules = (count: number) => Array.from({ length: count }, () => `\t\t${ruleText(pick)}\n`).join("");
  const named = Array.from({ length: 40 }, (_, i) => `10.96.${pick(2)}.${i}`);
  const pairs = Array.from(
    { length: 40 },
    (_, i) => `10.96.0.${i} . ${[80, 443][pick(2)]} : ${["drop", "accept"][pick(2)]}`,
  );
  return (
    `table ip other {\n\tset named {\n\t\ttype ipv4_addr\n\t\telements = { ${named.join(", ")} }\n\t}\n` +
    `\tmap verdicts {\n\t\ttype ipv4_addr . inet_service : verdict\n\t\telements = { ${pairs.join(", ")} }\n\t}\n` +
    `\tchain sub {\n${rules(size).replaceAll("jump sub", "drop")}\t}\n` +
    `\tchain first {\n\t\ttype filter hook prerouting priority raw; policy ${["accept", "drop"][pick(2)]};\n${rules(size)}\t}\n}\n`
  );
}

function basesOf(text: string) {
  return foreignBases("ip", undefined, [parseNftList(sourceFromText("nft.txt", text))]);
}

describe("rules by destination", () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))("answer as all rules do, table %i", (seed) => {
    const bases = basesOf(tableOf(seed, seed % 2 === 0 ? 25 : 50));
    expect(bases).toHaveLength(1);
    const quick = takersAmong(bases, () => frontends, "before");
    // Each frontend alone, against all rules.
    const slow = frontends.flatMap((one) => {
      const { changes } = takersAmong(bases, () => [one], "before", { indexedFrom: Infinity });
      return changes.map(({ actual }) => `${actual[0]} ${one.path}`);
    });
    const byFrontend = frontends.flatMap((one) => {
      const { changes } = takersAmong(bases, () => [one], "before");
      return changes.map(({ actual }) => `${actual[0]} ${one.path}`);
    });
    expect(byFrontend).toEqual(slow);
    const rules = [...new Set(slow.map((text) => text.slice(0, text.lastIndexOf(" "))))];
    expect(quick.changes.map(({ actual }) => actual[0])).toEqual(rules.slice(0, 20));
  });

  test("of thousands of them each frontend meets few, and too many are told", () => {
    const list = Array.from(
      { length: 19_000 },
      (_, i) => `\t\tip daddr 10.97.${i >> 8}.${i & 255} tcp dport 80 drop\n`,
    );
    const text = `table ip other {\n\tchain first {\n\t\ttype filter hook prerouting priority raw; policy accept;\n${list.join("")}\t}\n}\n`;
    const bases = basesOf(text);
    const many = Array.from({ length: 1000 }, (_, i): Frontend => {
      const address = `10.97.${(i * 7) >> 8}.${(i * 7) & 255}`;
      return {
        ...frontends[1]!,
        addresses: [address],
        port: 80,
        protocol: "tcp",
        path: `default/m${i}/tcp/`,
        text: address,
      };
    });
    const { changes, isCut } = takersAmong(bases, () => many, "before", { mostMet: 2000 });
    expect(changes).toHaveLength(20);
    expect(isCut).toBe(false);
    expect(takersAmong(bases, () => many, "before", { mostMet: 100, indexedFrom: Infinity }).isCut).toBe(true);
  });
});
