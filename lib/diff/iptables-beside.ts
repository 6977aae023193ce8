/**
 * Rules of iptables on a node whose kube-proxy uses nftables: what they refuse is lost, whatever kube-proxy's table accepts. What
 * iptables-nft made stands in nft's listing, too, where that shows all tables. Of two translations of an address at one priority the kernel
 * does that of the table that was made last, which no capture tells: rules of table nat that translate are told as not compared. One that
 * accepts leaves the connection to the next table. Source: Linux nf_nat_inet_fn, nf_hook_entries_grow.
 */
import { isCutChain, type CapturedTable } from "../rulesets/iptables/capture.js";
import type { TableName } from "../rulesets/iptables/types.js";
import { joinHostPort, type IPFamily } from "../net/ip.js";
import { OTHERS_RULES } from "./coverage.js";
import { takersInEarlierTables } from "./iptables/earlier-tables.js";
import { Owners } from "./iptables/owners.js";
import { hiddenInterfaces } from "./iptables/hidden-interfaces.js";
import { joinLacking, lackingRules } from "./iptables/lacking-rules.js";
import { namedSideTable } from "./iptables/select-tables.js";
import { notToldYet, onceEach } from "./once-each.js";
import { findRefused, placesOfAnswers, unseenPlaces, type Goal } from "./iptables/refused-packets.js";
import { BEHIND, isSurelyOnNode, type OwnAddresses } from "./iptables/refused-services.js";
import { frontendsAsRules, translatorsBeside, type ByPlace, type Reached } from "./iptables/rules-in-front.js";
import { Side, type SideTable } from "./iptables/side.js";
import type { Change } from "./types.js";
import { BEFORE_NAT, BEFORE_OWN } from "./view-words.js";
import type { ExpectedNftTable } from "./nftables/expected.js";
import { identityOfPath } from "./nftables/paths.js";
import { endpointsOf } from "./nftables/tables-behind.js";
import { frontendsOf } from "./nftables/tables-in-front.js";

export interface Beside {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  /** What could not be told. */
  readonly notGiven: readonly string[];
}

/** What is found in tables of the family in `expected`. `own`: addresses of the node, which nothing is forwarded to. */
export function iptablesBeside(
  expected: ExpectedNftTable,
  captured: readonly CapturedTable[],
  own: OwnAddresses | undefined,
): Beside {
  const family: IPFamily = expected.family === "ip6" ? "IPv6" : "IPv4";
  const numeric = captured.filter(({ hasNames }) => !hasNames);
  const look = (tables: readonly CapturedTable[]) => lookAt(tables, family, expected, own);
  const ofThis = numeric.filter((table) => table.family === family);
  const found = look(ofThis);
  // Of what has no address anywhere nothing tells the family.
  const untold = numeric
    .filter((table) => table.family === "unknown")
    .filter((table) => Object.values(look([table])).some(({ length }) => length > 0))
    .map(({ name, file }) => `table ${name} in ${file}`);
  const ofFamily = untold.map(
    (where) => `nothing tells whether ${where} is of IPv4 or IPv6: what it refuses is not compared`,
  );
  const translating = onceEach(found.translating);
  const lacking = joinLacking([lackingRules(ofThis), hiddenInterfaces(ofThis.flatMap(namedSideTable), family)]);
  return {
    changes: onceEach(found.changes),
    assumptions: [...found.unseen, ...ofFamily, ...translating.map(({ message }) => message), ...lacking.assumptions],
    notGiven: [
      ...lacking.notGiven,
      ...(found.unseen.length > 0 ? [OTHERS_RULES] : []),
      ...untold.map((where) => `the IP family of ${where} (iptables-save with its headings)`),
      ...(translating.length > 0
        ? ["which translation comes first, table nat's or kube-proxy's (no tool shows it)"]
        : []),
    ],
  };
}

interface FoundBeside {
  readonly changes: readonly Change[];
  readonly unseen: readonly string[];
  /** Rules of table nat that translate connections to services. */
  readonly translating: readonly Change[];
}

function lookAt(
  tables: readonly CapturedTable[],
  family: IPFamily,
  expected: ExpectedNftTable,
  own: OwnAddresses | undefined,
): FoundBeside {
  const frontends = () => frontendRulesOf(expected);
  const changes = takersInEarlierTables(tables, family, new Owners([]), frontends).map(
    ({ message, ...change }): Change => ({ ...change, message: message.replace(BEFORE_NAT, BEFORE_OWN) }),
  );
  const unseen: string[] = [];
  const translating: Change[] = [];
  for (const table of tables) {
    const [held] = namedSideTable(table);
    if (!held) continue;
    const { name } = held;
    const side = new Side(new Map<TableName, SideTable>([[name, held]]), family);
    if (name === "nat")
      for (const chain of ["PREROUTING", "OUTPUT"])
        if (!isCutChain(table, chain)) translating.push(...translatorsBeside(chain, new Owners([]), side, frontends));
    for (const all of [BEHIND, placesOfAnswers(true)]) {
      const places = all.filter((place) => place.table === name && !isCutChain(table, place.chain));
      const refused = findRefused(places, { side, isOwn: () => false, goals: () => goalsOf(expected, own) });
      changes.push(...notToldYet(refused.changes, changes));
      unseen.push(...unseenPlaces(refused));
    }
  }
  return { changes, unseen, translating };
}

/** Each endpoint of a service port once: several chains of the service port may lead to it. */
function goalsOf(expected: ExpectedNftTable, own: OwnAddresses | undefined): Iterable<Goal> {
  const goals = new Map<string, Goal>();
  for (const { address, protocol, port, path } of endpointsOf(expected)) {
    const views = [identityOfPath(path)];
    const goal = { address, protocol, port, text: joinHostPort(address, port), views };
    goals.set(`${path} ${goal.text}`, { ...goal, isOnNode: isSurelyOnNode(goal, own) });
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
