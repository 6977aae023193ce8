/** Where packets to services meet rules of others in mode iptables, and what they are meant for there. */
import { isCutChain, type Captures } from "../../rulesets/iptables/capture.js";
import { masqueradeBit } from "../../rulesets/iptables/marked-packets.js";
import type { Clause } from "../../rulesets/iptables/types.js";
import { isLoopback, joinHostPort, parseIP, type IPFamily } from "../../net/ip.js";
import { ENDPOINT_PREFIX, MARK_MASQ, NODEPORTS, POSTROUTING, SERVICES } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { markEraser } from "./mark-erasers.js";
import { markedByOthers } from "./marked-by-others.js";
import type { Change } from "../types.js";
import { erasedForEndpoints, returnedInFront } from "./unmasqueraded.js";
import { outsideClients } from "./outside-clients.js";
import { Owners, type ServiceName } from "./owners.js";
import {
  BY_NODE,
  findRefused,
  placesOfAnswers,
  type Goal,
  type Place,
  type Refused,
  type RefusedSearch,
} from "./refused-packets.js";
import { refusedHealthChecks, type HealthCheck } from "./refused-health-checks.js";
import { withRestoredMarks } from "./restored-marks.js";
import { otherTables, sideTableOf, tablesOfOtherVariant } from "./select-tables.js";
import { forgetRules, Side, type SideTables } from "./side.js";

/** Addresses of the node: packets to them are not forwarded. */
export type OwnAddresses = ReadonlySet<string>;

interface Given {
  readonly captures: Captures;
  readonly family: IPFamily;
  readonly own: OwnAddresses | undefined;
  /** Whose rules are as they should be; those that are expected when left out. */
  readonly regular?: SideTables;
  /** Those that are looked at; all when left out. */
  readonly tables?: ReadonlySet<Place["table"]>;
}

const BY_OTHERS = " that the node does not make itself";
const TRANSLATED = { isTranslated: true, isForwarded: true, isLocal: false } as const;
const TO_NODE = { isTranslated: true, isForwarded: true, isLocal: true, which: BY_OTHERS } as const;

export const BEHIND: readonly Place[] = [
  { table: "mangle", chain: "FORWARD", ...TRANSLATED },
  { table: "filter", chain: "FORWARD", ...TRANSLATED },
  { table: "security", chain: "FORWARD", ...TRANSLATED },
  { table: "filter", chain: "OUTPUT", which: BY_NODE, ...TRANSLATED },
  { table: "security", chain: "OUTPUT", which: BY_NODE, ...TRANSLATED },
  { table: "mangle", chain: "POSTROUTING", ...TRANSLATED },
  // Of endpoints on the node itself: pods in its network, an API server.
  { table: "mangle", chain: "INPUT", ...TO_NODE },
  { table: "filter", chain: "INPUT", ...TO_NODE },
  { table: "security", chain: "INPUT", ...TO_NODE },
];

export const NONE_REFUSED: Refused = { changes: [], unseen: [], hasRefusals: false, hangsOnNode: false };

/** kube-proxy accepts those that are forwarded in KUBE-FORWARD. */
const OF_ANSWERS = placesOfAnswers(true);

/** What rules of others refuse of the service ports in `expected`. */
export function iptablesRefused(expected: SideTables, actual: SideTables, given: Given): Refused {
  const { captures, family, own, tables, regular = expected } = given;
  const side = new Side(new Map([...actual, ...otherTables(captures, family)]), family);
  const wanted = new Side(expected, family);
  if (!wanted.has("nat", SERVICES)) return NONE_REFUSED;
  const isWhole = ({ table, chain }: Place) => {
    const held = side.tables.get(table);
    return held !== undefined && !isCutChain(held, chain) && tables?.has(table) !== false;
  };
  const search = {
    side,
    isOwn: (table: Place["table"], chain: string) => wanted.has(table, chain),
    regular: new Side(regular, family),
  };
  let made: readonly Goal[] | undefined;
  const goals = () => (made ??= endpointGoals(wanted, own));
  const bit = masqueradeBit(wanted.rulesOf("nat", POSTROUTING));
  const places = BEHIND.filter(isWhole);
  const behind = (isSet: boolean) => {
    const ofMark = (place: Place) =>
      bit !== undefined && place.chain === "FORWARD" ? { ...place, mark: { bit, isSet } } : place;
    return findRefused(places.map(ofMark), { ...search, goals });
  };
  const ofPods = behind(false);
  const ofAll = ofPods.changes.length > 0 && marksAll(wanted) ? behind(true) : ofPods;
  const refused = withMore(
    ofAll,
    bit === undefined ? NONE_REFUSED : refusedOutside(wanted, places, bit, { ...search, goals }),
  );
  const ofChecks = refusedHealthChecks({
    side,
    isLeftOut: (table, chain) => chain !== NODEPORTS && wanted.has(table, chain),
    checks: healthChecksOf(wanted),
  });
  const found = withMore(refused, findRefused(OF_ANSWERS.filter(isWhole), { ...search, goals }));
  const more = withMore(found, refusedByOtherVariant(given, { ...search, goals }));
  const marked = [...MARKED, NAT_POSTROUTING].filter(isWhole);
  const ofMarks = bit !== undefined && { side: withRestoredMarks(side, bit), bit, goals };
  const unmasqueraded = ofMarks ? marked.flatMap((place) => lossesAt(place, ofMarks)) : [];
  const marking = bit === undefined || marksAll(wanted) ? [] : markedByOthers(side, bit, isWhole);
  return { ...more, changes: [...more.changes, ...ofChecks, ...unmasqueraded, ...marking] };
}

