/** Changes of single frontends to groups of the same change. */
import type {
  ImpactChange,
  ImpactClient,
  ImpactFrontend,
  ImpactKind,
  ImpactMove,
  ImpactNodes,
  ImpactOutcome,
} from "../results/impact-report.js";
import { joinHostPort } from "../net/ip.js";
import { HEALTHY } from "./compare-unit.js";
import { isBeside } from "./destinations.js";
import { rounded } from "./move-of.js";
import type { Share } from "./types.js";

/** What a frontend is called, whatever becomes of it. */
export type FrontendName = Pick<
  ImpactFrontend,
  "service" | "servicePort" | "protocol" | "family" | "role" | "address" | "number" | "frontend"
>;

/** What one kind of client meets at one frontend on some nodes. */
export interface FoundChange {
  readonly kind: ImpactKind;
  readonly frontend: FrontendName;
  readonly client: ImpactClient;
  readonly beforeText: string;
  readonly afterText: string;
  readonly before: readonly Share[];
  readonly after: readonly Share[];
  readonly move?: ImpactMove;
}

interface Entry {
  readonly frontend: FrontendName;
  readonly clients: ImpactClient[];
  readonly before: readonly ImpactOutcome[];
  readonly after: readonly ImpactOutcome[];
  readonly move?: ImpactMove;
  readonly nodes: string[];
}

interface Group {
  readonly kind: ImpactKind;
  readonly beforeText: string;
  readonly afterText: string;
  readonly clients: readonly ImpactClient[];
  readonly entries: Map<string, Entry>;
  readonly frontends: Set<string>;
  /** Every node of which the change could be told. */
  readonly among: readonly string[];
}

export interface ChangeCollector {
  /** What was found at the frontends of a unit on nodes that are alike. `among`: nodes that are "every node" together. */
  readonly add: (found: readonly FoundChange[], nodes: readonly string[], among?: readonly string[]) => void;
  readonly groups: () => Omit<ImpactChange, "allowed">[];
  /** Frontends and places beside them with a change of the kind. */
  readonly count: (kind: ImpactKind) => number;
  /** How many frontends, and how many places beside them, have any change. */
  readonly changed: () => { readonly frontends: number; readonly beside: number };
}

/** `all`: every node that is looked at. */
export function createChangeCollector(all: readonly string[]): ChangeCollector {
  const groups = new Map<string, Group>();
  const byKind = new Map<ImpactKind, Set<string>>();
  const changed = new Set<string>();
  const beside = new Set<string>();
  return {
    add(found, nodes, among = all) {
      for (const same of sameChanges(found)) {
        const first = same[0]!;
        const clients = sortedClients(same.map(({ client }) => client));
        const key = [first.kind, first.beforeText, first.afterText, clients.join(" ")].join("\n");
        let group = groups.get(key);
        if (!group) groups.set(key, (group = { ...first, clients, entries: new Map(), frontends: new Set(), among }));
        const id = frontendId(first.frontend);
        group.frontends.add(id);
        let ofKind = byKind.get(first.kind);
        if (!ofKind) byKind.set(first.kind, (ofKind = new Set()));
        ofKind.add(id);
        (isBeside(first.frontend.role) ? beside : changed).add(id);
        addEntries(group.entries, same, nodes);
      }
    },
    groups: () => [...groups.values()].flatMap((group) => byReach(group).map(changeOf)),
    count: (kind) => byKind.get(kind)?.size ?? 0,
    changed: () => ({ frontends: changed.size, beside: beside.size }),
  };
}

const CLIENT_ORDER: readonly ImpactClient[] = [
  "outside",
  "outside-ranges",
  "pod",
  "pod-elsewhere",
  "endpoint",
  "node",
  "health-checker",
];

function sortedClients(clients: readonly ImpactClient[]): ImpactClient[] {
  return CLIENT_ORDER.filter((client) => clients.includes(client));
}

export function frontendId({ service, family, role, address, number, protocol }: FrontendName): string {
  return [service, family, role, address ?? "", number, protocol].join(" ");
}

/** Lists of changes at one frontend that differ in their clients alone. */
function sameChanges(found: readonly FoundChange[]): FoundChange[][] {
  const lists = new Map<string, FoundChange[]>();
  for (const one of found) {
    const key = [frontendId(one.frontend), one.kind, one.beforeText, one.afterText].join("\n");
    const list = lists.get(key);
    if (list) list.push(one);
    else lists.set(key, [one]);
  }
  return [...lists.values()];
}

