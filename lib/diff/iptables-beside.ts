/**
 * Rules of iptables on a node whose kube-proxy uses nftables: what they refuse is lost, whatever kube-proxy's table accepts. What
 * iptables-nft made stands in nft's listing, too, where that shows all tables. Of two translations of an address the kernel does
 * the one that was registered first, which no capture tells, so that table nat is not looked at.
 */
import { isCutChain, type CapturedTable } from "../rulesets/iptables/capture.js";
import type { TableName } from "../rulesets/iptables/types.js";
import { joinHostPort } from "../net/ip.js";
import { takersInEarlierTables } from "./iptables/earlier-tables.js";
import type { KubeRule } from "./iptables/kube-rule.js";
import { Owners } from "./iptables/owners.js";
import { findRefused, unseenPlaces, type Goal } from "./iptables/refused-packets.js";
import { BEHIND, type OwnAddresses } from "./iptables/refused-services.js";
import type { ByPlace } from "./iptables/rules-in-front.js";
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
  const frontends = () => placesOf(expected);
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
    const view = identityOfPath(path);
    if (own ? own.has(address) : view.service === "default/kubernetes") continue;
    goals.set(`${path} ${address} ${port}`, {
      address,
      protocol,
      port,
      text: joinHostPort(address, port),
      views: [view],
    });
  }
  return goals.values();
}

/** The frontends as rules, by what a rule of iptables may name. */
function placesOf(expected: ExpectedNftTable): ByPlace {
  const byPlace = new Map<string, KubeRule[]>();
  for (const { addresses, isNodePort, protocol, port, path } of frontendsOf(expected)) {
    const [address] = addresses;
    const place = isNodePort || address === undefined ? `*:${port}` : address;
    const rule = ruleOf(path, protocol, port, isNodePort ? undefined : address);
    const rules = byPlace.get(place);
    if (rules) rules.push(rule);
    else byPlace.set(place, [rule]);
  }
  return byPlace;
}

function ruleOf(path: string, protocol: string, port: number, address: string | undefined): KubeRule {
  const { service, port: name } = identityOfPath(path);
  return {
    chain: "services",
    clauses: [
      ...(address === undefined ? [] : [{ kind: "destination" as const, address }]),
      { kind: "transport", protocol: protocol as "tcp", destinationPort: { ports: String(port) } },
    ],
    target: { kind: "none" },
    comment: service !== undefined && name ? `${service}:${name}` : service,
    text: "",
    meaning: "",
    countsOnly: false,
    at: undefined,
  };
}