/**
 * What is refused of clients that are no pods, in front of which pods may be accepted by their source: "-s 10.244.0.0/16 -j ACCEPT"
 * where the policy is DROP.
 */
function refusedOutside(wanted: Side, behind: readonly Place[], bit: number, search: RefusedSearch): Refused {
  const placesOf = (network: string) => {
    const ofOutside = { which: ` from outside ${network}`, outsideOf: network, mark: { bit, isSet: false } };
    return behind.flatMap((place) => (place.chain === "FORWARD" ? [{ ...place, ...ofOutside }] : []));
  };
  const isAsked = (network: string) => findRefused(placesOf(network), { ...search, goals: () => [] }).hasRefusals;
  const outside = isAsked(search.side.family === "IPv6" ? "::/0" : "0.0.0.0/0") ? outsideClients(wanted) : undefined;
  if (!outside) return NONE_REFUSED;
  const goals = () => [...search.goals()].filter(({ views }) => views.some(({ key }) => outside.chains.has(key)));
  return findRefused(placesOf(outside.network), { ...search, goals });
}

const NAT_POSTROUTING: Place = { table: "nat", chain: "POSTROUTING", isTranslated: true, isForwarded: true };

/** Where masquerading is lost: for every packet, or else for those to some endpoints. */
function lossesAt(place: Place, search: Parameters<typeof erasedForEndpoints>[1]): readonly Change[] {
  if (place === NAT_POSTROUTING) return returnedInFront(search);
  const ofAll = markEraser(place, search.bit, search.side);
  return ofAll.length > 0 ? ofAll : erasedForEndpoints(place, search);
}

/** Where packets with the mark are before POSTROUTING of table nat. */
const MARKED = BEHIND.filter(({ table, chain }) => table !== "security" && chain !== "INPUT");

const HEALTH_CHECK = /^(\S+?)(?::\S*)? health check node port$/;

function healthChecksOf(wanted: Side): HealthCheck[] {
  return wanted.rulesOf("filter", NODEPORTS).flatMap(({ comment = "", clauses, target }) => {
    const service = HEALTH_CHECK.exec(comment)?.[1];
    const transport = clauses.find((clause) => clause.kind === "transport");
    const port = Number(transport?.destinationPort?.ports);
    return service !== undefined && target.kind === "accept" && port > 0 ? [{ service, port }] : [];
  });
}

/** What rules of iptables-legacy refuse where kube-proxy's are iptables-nft's, or the other way around. */
function refusedByOtherVariant({ captures, family, tables }: Given, search: Omit<RefusedSearch, "side">): Refused {
  let all = NONE_REFUSED;
  for (const table of tablesOfOtherVariant(captures, family)) {
    const { name, variant } = table;
    if (name === undefined || tables?.has(name) === false) continue;
    const held = sideTableOf(table, name);
    const side = new Side(new Map([[name, held]]), family);
    for (const some of [BEHIND, OF_ANSWERS]) {
      const places = some.filter((place) => place.table === name && !isCutChain(held, place.chain));
      const refused = findRefused(places, { ...search, side });
      const changes = refused.changes.map((change) => ({
        ...change,
        message: change.message.replace(`in table ${name}`, `in table ${name} of iptables-${variant}`),
      }));
      all = withMore(all, { ...refused, changes });
    }
  }
  return all;
}

