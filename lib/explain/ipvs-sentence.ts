/** IPVS objects in one sentence each. */
import { joinHostPort } from "../net/ip.js";
import type { RealServer, VirtualServer } from "../rulesets/ipvs/types.js";
import { plural, sentence, type WordContext } from "./word-context.js";

const SCHEDULERS: Readonly<Record<string, string>> = {
  rr: "in turn",
  wrr: "in turn by weight",
  lc: "the one with the fewest connections",
  wlc: "the one with the fewest connections by weight",
  dh: "by hash of the destination",
  sh: "by hash of the source",
  mh: "by hash of the source (Maglev)",
  sed: "by shortest expected delay",
  nq: "an idle one, else by shortest expected delay",
};

/** What a virtual server does with new connections. */
export function virtualServerSentence(server: VirtualServer): string {
  const { protocol, address, port, scheduler, persistenceSeconds, realServers } = server;
  const usable = realServers.filter(({ weight }) => weight > 0).length;
  const draining = realServers.length - usable;
  return sentence([
    `${protocol.toUpperCase()} connections to ${joinHostPort(address, port)}`,
    usable === 0
      ? "are refused: no real server takes new connections"
      : `are given to one of ${plural(usable, "real server")}, ${SCHEDULERS[scheduler] ?? `chosen by scheduler ${scheduler}`} (${scheduler})`,
    draining > 0 ? `(${draining} with weight 0 only finish old ones)` : undefined,
    persistenceSeconds === undefined ? undefined : `and a client stays with its own for ${persistenceSeconds} s`,
  ]);
}

/** What a real server gets. */
export function realServerSentence(
  { address, port, weight, forwarding }: RealServer,
  { targetName }: WordContext,
): string {
  const target = joinHostPort(address, port);
  const name = targetName(target);
  return sentence([
    `${target}${name === undefined ? "" : `, ${name},`}`,
    weight === 0 ? "gets no new connections (weight 0)" : `takes connections with weight ${weight}`,
    forwarding === "masquerade" ? undefined : `, forwarded by ${forwarding}`,
  ]);
}
