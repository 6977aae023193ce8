/** The set that lets pods reach themselves through a service. */
import { serviceOfLabel } from "./attribute-stale.js";
import { targetOf, type MatchedServers } from "./match-virtual-servers.js";
import { setRole } from "./set-roles.js";
import type { SetDifference } from "./types.js";
import type { Change } from "../types.js";
import { joinHostPort } from "../../net/ip.js";
import { virtualServerKey } from "../../rulesets/ipvs/virtual-server-reader.js";
import type { VirtualServer } from "../../rulesets/ipvs/types.js";

/** "10.244.1.5:8080" and "tcp" of "10.244.1.5,tcp:8080,10.244.1.5". */
function endpointOf(entry: string): { readonly target: string; readonly protocol: string } {
  const [address = "", port = ""] = entry.split(",");
  const colon = port.indexOf(":");
  return { target: joinHostPort(address, Number(port.slice(colon + 1))), protocol: port.slice(0, colon) };
}

/**
 * Entries for endpoints that virtual servers lack or have too many say nothing new and are left out.
 * `matched`: undefined when no virtual servers were given; then a stale entry is the only sign of a stale endpoint.
 */
export function compareHairpin(matched: MatchedServers | undefined, differences: readonly SetDifference[]): Change[] {
  const difference = differences.find(({ set }) => setRole(set.name) === "hairpin");
  if (!difference) return [];
  const told = matched ? changedTargets(matched) : new Set<string>();
  const { set, held, missing, stale } = difference;
  const changes: Change[] = [];
  for (const { text, origin } of missing) {
    const { target, protocol } = endpointOf(text);
    if (told.has(`${protocol} ${target}`)) continue;
    const service = origin && serviceOfLabel(origin.label);
    changes.push({
      kind: "masquerade-changed",
      severity: "error",
      ...(service !== undefined && { service, port: origin!.label.slice(service.length + 1) }),
      protocol: protocol.toUpperCase(),
      endpoint: target,
      chain: set.name,
      message: `${target} cannot reach itself through ${origin?.label ?? "its services"}: it is missing from ${set.name}`,
      expected: [`add ${set.name} ${text}`],
      actual: [],
      ...(held.at && { at: held.at }),
    });
  }
  for (const { text, at } of stale) {
    const { target, protocol } = endpointOf(text);
    if (told.has(`${protocol} ${target}`)) continue;
    changes.push({
      kind: matched ? "masquerade-changed" : "endpoint-stale",
      severity: matched ? "warning" : "error",
      protocol: protocol.toUpperCase(),
      endpoint: target,
      chain: set.name,
      message: matched
        ? `${set.name} still names ${target}, to which no virtual server sends`
        : `the node still has ${target} for an endpoint of its own: ${set.name} names it`,
      expected: [],
      actual: [`add ${set.name} ${text}`],
      ...(at && { at }),
    });
  }
  return changes;
}

/** Endpoints, with protocol, that only one side of some virtual server has. */
function changedTargets({ held, missing, stale, differing }: MatchedServers): Set<string> {
  const told = new Set<string>();
  const addAll = ({ protocol, realServers }: VirtualServer) => {
    for (const server of realServers) told.add(`${protocol} ${targetOf(server)}`);
  };
  for (const server of missing) addAll(server);
  for (const server of stale) addAll(server);
  for (const wanted of differing) {
    const other = held.get(virtualServerKey(wanted))!;
    const own = new Set(wanted.realServers.map(targetOf));
    const others = new Set(other.realServers.map(targetOf));
    for (const target of own) if (!others.has(target)) told.add(`${wanted.protocol} ${target}`);
    for (const target of others) if (!own.has(target)) told.add(`${wanted.protocol} ${target}`);
  }
  return told;
}
