/** Which real server a virtual server gives a new connection to. */
import { joinHostPort } from "../../net/ip.js";
import type { RealServer, VirtualServer } from "../../rulesets/ipvs/types.js";

export interface Scheduled {
  readonly realServer: RealServer;
  readonly probability: number;
}

/** Schedulers that look at weights only as zero or not. */
const EVEN = new Set(["rr", "lc", "dh"]);
/** Schedulers whose shares follow the weights. */
const WEIGHTED = new Set(["wrr", "wlc", "sh", "mh", "sed", "nq"]);

/**
 * The shares of new connections in the long run, over connections that last equally long and clients spread evenly: one
 * share each for rr, lc and dh, by weight for wrr, wlc, sed, nq, sh and mh. Empty when no real server has weight;
 * undefined for schedulers whose shares cannot be told so.
 * Source: Linux net/netfilter/ipvs/ip_vs_*.c.
 */
export function schedule(server: VirtualServer): readonly Scheduled[] | undefined {
  const eligible = server.realServers.filter((real) => real.weight > 0);
  if (eligible.length === 0) return [];
  if (eligible.length > 1 && !EVEN.has(server.scheduler) && !WEIGHTED.has(server.scheduler)) return undefined;
  const weightOf = (real: RealServer) => (EVEN.has(server.scheduler) ? 1 : real.weight);
  const total = eligible.reduce((sum, real) => sum + weightOf(real), 0);
  return eligible.map((realServer) => ({ realServer, probability: weightOf(realServer) / total }));
}

/** The name under which `NodeFacts.affinity` keeps the clients that persistence holds to a real server. */
export function persistenceName(server: VirtualServer, real: RealServer): string {
  return `${server.protocol} ${joinHostPort(server.address, server.port)} > ${joinHostPort(real.address, real.port)}`;
}
