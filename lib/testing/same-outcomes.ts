/** What traces say of the same rules captured in two forms. */
import { parseIptables } from "../rulesets/iptables/parse.js";
import type { Rule, TableName } from "../rulesets/iptables/types.js";
import { sourceFromText } from "../source/source.js";
import { distributionOf, equalDistributions, SHARE_TOLERANCE, trace, type Packet } from "../trace/index.js";

export interface Placed {
  readonly table: TableName;
  readonly rule: Rule;
}

const ORDER = ["filter", "nat", "mangle", "raw", "security"];

/** Every rule of a capture, table by table, and the codes of what the reader said. */
export function placedRules(text: string): {
  readonly rules: readonly Placed[];
  readonly codes: readonly string[];
} {
  const { rulesets, diagnostics } = parseIptables([sourceFromText("capture", text)]);
  const placed = rulesets
    .flatMap(({ tables }) => tables)
    .flatMap(({ name, rules }) => rules.map((rule) => ({ table: name, rule })));
  return {
    rules: placed.sort((a, b) => ORDER.indexOf(a.table) - ORDER.indexOf(b.table)),
    codes: diagnostics.map(({ code }) => code),
  };
}

const PACKETS: readonly Packet[] = [
  {
    protocol: "tcp",
    source: "198.51.100.9",
    destination: "192.0.2.1",
    destinationPort: 80,
    sourcePort: 40_000,
    arrival: { from: "outside" },
  },
  {
    protocol: "udp",
    source: "10.0.0.9",
    destination: "192.0.2.1",
    destinationPort: 53,
    sourcePort: 40_000,
    arrival: { from: "outside" },
  },
  {
    protocol: "tcp",
    source: "10.0.0.9",
    destination: "10.0.0.7",
    destinationPort: 443,
    sourcePort: 40_000,
    arrival: { from: "outside" },
  },
];

/** What becomes of a packet on a node that holds these rules alone, in the chain that it meets first. */
function outcomesOf(placed: readonly Placed[], packet: Packet): ReadonlyMap<string, number> {
  const name = placed[0]?.table === "nat" ? "nat" : "filter";
  const chain = name === "nat" ? "PREROUTING" : "INPUT";
  const rules = placed.map(({ rule }) => ({ ...rule, chain }));
  const tables = [{ name, chains: [{ name: chain, policy: "ACCEPT" }], rules }] as const;
  const facts = { localAddresses: ["192.0.2.1", "10.0.0.7"] };
  return distributionOf(trace({ iptables: [{ kind: "iptables", family: "IPv4", tables }], facts }, packet));
}

const isUncertain = (outcomes: ReadonlyMap<string, number>) =>
  [...outcomes.keys()].some((key) => key.startsWith("unknown"));

/** Rules of which the other form says something else, and says it for certain. */
export function contradictions(saved: readonly Placed[], other: readonly Placed[]): string[] {
  const different: string[] = [];
  for (const [i, placed] of saved.entries())
    for (const packet of PACKETS) {
      const wanted = outcomesOf([placed], packet);
      const got = outcomesOf([other[i]!], packet);
      if (!equalDistributions(wanted, got) && !isUncertain(got))
        different.push(`${JSON.stringify(placed.rule)}: ${[...wanted.keys()].join()} is ${[...got.keys()].join()}`);
    }
  return different;
}

/** Packets of which the other form of one list of rules gives an outcome a greater share than the first form does. */
export function contradictionsOfLists(saved: readonly Placed[], other: readonly Placed[]): string[] {
  return PACKETS.flatMap((packet) => {
    const wanted = outcomesOf(saved, packet);
    const surer = [...outcomesOf(other, packet)].filter(
      ([key, share]) => !key.startsWith("unknown") && share > (wanted.get(key) ?? 0) + SHARE_TOLERANCE,
    );
    return surer.map(([key]) => `${packet.source} > ${packet.destination}: ${[...wanted.keys()].join()} is ${key}`);
  });
}
