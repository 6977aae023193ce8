/** IPVS, where the kernel calls it. */
import { parseIP } from "../../net/ip.js";
import type { IPVSState, RealServer, VirtualServer } from "../../rulesets/ipvs/types.js";
import type { Branch, HookFunction } from "../branch.js";
import type { NodeAddresses } from "../local-addresses.js";
import type { HitList, PacketState } from "../packet-state.js";
import { translateDestination } from "../translate.js";
import type { Outcome, RuleHit } from "../types.js";
import { persistenceName, schedule } from "./schedule.js";

/** After nat OUTPUT (-100) and before filter OUTPUT; before nat INPUT (100) and after filter INPUT. */
const OUTPUT_PRIORITY = -98;
const INPUT_PRIORITY = 99;

/**
 * IPVS at the input hook, for packets to the node's own addresses, and at the output hook, for the node's own packets.
 * Source: Linux net/netfilter/ipvs/ip_vs_core.c, ip_vs_xmit.c.
 */
export function ipvsHookFunctions(
  states: readonly IPVSState[],
  addresses: NodeAddresses,
  remembers: (name: string, address: string) => boolean,
): HookFunction[] {
  const servers = new Map<string, VirtualServer>();
  for (const state of states)
    for (const server of state.virtualServers)
      servers.set(serverKey(server.protocol, server.address, server.port), server);
  if (servers.size === 0) return [];
  const run = (state: PacketState, hits: HitList | undefined): Branch[] => {
    const server = servers.get(serverKey(state.protocol, state.destination.text, state.destinationPort));
    if (!server || state.virtualServer) return [{ probability: 1, state, hits }];
    return chooseRealServer(server, state, hits, addresses, remembers);
  };
  return [
    { hook: "output", priority: OUTPUT_PRIORITY, type: "ipvs", run },
    { hook: "input", priority: INPUT_PRIORITY, type: "ipvs", run },
  ];
}

function serverKey(protocol: string, address: string, port: number): string {
  return `${protocol} ${parseIP(address)?.text ?? address} ${port}`;
}

function chooseRealServer(
  server: VirtualServer,
  state: PacketState,
  hits: HitList | undefined,
  addresses: NodeAddresses,
  remembers: (name: string, address: string) => boolean,
): Branch[] {
  const hitOf = (realServer: RealServer | undefined): RuleHit => ({ kind: "ipvs", virtualServer: server, realServer });
  const stop = (end: Outcome, probability = 1, realServer?: RealServer): Branch => ({
    probability,
    state,
    hits: { hit: hitOf(realServer), before: hits },
    end,
  });
  const unknown = (reason: string): Outcome => ({ kind: "unknown", reason, at: hitOf(undefined) });
  if (state.connection !== "new") return [stop(unknown("the real server of a connection that exists is not known"))];
  if (server.fieldsNotListed && server.fieldsNotListed.length > 0)
    return [
      stop(unknown(`the listing does not tell the ${server.fieldsNotListed.join(" and ")} of the virtual server`)),
    ];
  const persistent = server.persistenceSeconds !== undefined;
  if (persistent && server.persistenceMask !== undefined)
    return [stop(unknown("persistence by network is not understood"))];
  const held =
    persistent &&
    server.realServers.find((real) => real.weight > 0 && remembers(persistenceName(server, real), state.source.text));
  const scheduled = held ? [{ realServer: held, probability: 1 }] : schedule(server);
  if (!scheduled) return [stop(unknown(`the shares of scheduler ${server.scheduler} cannot be told from the rules`))];
  // Nobody to give it to: the client is told that the port is unreachable.
  if (scheduled.length === 0) return [stop({ kind: "rejected" })];
  return scheduled.map(({ realServer, probability }): Branch => {
    const address = parseIP(realServer.address);
    if (realServer.forwarding !== "masquerade" || !address)
      return stop(unknown(`forwarding method ${realServer.forwarding} is not understood`), probability, realServer);
    const translated = translateDestination(state, address, realServer.port);
    return {
      probability,
      hits: { hit: hitOf(realServer), before: hits },
      sentOut: !addresses.isLocal(address),
      state: {
        ...translated,
        // The translation is IPVS's, not one of conntrack's.
        destinationChanged: state.destinationChanged,
        virtualServer: { protocol: server.protocol, address: server.address, port: server.port },
        remembered: persistent ? [...state.remembered, persistenceName(server, realServer)] : state.remembered,
      },
    };
  });
}