/** What refuses connections is not told once more, of the answers or of another table. */
function withMore(found: Refused, answers: Refused): Refused {
  const keyOf = ({ chain, actual }: Refused["changes"][number]) => [chain, ...actual].join("\n");
  const told = new Set(found.changes.map(keyOf));
  return {
    changes: [...found.changes, ...answers.changes.filter((change) => !told.has(keyOf(change)))],
    unseen: [...new Set([...found.unseen, ...answers.unseen])],
    hasRefusals: found.hasRefusals || answers.hasRefusals,
    hangsOnNode: found.hangsOnNode || answers.hangsOnNode,
  };
}

/** Whether all connections are marked for masquerading; else those of pods, at least, are not. */
function marksAll(wanted: Side): boolean {
  const marks = ({ target, clauses }: KubeRule) =>
    target.kind === "jump" && target.chain === MARK_MASQ && clauses.every(isOfService);
  for (const chain of wanted.tables.get("nat")?.chains.keys() ?? [])
    if (chain.startsWith("KUBE-SVC-")) return wanted.rulesOf("nat", chain).some(marks);
  return false;
}

const isOfService = ({ kind }: Clause) => kind === "destination" || kind === "transport";

/** The endpoints, those included that packets are not forwarded to as they are on the node. */
function endpointGoals(wanted: Side, own: OwnAddresses | undefined): readonly Goal[] {
  const owners = new Owners([wanted]);
  const goals = new Map<string, Goal & { readonly views: Goal["views"][number][] }>();
  const chains = [...(wanted.tables.get("nat")?.chains.keys() ?? [])].filter((name) =>
    name.startsWith(ENDPOINT_PREFIX),
  );
  for (const chain of chains) {
    for (const rule of wanted.rulesOf("nat", chain)) {
      const goal = goalOf(rule, owners);
      if (!goal) continue;
      const key = `${goal.protocol} ${goal.text}`;
      const known = goals.get(key);
      if (known) known.views.push(...goal.views);
      else goals.set(key, { ...goal, views: [...goal.views] });
    }
    forgetRules();
  }
  const isNamed = ({ views }: Goal) => views.every(({ service }) => service !== undefined);
  const nameless = [...goals.values()].every(isNamed) ? [] : chains;
  const named = namesOf(nameless, owners, wanted);
  return [...goals.values()].map((goal) => {
    const views = goal.views.map((view) => ({ ...view, ...named(view.key) }));
    return { ...goal, views, isOnNode: isSurelyOnNode({ ...goal, views }, own) };
  });
}

/** Of endpoints' chains without comments, as large clusters have them: the service port whose chain leads to them. */
function namesOf(chains: readonly string[], owners: Owners, wanted: Side): (chain: string) => ServiceName | undefined {
  if (chains.length === 0) return () => undefined;
  // Their comments tell the names.
  for (const rule of wanted.rulesOf("nat", SERVICES)) owners.ownerOf(rule, "nat");
  const hashes = owners.ownersOfEndpointChains(chains);
  return (chain) =>
    [...(hashes.get(chain) ?? [])].map((hash) => owners.nameOf(hash)).find((name) => name !== undefined);
}

interface Addressed {
  readonly address: string;
  readonly views: readonly { readonly service?: string | undefined }[];
}

/** Whether packets to it are forwarded nowhere. */
export function isOnNode(goal: Addressed, own: OwnAddresses | undefined): boolean {
  return isSurelyOnNode(goal, own) !== false;
}

/** Without the addresses of the node, those of API servers may be its own. */
export function isSurelyOnNode({ address, views }: Addressed, own: OwnAddresses | undefined): boolean | "perhaps" {
  const ip = parseIP(address);
  if (!ip || isLoopback(ip)) return "perhaps";
  if (own) return own.has(ip.text);
  return views.some(({ service }) => service === "default/kubernetes") && "perhaps";
}

function goalOf(rule: KubeRule, owners: Owners): Goal | undefined {
  const { target, clauses } = rule;
  const transport = clauses.find((clause) => clause.kind === "transport");
  const place = target.kind === "dnat" && transport ? placeOfTarget(target.to) : undefined;
  if (!place) return undefined;
  const text = joinHostPort(place.address, place.port);
  return { ...place, protocol: transport!.protocol, text, views: viewsOf(rule, owners) };
}

/** The endpoint of `--to-destination`. */
export function placeOfTarget(to: string): { readonly address: string; readonly port: number } | undefined {
  const [, bracketed, bare, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(to) ?? [];
  const address = bracketed ?? bare;
  return address !== undefined && parseIP(address) ? { address, port: Number(port) } : undefined;
}

function viewsOf(rule: KubeRule, owners: Owners): Goal["views"] {
  const hash = owners.ownerOf(rule, "nat");
  const name = hash === undefined ? undefined : owners.nameOf(hash);
  return [{ key: rule.chain, ...name }];
}
