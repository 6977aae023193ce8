/**
 * Real packets through the rules that compile prints, against what the reasoning of lib/trace says becomes of them.
 * Every probe is sent over TCP and UDP, IPv4 and IPv6. UPDATE_GOLDEN=1 rewrites golden/packets/outcomes.txt.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { IPFamily } from "../../net/ip.js";
import { prepareTrace, type Packet, type TracedNode } from "../../trace/index.js";
import { describeKernel } from "../kernel/describe-kernel.js";
import { IPTABLES_PROGRAMS } from "../kernel/iptables.js";
import type { Job, JobResult } from "./agent.js";
import { compareShares } from "./expect-shares.js";
import { ADDRESSES, buildNetwork, GATEWAY, type Network } from "./network.js";
import { nameOf, sharesOf, wordsOf } from "./outcome-words.js";
import { readOutcomesTable, writeOutcomesTable, type OutcomesTable } from "./outcomes-table.js";
import { PROBES, senderOf, type Probe } from "./probes.js";
import { loadRules, RULES_KINDS, rulesToTrace, type RulesKind } from "./rules.js";

/** Connections for shares, and where only one thing can happen. */
const MANY = 240;
const FEW = 4;
const SILENCE_MILLISECONDS = 600;
const PATIENCE_MILLISECONDS = 10_000;
/**
 * A refusal comes with the answer to the first packet or, where the client misses that, to the second, a second later:
 * over veth, TCP over IPv6 is seen to miss an ICMPv6 error that arrives while it still connects.
 */
const AT_ONCE_MILLISECONDS = 3000;

const TABLE = "outcomes.txt";
const update = process.env["UPDATE_GOLDEN"] === "1";
const golden = readOutcomesTable(TABLE);
const observed: OutcomesTable = new Map();

const NODE_ADDRESSES = new Set([ADDRESSES.node.IPv4, ADDRESSES.node.IPv6, GATEWAY.IPv4, GATEWAY.IPv6]);
function countsOf(result: JobResult, source: string): Map<string, number> {
  expect(result.errors).toEqual({});
  const counts = new Map<string, number>();
  const add = (word: string, count: number) => count > 0 && counts.set(word, (counts.get(word) ?? 0) + count);
  for (const [answer, count] of Object.entries(result.answers)) {
    const [address, seen] = answer.split(" ") as [string, string];
    if (seen !== source) expect([...NODE_ADDRESSES]).toContain(seen);
    add(nameOf(address, seen !== source), count);
  }
  add("refused", result.refused);
  add("silent", result.silent);
  return counts;
}

interface Sent {
  readonly family: IPFamily;
  readonly protocol: "tcp" | "udp";
  /** Names of what was observed, sorted. */
  readonly outcome: string;
}

async function send(
  network: Network,
  kind: RulesKind,
  nodes: Readonly<Record<IPFamily, TracedNode>>,
  probe: Probe,
  family: IPFamily,
  protocol: "tcp" | "udp",
): Promise<Sent> {
  const { place, source } = senderOf(probe, family);
  const packet: Packet = {
    protocol,
    source,
    destination: probe.to[family],
    destinationPort: probe.port,
    arrival:
      place === "node" ? { from: "node" } : { from: place === "outside" ? "outside" : "pod", interface: `to-${place}` },
  };
  const node = nodes[family];
  const traced = prepareTrace(node)(packet);
  const shares = sharesOf(traced, probe, family);
  const job = (count: number): Job => ({
    protocol,
    source,
    destination: packet.destination,
    port: packet.destinationPort,
    count,
    timeout: shares.has("silent") ? SILENCE_MILLISECONDS : PATIENCE_MILLISECONDS,
  });
  const what = `${kind.name}, ${probe.name} from ${probe.from}, ${family}, ${protocol}`;
  const agent = network.agents[place];
  const check = (counts: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>) => {
    const problem = compareShares(counts, expected);
    if (problem !== undefined) throw new Error(`${what}:\n${problem}`);
  };
  if (probe.sticks) {
    const [name] = countsOf(await agent.run(job(1)), source).keys();
    const path = traced.outcomes.find(
      ({ outcome }) => outcome.kind === "endpoint" && nameOf(outcome.address, outcome.masqueraded) === name,
    )?.paths[0];
    if (!path || path.remembered.length === 0) throw new Error(`${what}: nothing remembers ${name}`);
    const affinity = new Map(path.remembered.map((list) => [list, [source]]));
    const later = prepareTrace({ ...node, facts: { ...node.facts, affinity } })(packet);
    check(countsOf(await agent.run(job(FEW * 5)), source), sharesOf(later, probe, family));
    return { family, protocol, outcome: `one of ${wordsOf(shares.keys())}` };
  }
  const result = await agent.run(job(shares.size > 1 ? MANY : FEW));
  const counts = countsOf(result, source);
  check(counts, shares);
  if (counts.has("refused") && result.slowest > AT_ONCE_MILLISECONDS)
    throw new Error(`${what}: refused after ${result.slowest} ms`);
  return { family, protocol, outcome: wordsOf(counts.keys()) };
}

describeKernel("real packets", [...IPTABLES_PROGRAMS, "nft", "tee"], () => {
  describe.each(RULES_KINDS)("through rules of $name", (kind) => {
    let network: Network;
    let nodes: Record<IPFamily, TracedNode>;

    beforeAll(async () => {
      network = await buildNetwork();
      await loadRules(kind, network.node);
      nodes = { IPv4: rulesToTrace(kind, "IPv4"), IPv6: rulesToTrace(kind, "IPv6") };
    });
    afterAll(async () => {
      await network?.close();
    });

    const probes = PROBES.filter((probe) => !kind.masqueradeAll || probe.masqueradeAll);
    test.each(probes)("$name from $from ends where the rules say", async (probe) => {
      const jobs = probe.families.flatMap((family) =>
        (["tcp", "udp"] as const).map((protocol) => send(network, kind, nodes, probe, family, protocol)),
      );
      const sent = await Promise.all(jobs);
      expect(new Set(sent.map(({ outcome }) => outcome)).size).toBe(1);
      const key = `${probe.name} | ${probe.from}`;
      const row = observed.get(key) ?? new Map<string, string>();
      observed.set(key, row.set(kind.name, sent[0]!.outcome));
      if (!update) expect(sent[0]!.outcome).toBe(golden.get(key)?.get(kind.name));
    });
  });

  test("the table of outcomes has the probes that are sent, and no others", () => {
    if (update)
      writeOutcomesTable(
        observed,
        RULES_KINDS.map(({ name }) => name),
        TABLE,
      );
    else expect([...golden.keys()]).toEqual(PROBES.map(({ name, from }) => `${name} | ${from}`));
  });
});
