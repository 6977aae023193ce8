/**
 * Rules of others that refuse what IPVS sends to a real server, or what that answers. Packets to one that is not on the node itself
 * pass the whole of hook output, with its address, whoever sent them, and then POSTROUTING; forwarded by the kernel they are not.
 * Answers are forwarded, or are for the node, and IPVS sees them behind table filter. Source: Linux net/netfilter/ipvs/ip_vs_xmit.c,
 * ip_vs_nat_send_or_cont, and ip_vs_core.c, ip_vs_ops4 (priorities 98 and 100).
 */
import { isCutChain, type CapturedTable } from "../../rulesets/iptables/capture.js";
import { joinHostPort } from "../../net/ip.js";
import { findRefused, placesOfAnswers, unseenPlaces, type Goal, type Place } from "../iptables/refused-packets.js";
import { isOnNode, type OwnAddresses } from "../iptables/refused-services.js";
import { onceEach } from "../once-each.js";
import type { Change } from "../types.js";
import { serviceOfLabel } from "./attribute-stale.js";
import { sideOf, tablesOf } from "./rules-in-front.js";
import type { ExpectedIPVS } from "./types.js";

/** The kernel's tracking of connections knows nothing of the translation. */
const SENT = { isTranslated: false, isForwarded: true, isLocal: false } as const;

const PLACES: readonly Place[] = [
  ...(["raw", "mangle", "filter", "security"] as const).map((table) => ({ table, chain: "OUTPUT", ...SENT })),
  { table: "mangle", chain: "POSTROUTING", ...SENT },
  ...placesOfAnswers(false),
];

/** `own`: addresses of the node. */
export function refusedEndpoints(
  expected: ExpectedIPVS,
  captured: readonly CapturedTable[],
  own: OwnAddresses | undefined,
): { readonly changes: readonly Change[]; readonly assumptions: readonly string[] } {
  const changes: Change[] = [];
  const assumptions: string[] = [];
  for (const place of PLACES)
    for (const held of tablesOf(expected, captured, place.table)) {
      if (isCutChain(held, place.chain)) continue;
      const chains = expected.iptables.tables.find(({ name }) => name === place.table)?.chains ?? [];
      const names = new Set(chains.map(({ name }) => name));
      const refused = findRefused([place], {
        side: sideOf(expected, held),
        isOwn: (_, chain) => names.has(chain),
        goals: () => goalsOf(expected, own),
      });
      changes.push(...refused.changes);
      assumptions.push(...unseenPlaces(refused));
    }
  return { changes: onceEach(changes), assumptions };
}

/** Each real server of a service port once. */
function goalsOf({ state, isUnnamed }: ExpectedIPVS, own: OwnAddresses | undefined): Iterable<Goal> {
  const goals = new Map<string, Goal>();
  for (const { protocol, realServers, origin } of state.virtualServers) {
    if (!origin) continue;
    const service = isUnnamed ? undefined : serviceOfLabel(origin.label);
    const view = {
      key: origin.label,
      ...(service !== undefined && { service, port: origin.label.slice(service.length + 1) }),
      protocol: protocol.toUpperCase(),
    };
    for (const { address, port } of realServers) {
      const text = joinHostPort(address, port);
      const goal = { address, protocol, port, text, views: [view] };
      if (!isOnNode(goal, own)) goals.set(`${origin.label} ${protocol} ${text}`, goal);
    }
  }
  return goals.values();
}
