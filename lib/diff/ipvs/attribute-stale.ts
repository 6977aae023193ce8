/** Which service a virtual server that should not be there belongs to, as far as its addresses and real servers tell. */
import { targetOf } from "./match-virtual-servers.js";
import type { ObjectOrigin, VirtualServer } from "../../rulesets/ipvs/types.js";

export interface Attribution {
  readonly server: VirtualServer;
  /** A service port that lacks such a frontend: the server holds an old address or port of it. */
  readonly port?: ObjectOrigin;
  /** Only the service is known: it is one of its addresses. */
  readonly service?: string;
}

/** "prod/api" of "prod/api:https". */
export function serviceOfLabel(label: string): string {
  const colon = label.indexOf(":");
  return colon < 0 ? label : label.slice(0, colon);
}

/**
 * A stale server is attributed to a service port when exactly one lacks a frontend of the same protocol that has its
 * address or its port, and sends to the same real servers; else to the one service whose address it has.
 */
export function attributeStale(
  stale: readonly VirtualServer[],
  missing: readonly VirtualServer[],
  expected: readonly VirtualServer[],
): Attribution[] {
  if (stale.length === 0) return [];
  const serviceByAddress = new Map<string, string | undefined>();
  for (const { address, origin } of expected) {
    if (!origin || origin.role === "node-port") continue;
    const service = serviceOfLabel(origin.label);
    const other = serviceByAddress.get(address);
    serviceByAddress.set(address, serviceByAddress.has(address) && other !== service ? undefined : service);
  }
  const missingByTargets = new Map<string, VirtualServer[]>();
  for (const server of missing) {
    const key = targetsKey(server);
    const same = missingByTargets.get(key);
    if (same) same.push(server);
    else missingByTargets.set(key, [server]);
  }
  return stale.map((server): Attribution => {
    const alike = missingByTargets.get(targetsKey(server)) ?? [];
    const candidates = new Map<string, ObjectOrigin>();
    for (const { address, port, origin } of alike)
      if (origin && (address === server.address || port === server.port)) candidates.set(origin.label, origin);
    if (candidates.size === 1 && server.realServers.length > 0) return { server, port: [...candidates.values()][0]! };
    const service = serviceByAddress.get(server.address);
    return service === undefined ? { server } : { server, service };
  });
}

/** Protocol and real servers; weights may differ while one drains. */
function targetsKey({ protocol, realServers }: VirtualServer): string {
  return [protocol, ...realServers.map(targetOf).sort()].join(" ");
}
