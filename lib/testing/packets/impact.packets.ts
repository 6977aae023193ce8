/**
 * The small pairs of states that impact is tested with, as real packets: the rules of each state are loaded on a node, and
 * what clients meet there is what impact says of them before and after.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { artifactLines, compileMode } from "../../pipeline/artifacts.js";
import type { UnitState } from "../../impact/types.js";
import { nodeAddressOf } from "../../explain/clients.js";
import { ROWS } from "../impact-rows.js";
import { describeKernel } from "../kernel/describe-kernel.js";
import { IPTABLES_PROGRAMS, loadSave } from "../kernel/iptables.js";
import { loadNft } from "../kernel/nft.js";
import { compareShares } from "./expect-shares.js";
import { buildImpactNetwork, POD_GATEWAY, type ImpactNetwork } from "./impact-network.js";
import { impactPair, outcomeWord, type ImpactPair, type ImpactProbe, type Place } from "./impact-probes.js";

/** Connections for shares, and where only one thing can happen. */
const MANY = 60;
const FEW = 2;
/** Every state has source ports of its own: conntrack remembers what became of those of another. */
const FIRST_PORT = 10_000;
const SILENCE_MILLISECONDS = 300;
const PATIENCE_MILLISECONDS = 10_000;
/** At least so many pairs have packets that can be sent. */
const LEAST_PAIRS = 60;
const LEAST_STATES = 40;

const NO_JSON = {
  head: { mode: "", node: "", kubeVersion: "", ipFamily: "ipv4" },
  lineOf: () => undefined,
} as const;

async function rulesOf({ input, ports }: UnitState) {
  const compiled = await compileMode({ ...input, servicePorts: ports, clusterEndpoints: 0 });
  if (compiled.mode === "ipvs") return undefined;
  const artifact = compiled.mode === "iptables" ? "iptables" : "nft";
  const format = compiled.mode === "iptables" ? "save" : "restore";
  return {
    mode: compiled.mode,
    text: `${[...(await artifactLines(compiled, artifact, format, NO_JSON))].join("\n")}\n`,
  };
}

function networkOf(pairs: readonly ImpactPair[]) {
  const node = nodeAddressOf(pairs[0]!.states[0].input);
  const none = () => new Set<string>();
  const places = { client: none(), pods: none(), afar: none(), elsewhere: none(), outside: none() };
  const serves = new Map<string, { place: Place; address: string; port: number }>();
  for (const { states, probes } of pairs) {
    for (const { place, source } of probes) if (place !== "node") places[place].add(source);
    for (const { ports } of states)
      for (const { endpoints } of ports)
        for (const { ip: address, target } of endpoints.all) {
          if (address === node) continue;
          const place = address.startsWith("10.244.1.") ? "pods" : "elsewhere";
          places[place].add(address);
          const port = Number(target.slice(target.lastIndexOf(":") + 1));
          serves.set(target, { place, address, port });
        }
  }
  const lists = Object.fromEntries(Object.entries(places).map(([place, own]) => [place, [...own]]));
  return { node, places: lists as Record<keyof typeof places, string[]>, serves: [...serves.values()] };
}

describeKernel("impact's pairs of states", [...IPTABLES_PROGRAMS, "nft", "tee"], () => {
  const pairs: ImpactPair[] = [];
  let network: ImpactNetwork;
  let node = "";
  /** Rules and packets of one state are sent once. */
  const sent = new Map<string, Promise<string[]>>();

  beforeAll(async () => {
    for (const row of ROWS) {
      const pair = await impactPair(row);
      if (pair) pairs.push(pair);
    }
    const addresses = networkOf(pairs);
    node = addresses.node;
    network = await buildImpactNetwork(addresses);
  }, 60_000);
  afterAll(async () => {
    await network?.close();
  });

  /** What is wrong with one packet of one side; undefined when nothing is. */
  async function send(probe: ImpactProbe, side: "before" | "after", firstPort: number): Promise<string | undefined> {
    const { destination, source, place } = probe;
    const shares = new Map<string, number>();
    for (const share of probe.outcomes[side]) {
      const word = outcomeWord(share, destination);
      shares.set(word, (shares.get(word) ?? 0) + share.probability);
    }
    const sticks = (destination[side]?.port.affinitySeconds ?? 0) > 0;
    const result = await network.agents[place].run({
      protocol: destination.protocol === "UDP" ? "udp" : "tcp",
      source,
      destination: destination.address,
      port: destination.number,
      count: shares.size > 1 && !sticks ? MANY : FEW,
      firstPort,
      timeout: shares.has("silent") ? SILENCE_MILLISECONDS : PATIENCE_MILLISECONDS,
    });
    const counts = new Map<string, number>();
    const add = (word: string, count: number) => count > 0 && counts.set(word, (counts.get(word) ?? 0) + count);
    for (const [answer, count] of Object.entries(result.answers)) {
      const [address, seen] = answer.split(" ") as [string, string];
      add(`${address}${seen === source && seen !== node ? "" : seenWords(seen, source, shares, address)}`, count);
    }
    add("refused", result.refused);
    // Where nobody has the address, the last router says so at times.
    const { EHOSTUNREACH: nobody = 0, ...errors } = result.errors;
    add("silent", result.silent + nobody);
    const failed = Object.keys(errors);
    const problem = sticks ? [...counts.keys()].find((word) => !shares.has(word)) : compareShares(counts, shares);
    if (problem === undefined && failed.length === 0) return undefined;
    return `${side}, ${probe.name}: ${[problem, ...failed].join("; ")}`;
  }

  /** A node's own packets have its address, masqueraded or not, save where the way out gives them another. */
  function seenWords(seen: string, source: string, shares: ReadonlyMap<string, number>, address: string): string {
    if (seen === source) return shares.has(address) ? "" : " masqueraded";
    return [node, POD_GATEWAY].includes(seen) ? " masqueraded" : ` from ${seen}`;
  }

  async function play(pair: ImpactPair, index: 0 | 1): Promise<string[]> {
    const side = index === 0 ? "before" : "after";
    const rules = await rulesOf(pair.states[index]);
    if (!rules) return [];
    const packets = pair.probes.map((probe) => [
      probe.name,
      ...probe.outcomes[side].map((share) => `${outcomeWord(share, probe.destination)} ${share.probability}`),
    ]);
    const key = JSON.stringify([rules, packets]);
    let found = sent.get(key);
    if (!found) {
      network.node.run("nft", ["flush", "ruleset"]);
      if (rules.mode === "iptables") loadSave(network.node, { flavour: "nft", family: "IPv4" }, rules.text);
      else loadNft(network.node, rules.text);
      found = Promise.all(pair.probes.map((probe) => send(probe, side, FIRST_PORT + sent.size * MANY))).then((all) =>
        all.flatMap((one) => one ?? []),
      );
      sent.set(key, found);
    }
    return found;
  }

  test.each(ROWS.map(([title]) => title))("%s: packets fare on both sides as impact says", async (title) => {
    const pair = pairs.find((one) => one.title === title);
    if (!pair) return;
    expect(await play(pair, 0)).toEqual([]);
    expect(await play(pair, 1)).toEqual([]);
  });

  test("at least sixty pairs have packets that are sent", () => {
    expect(pairs.filter(({ probes }) => probes.length > 0).length).toBeGreaterThanOrEqual(LEAST_PAIRS);
    // Many pairs begin with the same state, which is sent once.
    expect(sent.size).toBeGreaterThanOrEqual(LEAST_STATES);
  });
});