function addEntries(entries: Map<string, Entry>, same: readonly FoundChange[], nodes: readonly string[]): void {
  const byOutcome = new Map<string, { -readonly [F in keyof Entry]: Entry[F] }>();
  for (const { frontend, client, before, after, move } of same) {
    const sides = { before: outcomesOf(before), after: outcomesOf(after) };
    const key = JSON.stringify(sides);
    const known = byOutcome.get(key);
    if (!known) byOutcome.set(key, { frontend, clients: [client], ...sides, ...(move && { move }), nodes: [] });
    else if (!known.clients.includes(client)) known.clients.push(client);
  }
  for (const [key, entry] of byOutcome) {
    entry.clients = sortedClients(entry.clients);
    const id = `${frontendId(entry.frontend)}\n${key}\n${entry.clients.join(" ")}`;
    const known = entries.get(id) ?? entry;
    entries.set(id, known);
    for (const node of nodes) known.nodes.push(node);
  }
}

/** Sorted, so that equal distributions are equal texts. */
function outcomesOf(shares: readonly Share[]): ImpactOutcome[] {
  return shares.map(outcomeOf).sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

function sortKey({ outcome, endpoint, masqueraded }: ImpactOutcome): string {
  return `${outcome} ${endpoint ?? ""} ${masqueraded ?? ""}`;
}

function outcomeOf({ outcome, probability }: Share): ImpactOutcome {
  const share = rounded(probability);
  if (outcome === HEALTHY) return { outcome: "answers", share };
  switch (outcome.kind) {
    case "endpoint":
      return {
        outcome: "endpoint",
        endpoint: joinHostPort(outcome.address, outcome.port),
        masqueraded: outcome.masqueraded,
        share,
      };
    case "undisturbed":
      return { outcome: "undisturbed", masqueraded: outcome.masqueraded, share };
    case "unknown":
      return { outcome: "unknown", share, reason: outcome.reason };
    default:
      return { outcome: outcome.kind, share };
  }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The nodes by name; no names where they are all. */
export function nodesOf(names: readonly string[], all: readonly string[]): ImpactNodes {
  const distinct = [...new Set(names)].sort(compareText);
  const isAll = distinct.length === all.length;
  return { count: distinct.length, all: isAll, names: isAll ? [] : distinct };
}

/** Frontends that are concerned on every node, apart from those on some. */
function byReach(group: Group): Group[] {
  const nodes = new Map<string, Set<string>>();
  for (const { frontend, nodes: own } of group.entries.values()) {
    const id = frontendId(frontend);
    const known = nodes.get(id) ?? new Set<string>();
    nodes.set(id, known);
    for (const node of own) known.add(node);
  }
  const isEverywhere = (id: string) => nodes.get(id)!.size === group.among.length;
  return [true, false].flatMap((everywhere): Group[] => {
    const frontends = new Set([...group.frontends].filter((id) => isEverywhere(id) === everywhere));
    if (frontends.size === 0) return [];
    const entries = new Map([...group.entries].filter(([, { frontend }]) => frontends.has(frontendId(frontend))));
    return [{ ...group, frontends, entries }];
  });
}

function changeOf({ kind, beforeText, afterText, clients, entries, frontends, among }: Group) {
  const list = [...entries.values()]
    .map(({ frontend, clients: own, before, after, move, nodes }): ImpactFrontend => ({
      ...frontend,
      nodes: nodesOf(nodes, among),
      clients: own,
      before,
      after,
      ...(move && { move }),
    }))
    .sort(compareFrontends);
  return {
    kind,
    message: "",
    services: [...new Set(list.map(({ service }) => service))],
    count: frontends.size,
    nodes: nodesOf(
      [...entries.values()].flatMap(({ nodes }) => nodes),
      among,
    ),
    clients,
    before: beforeText,
    after: afterText,
    frontends: list,
    details: [],
  };
}

function compareFrontends(a: ImpactFrontend, b: ImpactFrontend): number {
  return (
    compareText(a.service, b.service) ||
    compareText(a.servicePort, b.servicePort) ||
    compareText(a.family, b.family) ||
    compareText(a.role, b.role) ||
    compareText(a.address ?? "", b.address ?? "") ||
    a.number - b.number ||
    compareText(a.protocol, b.protocol) ||
    compareText(a.nodes.names[0] ?? "", b.nodes.names[0] ?? "") ||
    compareText(a.clients.join(), b.clients.join()) ||
    compareText(JSON.stringify(a.before), JSON.stringify(b.before))
  );
}
