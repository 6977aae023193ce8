/** Virtual servers as they should be beside those that are there. */
import type { ExpectedIPVS } from "./types.js";
import { cidrContains, parseCIDR } from "../../net/cidr.js";
import { familyOfIP, joinHostPort, parseIP } from "../../net/ip.js";
import { ListedServer } from "../../rulesets/ipvs/listed-server.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import type { RealServer, VirtualServer } from "../../rulesets/ipvs/types.js";
import { sameAttributes } from "../../rulesets/ipvs/virtual-server-reader.js";

export interface MatchedServers {
  /** By key; every listed one of the family. */
  readonly held: ReadonlyMap<string, VirtualServer>;
  readonly missing: readonly VirtualServer[];
  /** Not expected, and not inside excludeCIDRs. */
  readonly stale: readonly VirtualServer[];
  /** Expected ones that are there and differ in anything. */
  readonly differing: readonly VirtualServer[];
  /** Inside excludeCIDRs: left alone. */
  readonly excluded: number;
}

/** "10.244.1.5:8080". */
export function targetOf({ address, port }: Pick<RealServer, "address" | "port">): string {
  return joinHostPort(address, port);
}

/** Pairs by protocol, address and port. Of a server listed twice, the listing that tells more counts. */
export function matchVirtualServers(expected: ExpectedIPVS, listed: readonly VirtualServer[]): MatchedServers {
  const held = new Map<string, VirtualServer>();
  for (const server of listed) {
    if (familyOfIP(server.address) !== expected.state.family) continue;
    const key = virtualServerKey(server);
    const other = held.get(key);
    if (!other || (other.fieldsNotListed?.length ?? 0) > (server.fieldsNotListed?.length ?? 0)) held.set(key, server);
  }
  const missing: VirtualServer[] = [];
  const differing: VirtualServer[] = [];
  const wantedOnes = new Set<VirtualServer>();
  for (const server of expected.state.virtualServers) {
    const other = held.get(virtualServerKey(server));
    if (!other) {
      missing.push(server);
      continue;
    }
    wantedOnes.add(other);
    if (!sameServer(server, other)) differing.push(server);
  }
  const excluded = expected.excludeCIDRs.flatMap((text) => parseCIDR(text) ?? []);
  const isExcluded = (server: VirtualServer) => {
    const ip = excluded.length > 0 ? parseIP(server.address) : undefined;
    return ip !== undefined && excluded.some((cidr) => cidrContains(cidr, ip));
  };
  const unwanted = [...held.values()].filter((server) => !wantedOnes.has(server));
  const stale = unwanted.filter((server) => !isExcluded(server));
  return { held, missing, stale, differing, excluded: unwanted.length - stale.length };
}

/** Whether nothing that the listing tells differs. */
function sameServer(wanted: VirtualServer, held: VirtualServer): boolean {
  const fieldsNotListed = held.fieldsNotListed ?? [];
  if (!fieldsNotListed.includes("attributes") && !sameAttributes(wanted, held)) return false;
  if (ListedServer.listsThoseOf(held, wanted)) return true;
  if (wanted.realServers.length !== held.realServers.length) return false;
  const compareWeight = !fieldsNotListed.includes("weight");
  const compareForwarding = !fieldsNotListed.includes("forwarding");
  const sameReal = (a: RealServer, b: RealServer) =>
    a.port === b.port &&
    a.address === b.address &&
    (!compareWeight || a.weight === b.weight) &&
    a.mostConnections === b.mostConnections &&
    (!compareForwarding || a.forwarding === b.forwarding);
  // Most often both are in one order; otherwise look each up.
  if (wanted.realServers.every((server, i) => sameReal(server, held.realServers[i]!))) return true;
  const byTarget = new Map(held.realServers.map((server) => [targetOf(server), server]));
  return (
    byTarget.size === wanted.realServers.length &&
    wanted.realServers.every((server) => {
      const other = byTarget.get(targetOf(server));
      return other !== undefined && sameReal(server, other);
    })
  );
}
