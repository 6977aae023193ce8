/** The distribution over what may become of a packet. */
import type { HookFunction } from "./branch.js";
import { iptablesHookFunctions } from "./iptables/hook-functions.js";
import { ipvsHookFunctions } from "./ipvs/hook-functions.js";
import { prepareIPSet, type SetTest } from "./ipvs/ip-sets.js";
import { orderHookFunctions, travel } from "./journey.js";
import { readNodeAddresses } from "./local-addresses.js";
import { nftHookFunctions } from "./nftables/hook-functions.js";
import { outcomeKey } from "./outcome-key.js";
import { enterPacket, NOTHING_ASSUMED, type Assumed } from "./packet-state.js";
import { settleCases } from "./settle-cases.js";
import type { MissingPart, Packet, Path, Trace, TracedNode, TracedOutcome } from "./types.js";

/** Traces packets through one node's rules. */
export type Tracer = (packet: Packet) => Trace;

/**
 * A tracer for a node. Rules are indexed once, on first use, so that many packets can be traced.
 * What is not modelled: ingress and egress hooks, bridges' own chains, IPsec, policy routing, and conntrack entries that
 * exist before the packet.
 */
export function prepareTrace(node: TracedNode): Tracer {
  const { facts, iptables = [], nftables = [], ipvs = [] } = node;
  const addresses = readNodeAddresses(
    facts,
    ipvs.flatMap((state) => state.addresses.map(({ address }) => address)),
  );
  const affinity = new Map([...(facts.affinity ?? [])].map(([name, clients]) => [name, new Set(clients)]));
  const remembers = (name: string, address: string): boolean => affinity.get(name)?.has(address) ?? false;
  const sets = new Map<string, SetTest>();
  for (const state of ipvs) for (const set of state.sets) sets.set(set.name, prepareIPSet(set));
  const context = {
    addresses,
    remembers,
    setContains: (...[name, directions, state]: [string, ...Parameters<SetTest>]) =>
      sets.get(name)?.(directions, state),
  };
  const functions: HookFunction[] = [
    ...iptables.flatMap((ruleset) => iptablesHookFunctions(ruleset, context)),
    ...nftables.flatMap((ruleset) => nftHookFunctions(ruleset, addresses, remembers)),
    ...ipvsHookFunctions(ipvs, addresses, remembers),
  ];
  const hooks = orderHookFunctions(functions);
  const certain = (path: Path): Path => withoutGuess(path, facts.notCaptured ?? []);
  const run = (packet: Packet, assumed: Assumed): TracedOutcome[] => {
    const start = enterPacket(packet, assumed);
    if (typeof start !== "string") return mergePaths(travel(start, hooks, addresses).map(certain));
    return mergePaths([{ outcome: { kind: "unknown", reason: start }, probability: 1, hits: [], remembered: [] }]);
  };
  return (packet) => {
    const outcomes = run(packet, NOTHING_ASSUMED);
    if (!outcomes.some(({ outcome }) => outcome.kind === "unknown" && outcome.asks)) return { packet, outcomes };
    const cases = settleCases((assumed) => run(packet, assumed));
    return cases.length === 1 ? { packet, outcomes: cases[0]!.outcomes } : { packet, outcomes, cases };
  };
}

/** Where rules were not captured, an end that they could change is not known. */
function withoutGuess(path: Path, notCaptured: readonly MissingPart[]): Path {
  const { kind } = path.outcome;
  if (kind === "unknown" || kind === "endpoint") return path;
  const missing = notCaptured.filter(({ translates }) => translates || kind === "undisturbed");
  if (missing.length === 0) return path;
  const reason = `no captured rule decides, and not captured: ${missing.map(({ text }) => text).join(", ")}`;
  return { ...path, outcome: { kind: "unknown", reason } };
}

/** The distribution for one packet; with many packets for one node use `prepareTrace`. */
export function trace(node: TracedNode, packet: Packet): Trace {
  return prepareTrace(node)(packet);
}

/** Paths by their outcome: most probable outcome first, then by name. */
function mergePaths(paths: readonly Path[]): TracedOutcome[] {
  const byKey = new Map<string, Path[]>();
  for (const path of paths) {
    const key = outcomeKey(path.outcome);
    const list = byKey.get(key);
    if (list) list.push(path);
    else byKey.set(key, [path]);
  }
  return [...byKey]
    .map(([key, list]) => ({
      key,
      outcome: list[0]!.outcome,
      probability: list.reduce((sum, path) => sum + path.probability, 0),
      paths: list,
    }))
    .sort((a, b) => b.probability - a.probability || (a.key < b.key ? -1 : 1))
    .map(({ outcome, probability, paths }) => ({ outcome, probability, paths }));
}
