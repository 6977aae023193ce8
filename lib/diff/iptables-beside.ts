/**
 * Rules of iptables on a node whose kube-proxy uses nftables: what they refuse is lost, whatever kube-proxy's table accepts. What
 * iptables-nft made stands in nft's listing, too, where that shows all tables. Of two translations of an address the kernel does
 * the one that was registered first, which no capture tells, so that table nat is not looked at.
 */
import { isCutChain, type CapturedTable } from "../rulesets/iptables/capture.js";
import type { TableName } from "../rulesets/iptables/types.js";
import { joinHostPort } from "../net/ip.js";
import { takersInEarlierTables } from "./iptables/earlier-tables.js";
import { Owners } from "./iptables/owners.js";
import { findRefused, unseenPlaces, type Goal } from "./iptables/refused-packets.js";
import { BEHIND, isOnNode, type OwnAddresses } from "./iptables/refused-services.js";
import { frontendsAsRules, type ByPlace, type Reached } from "./iptables/rules-in-front.js";
import { Side } from "./iptables/side.js";
import type { Change } from "./types.js";
import { BEFORE_NAT, BEFORE_OWN } from "./view-words.js";
import type { ExpectedNftTable } from "./nftables/expected.js";
import { identityOfPath } from "./nftables/paths.js";
import { endpointsOf } from "./nftables/tables-behind.js";
import { frontendsOf } from "./nftables/tables-in-front.js";

/** What is found in tables of the family in `expected`. `own`: addresses of the node, which nothing is forwarded to. */
export function iptablesBeside(
  expected: ExpectedNftTable,
  captured: readonly CapturedTable[],
  own: OwnAddresses | undefined,
): { readonly changes: readonly Change[]; readonly assumptions: readonly string[] } {
  const family = expected.family === "ip6" ? "IPv6" : "IPv4";
  const tables = captured.filter((table) => table.family === family && !table.hasNames);
  const frontends = () => frontendRulesOf(expected);
  const changes = takersInEarlierTables(tables, family, new Owners([]), frontends).map(
    ({ message, ...change }): Change => ({ ...change, message: message.replace(BEFORE_NAT, BEFORE_OWN) }),
  );
  const assumptions: string[] = [];
  for (const table of tables) {
    const { name, chains, file, withoutInterfaces } = table;
    if (name === undefined) continue;
    const held = { name, chains, file, ...(withoutInterfaces && { withoutInterfaces }) };
    const places = BEHIND.filter((place) => place.table === name && !isCutChain(table, place.chain));
    const side = new Side(new Map<TableName, typeof held>([[name, held]]), family);
    const refused = findRefused(places, { side, isOwn: () => false, goals: () => goalsOf(expected, own) });
    changes.push(...refused.changes);
    assumptions.push(...unseenPlaces(refused));
  }
  return { changes: onceEach(changes), assumptions };
}

/** Both variants of iptables may hold a rule. */
function onceEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [[change.message, ...change.actual].join("\n"), change])).values()];
}

/** Each endpoint of a service port once: several chains of the service port may lead to it. */
function goalsOf(expected: ExpectedNftTable, own: OwnAddresses | undefined): Iterable<Goal> {
  const goals = new Map<string, Goal>();
  for (const { address, protocol, port, path } of endpointsOf(expected)) {
    const views = [identityOfPath(path)];
    const goal = { address, protocol, port, text: joinHostPort(address, port), views };
    if (!isOnNode(goal, own)) goals.set(`${path} ${goal.text}`, goal);
  }
  return goals.values();
}

function frontendRulesOf(expected: ExpectedNftTable): ByPlace {
  return frontendsAsRules(
    [...frontendsOf(expected)].map(({ addresses, isNodePort, protocol, port, path }): Reached => {
      const { service, port: name } = identityOfPath(path);
      return {
        label: service !== undefined && name ? `${service}:${name}` : service,
        address: isNodePort ? undefined : addresses[0],
        protocol: protocol as Reached["protocol"],
        port,
      };
    }),
  );
}
