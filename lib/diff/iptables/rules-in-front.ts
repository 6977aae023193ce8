/** Rules of others in front of kube-proxy's jumps: they take connections to services, or packets to be masqueraded. */
import { holdsInSituation, isOfAnyClient, type Situation } from "../../rulesets/iptables/first-packet.js";
import { findMarkTaker, masqueradeBit } from "../../rulesets/iptables/marked-packets.js";
import { decidesAll, placeOfWall } from "../../rulesets/iptables/order-matters.js";
import { mayHoldTogether, protocolOf } from "../../rulesets/iptables/take-packets.js";
import type { Clause, TableName, Target } from "../../rulesets/iptables/types.js";
import { groupBy } from "../../util/group-by.js";
import { withReach } from "../effect-turns.js";
import { identity } from "../identity.js";
import type { Change } from "../types.js";
import { BEFORE_IPVS, frontendText, listWords, portWords } from "../view-words.js";
import { FrontendIndex } from "./frontend-index.js";
import { isOfOthersToo, NODEPORTS, POSTROUTING, SERVICES } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { NodeAddresses } from "./node-addresses.js";
import type { Owners } from "./owners.js";
import type { Side } from "./side.js";
import { keepsPackets } from "./taken-packets.js";

/** Rules of others that are looked at, those of a chain as often as something jumps to it, and changes that are told. */
const MOST_LOOKED_AT = 200_000;
const MOST_TOLD = 20;
const DEEPEST = 3;

/**
 * Of PREROUTING and OUTPUT in table nat. A rule takes a service's connections for sure if it names its address, or a node
 * port, or if it asks for nothing but a protocol, ports or a network that the address is in. Whoever wrote another one meant other
 * packets.
 */
export function changesInFront(
  chain: string,
  owners: Owners,
  { expected, own }: { readonly expected: Side; readonly own?: NodeAddresses | undefined },
  actual: Side,
): Change[] {
  return takersInFront(chain, owners, actual, () => frontendRules(expected, own));
}

/** Of PREROUTING and OUTPUT in table nat: those in front of the jump to KUBE-SERVICES. */
export function takersInFront(chain: string, owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const rules = actual.rulesOf("nat", chain);
  const { rules: deciding, isAll } = decidingOf(rules.slice(0, Math.max(placeOfJump(rules), 0)), actual);
  const words = (taken: string) =>
    `a rule in front of the jump from ${chain} to ${SERVICES} takes connections to ${taken}`;
  const takers = deciding.filter((one) => isNamedOrWide(one) || isForAllInside(one, chain));
  const { changes, isWhole } = changesOfTakers(takers, owners, frontends, words);
  return [...changes, ...(isAll && isWhole ? [] : [tooMany("nat", chain)])];
}

/**
 * Of the same chains in mode ipvs, where packets to node ports come back from KUBE-SERVICES: what another rule behind the jump
 * gives another address.
 */
export function takersBehind(chain: string, owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const rules = actual.rulesOf("nat", chain);
  const { rules: deciding, isAll } = decidingOf(rules.slice(placeOfJump(rules) + 1), actual);
  const behind = deciding.filter(isNamedOrWide);
  const foreign = behind.filter(({ rule: { target } }) => target.kind !== "accept" && target.kind !== "return");
  const nodePorts = () => new Map([...frontends()].filter(([place]) => place.startsWith("*:")));
  const { changes, isWhole } = changesOfTakers(
    foreign,
    owners,
    nodePorts,
    (taken) => `a rule of ${chain} in table nat takes connections to ${taken}, ${BEFORE_IPVS}`,
  );
  return [...changes, ...(isAll && isWhole ? [] : [tooMany("nat", chain)])];
}

const TRANSLATES: ReadonlySet<string> = new Set(["REDIRECT", "NETMAP"]);

/** Of the same chains where kube-proxy has its rules in a table of nftables: what gives connections another address, too. */
export function translatorsBeside(chain: string, owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const { rules: deciding, isAll } = decidingOf(actual.rulesOf("nat", chain), actual);
  const isTranslator = ({ rule: { target } }: ForeignRule) =>
    target.kind === "dnat" || (target.kind === "unknown" && TRANSLATES.has(target.name));
  const { changes, isWhole } = changesOfTakers(
    deciding.filter((one) => isNamedOrWide(one) && isTranslator(one)),
    owners,
    frontends,
    (taken) =>
      `a rule of ${chain} in table nat of iptables translates connections to ${taken}, as kube-proxy's table does: which is done hangs on which was made last, and is not compared`,
  );
  return [...changes, ...(isAll && isWhole ? [] : [tooMany("nat", chain)])];
}

/**
 * Of INPUT in tables mangle, filter and security, where connections to virtual servers are before IPVS sends them on: rules that
 * refuse what they name, or everything, and that no other rule in front may accept.
 */
export function refusalsOfInput(
  table: TableName,
  owners: Owners,
  actual: Side,
  frontends: () => ByPlace,
): readonly Change[] {
  const jumpOf = ({ target }: KubeRule) => target.kind === "jump" && target.chain.startsWith("KUBE-");
  const input = actual.rulesOf(table, "INPUT");
  const firstJump = input.findIndex(jumpOf);
  const words = (taken: string) => `a rule of INPUT in table ${table} refuses connections to ${taken}, ${BEFORE_IPVS}`;
  const wall = placeOfWall(input, (chain) => actual.rulesOf(table, chain), isOfOthersToo);
  // In front of the jumps it is told of these; a chain that gives some packets back does not take all.
  const isTold = ({ clauses }: ForeignRule) => clauses.length === 0 && (wall < 0 || wall < firstJump);
  return refusalsAmong(
    decidingOf(input, actual, table),
    { table, chain: "INPUT", owners, frontends, words },
    (one) => refuses(one) && !isTold(one),
  );
}

/** Rules of a built-in chain, and how it is told what they do to the frontends. */
interface Question {
  readonly table: TableName;
  readonly chain: string;
  readonly owners: Owners;
  readonly frontends: () => ByPlace;
  readonly words: (taken: string) => string;
}

/** Of rules in the order that packets meet them, those that take connections and that no other one before may accept. */
export function refusalsAmong(
  { rules, isAll }: Deciding,
  { table, chain, owners, frontends, words }: Question,
  takes: (one: ForeignRule) => boolean,
): Change[] {
  let byPlace: ByPlace | undefined;
  const places = () => (byPlace ??= frontends());
  const before: ForeignRule[] = [];
  const changes: Change[] = [];
  const effort = new Effort();
  for (const one of rules) {
    if (takes(one)) {
      if (!(isNamedOrWide(one) || one.clauses.length === 0)) continue;
      const isOpen = ({ clauses }: KubeRule) =>
        effort.spend(before.length) &&
        !before.some((other) => mayHoldTogether(other.clauses, [...clauses, ...one.clauses]));
      changes.push(...changesOfTakers([one], owners, places, words, { isOpen, effort }).changes);
      if (changes.length >= MOST_TOLD || effort.isSpent) break;
    } else if (acceptsNew(one)) before.push(one);
  }
  return isAll && !effort.isSpent ? changes : [...changes, tooMany(table, chain)];
}

/** What is said where rules are left that nobody looked at. */
function tooMany(table: TableName, chain: string): Change {
  return {
    kind: "rule-order",
    severity: "warning",
    chain,
    message: `${chain} in table ${table} leads to more rules of other programs than are looked at: what the rest of them does to connections is not seen`,
    expected: [],
    actual: [],
  };
}

/** Comparisons of conditions that a chain may take. */
const MOST_COMPARED = 2_000_000;

class Effort {
  private left = MOST_COMPARED;

  get isSpent(): boolean {
    return this.left < 0;
  }

  /** False where nothing is left. */
  spend(comparisons: number): boolean {
    this.left -= comparisons;
    return this.left >= 0;
  }
}

const REFUSES: ReadonlySet<string> = new Set(["drop", "reject"]);
const refuses = ({ rule: { target } }: ForeignRule) => REFUSES.has(target.kind);

/** Whether a rule may accept the first packet of a connection of somebody else's than the node's; a chain that is not looked into may. */
function acceptsNew({ rule: { target }, clauses }: ForeignRule): boolean {
  const isOfOthers = (clause: Clause) =>
    (clause.kind === "in-interface" && clause.name === "lo" && !clause.negated) ||
    (clause.kind === "conntrack" && !clause.negated && !clause.rest && !clause.states.includes("NEW"));
  return !REFUSES.has(target.kind) && !clauses.some(isOfOthers);
}

function placeOfJump(rules: readonly KubeRule[]): number {
  return rules.findIndex(({ target }) => target.kind === "jump" && target.chain === SERVICES);
}

/** Whether it takes every packet; one that stands in the chain itself is told of the jump behind it. */
function isForAllInside({ rule, clauses }: ForeignRule, chain: string): boolean {
  return clauses.every(({ kind }) => kind === "comment") && !(rule.chain === chain && decidesAll(rule));
}

const isNamedOrWide = (rule: ForeignRule) => isNamed(rule) || isWide(rule);

interface Deciding {
  readonly rules: readonly ForeignRule[];
  /** False where there are more. */
  readonly isAll: boolean;
}

export function decidingOf(rules: readonly KubeRule[], actual: Side, table: TableName = "nat"): Deciding {
  const looked = { count: 0 };
  return { rules: [...expand(rules, [], actual, DEEPEST, table, looked)], isAll: looked.count <= MOST_LOOKED_AT };
}

interface Limits {
  /** Whether no rule before may have accepted connections to the frontend. */
  readonly isOpen: (frontend: KubeRule) => boolean;
  readonly effort: Effort;
}

/** Each of the rules of others that takes connections to a service; `frontends` are only asked for where one may. */
function changesOfTakers(
  foreign: readonly ForeignRule[],
  owners: Owners,
  frontends: () => ByPlace,
  words: (taken: string) => string,
  { isOpen, effort }: Limits = { isOpen: () => true, effort: new Effort() },
): { readonly changes: readonly Change[]; readonly isWhole: boolean } {
  const changes: Change[] = [];
  let byPlace: ByPlace | undefined;
  for (const one of foreign) {
    byPlace ??= frontends();
    const { rule, clauses, returned } = one;
    const own = isNamed(one) ? namedTaken(clauses, byPlace, isOpen) : [];
    const isAsked = own.length === 0 && (isWide(one) || clauses.every(({ kind }) => kind === "comment"));
    const isMet = (frontend: KubeRule) => isOpen(frontend) && !mayBeReturned(frontend, returned, effort);
    const wide = isAsked ? wideTaken(clauses, byPlace, { isOpen: isMet, effort }) : own;
    const taken = wide.length === 0 ? nodePortTaken(clauses, byPlace, isOpen) : wide;
    if (effort.isSpent) return { changes, isWhole: false };
    const services = new Set(taken.map((frontend) => serviceOf(frontend, owners)));
    const found =
      services.size > 1
        ? change(rule, words(atNode(taken, clauses) + reachOf(clauses, services, byPlace, owners)))
        : taken[0] && changeOfOne(rule, taken[0], owners, words);
    if (found) changes.push(withReach(found, () => taken.map(frontendOf).join(" ")));
    if (changes.length === MOST_TOLD) break;
  }
  return { changes, isWhole: true };
}

/** Of several node ports at one address, where. */
function atNode(taken: readonly KubeRule[], clauses: readonly Clause[]): string {
  const host = hostOf(clauses);
  return host !== undefined && taken.every(({ chain }) => chain === NODEPORTS) ? `node ports at ${host} of ` : "";
}

/** Whether a rule names an address or a port. */
function isNamed({ clauses }: ForeignRule): boolean {
  return hostOf(clauses) !== undefined || portOf(clauses) !== undefined;
}

/** Rules that take connections to frontends, by address or, for a node port, by "*:PORT". */
export interface ByPlace extends ReadonlyMap<string, readonly KubeRule[]> {
  readonly own?: NodeAddresses;
}

/** The first that a rule takes of what has the address or node port that it names. */
function namedTaken(clauses: readonly Clause[], byPlace: ByPlace, isOpen: Limits["isOpen"]): readonly KubeRule[] {
  const frontends = byPlace.get(hostOf(clauses) ?? `*:${portOf(clauses)}`);
  const first = frontends?.find((frontend) => mayHoldTogether(clauses, frontend.clauses) && isOpen(frontend));
  return first ? [first] : [];
}

/**
 * The first node port that a rule with a destination names, or all that it takes at an address of the node. Who names a port means
 * it: whether the destination is an address of the node is asked only where it is one of a Service, as those of load balancers are.
 */
function nodePortTaken(clauses: readonly Clause[], byPlace: ByPlace, isOpen: Limits["isOpen"]): readonly KubeRule[] {
  if (!clauses.some(({ kind }) => kind === "destination")) return [];
  const host = hostOf(clauses);
  const isTaken = (frontend: KubeRule) => mayHoldTogether(clauses, frontend.clauses) && isOpen(frontend);
  if (host !== undefined && isWide({ clauses }) && byPlace.own?.servesAt(host) === true)
    return [...byPlace].flatMap(([place, own]) => (place.startsWith("*:") ? own.filter(isTaken) : []));
  const named = clauses.flatMap((clause) => portsNamed(clause) ?? []);
  const ofServices = host === undefined ? undefined : byPlace.get(host);
  if (ofServices && !ofServices.some(isAtExternalIP) && byPlace.own?.has(host!) === false) return [];
  const frontends = named.flatMap((ports) => ports.split(",")).flatMap((port) => byPlace.get(`*:${port}`) ?? []);
  const first = frontends.find(isTaken);
  return first ? [first] : [];
}

/** Such an address may be one of the node that its Node object does not name, as that of a second interface. */
function isAtExternalIP({ comment }: KubeRule): boolean {
  return comment?.endsWith(" external IP") === true;
}

/** "80", "80,443" or "80:90". */
function portsNamed(clause: Clause): string | undefined {
  if (clause.kind === "multiport") return clause.side === "source" || clause.negated ? undefined : clause.ports;
  if (clause.kind !== "transport" || clause.destinationPort?.negated) return undefined;
  return clause.destinationPort?.ports;
}

function wideTaken(clauses: readonly Clause[], byPlace: ByPlace, { isOpen, effort }: Limits): readonly KubeRule[] {
  const candidates = indexOf(byPlace).candidatesFor(clauses);
  if (!effort.spend(candidates.length)) return [];
  return candidates.filter((frontend) => mayHoldTogether(clauses, frontend.clauses) && isOpen(frontend));
}

function indexOf(byPlace: ByPlace): FrontendIndex {
  let index = indexes.get(byPlace);
  if (!index) indexes.set(byPlace, (index = new FrontendIndex(byPlace)));
  return index;
}

const indexes = new WeakMap<ByPlace, FrontendIndex>();

/** Where nothing tells the name, the frontend. */
function serviceOf(frontend: KubeRule, owners: Owners): string {
  return owners.nameOf(owners.ownerOf(frontend, "nat") ?? "")?.service ?? frontendOf(frontend);
}

/** "10.96.0.1:80", "*:30080". */
export function frontendOf({ clauses }: KubeRule): string {
  const transport = clauses.find((clause) => clause.kind === "transport");
  const address = hostOf(clauses);
  return frontendText({ port: Number(transport?.destinationPort?.ports), ...(address !== undefined && { address }) });
}

/** "every TCP service", "2 services: a/b and a/c". */
function reachOf(clauses: readonly Clause[], services: ReadonlySet<string>, byPlace: ByPlace, owners: Owners): string {
  const protocols = new Set(clauses.flatMap((clause) => protocolOf(clause) ?? []));
  const isOfThese = ({ clauses: own }: KubeRule) =>
    protocols.size === 0 || own.some((clause) => protocols.has(protocolOf(clause) ?? ""));
  const frontends = [...byPlace.values()].flat().filter(isOfThese);
  const all = new Set(frontends.map((frontend) => serviceOf(frontend, owners)));
  const of = [...protocols].map((protocol) => `${protocol.toUpperCase()} `).join("");
  const names = listWords([...services].sort());
  return services.size === all.size ? `every ${of}service: ${names}` : `${services.size} services: ${names}`;
}

/** Whether a rule asks for nothing but a network of destinations or any other, a protocol, ports of it or others, or several of these. */
function isWide({ clauses }: Pick<ForeignRule, "clauses">): boolean {
  const isOpen = (clause: Clause) =>
    clause.kind === "comment" ||
    clause.kind === "destination" ||
    (clause.kind === "protocol" && !clause.negated) ||
    (clause.kind === "multiport" && clause.side === "destination") ||
    (clause.kind === "transport" && isOfAnyClient(clause));
  return clauses.some(({ kind }) => kind !== "comment") && clauses.every(isOpen);
}

export interface ForeignRule {
  readonly rule: KubeRule;
  /** Its own conditions and those of the jumps that lead to it. */
  readonly clauses: readonly Clause[];
  readonly returned?: Returned | undefined;
}

/** Conditions under which rules in front, of the same chain of others and of those that lead to it, give packets back. */
interface Returned {
  readonly all: readonly (readonly Clause[])[];
  /** How many of them stand in front. */
  readonly count: number;
  readonly outer: Returned | undefined;
}

function mayBeReturned(frontend: KubeRule, returned: Returned | undefined, effort: Effort): boolean {
  for (let at = returned; at; at = at.outer) {
    if (!effort.spend(at.count)) return true;
    for (let i = 0; i < at.count; i++) if (mayHoldTogether(at.all[i]!, frontend.clauses)) return true;
  }
  return false;
}

/** The deciding rules of others, those of their chains too. */
function* expand(
  rules: readonly KubeRule[],
  before: readonly Clause[],
  side: Side,
  depth: number,
  table: TableName,
  looked: { count: number },
  outer?: Returned,
): Iterable<ForeignRule> {
  const all: (readonly Clause[])[] = [];
  for (const rule of rules) {
    if (++looked.count > MOST_LOOKED_AT) return;
    const { target } = rule;
    const own = askedOfFirst(rule.clauses, table);
    if (!own) continue;
    const clauses = [...before, ...own];
    const isJump = target.kind === "jump" || target.kind === "goto";
    if (isJump && target.chain.startsWith("KUBE-")) continue;
    // What a chain does that the capture does not hold is not known: of packets that others refuse it may accept any.
    if (isJump && table !== "nat" && !side.has(table, target.chain)) yield { rule, clauses };
    const returned = all.length > 0 ? { all, count: all.length, outer } : outer;
    if (isJump && depth > 0)
      yield* expand(side.rulesOf(table, target.chain), clauses, side, depth - 1, table, looked, returned);
    else if (target.kind === "return") {
      if (depth === DEEPEST) yield { rule, clauses };
      else all.push(clauses);
    } else if ((table === "raw" && untracks(target)) || keepsPackets(rule, side, table))
      yield { rule, clauses, returned };
  }
}

const FIRST: Situation = { isTranslated: false, isForwarded: false };

/**
 * The conditions without those that the first packet of a connection always meets (`--ctstate NEW`); undefined where it never
 * meets one. In table raw no connection is known yet.
 */
function askedOfFirst(clauses: readonly Clause[], table: TableName): readonly Clause[] | undefined {
  if (table === "raw" || !clauses.some(isOfState)) return clauses;
  const holds = clauses.map((clause) => (isOfState(clause) ? holdsInSituation(clause, FIRST) : undefined));
  return holds.includes("no") ? undefined : clauses.filter((_, i) => holds[i] !== "yes");
}

const isOfState = (clause: Clause) =>
  clause.kind === "conntrack" || (clause.kind === "unknown" && clause.module === "state");

/** Whether table nat, which asks the tracking of connections, never sees the packets; of table raw alone. */
export function untracks(target: Target): boolean {
  if (target.kind !== "unknown") return false;
  return target.name === "NOTRACK" || (target.name === "CT" && target.tokens.includes("--notrack"));
}

function hostOf(clauses: readonly Clause[]): string | undefined {
  for (const clause of clauses)
    if (clause.kind === "destination" && !clause.negated && !clause.address.includes("/")) return clause.address;
  return undefined;
}

/** The one port of a rule that names no address. */
function portOf(clauses: readonly Clause[]): string | undefined {
  let port: string | undefined;
  for (const clause of clauses) {
    if (clause.kind === "destination") return undefined;
    if (clause.kind === "transport" && clause.destinationPort && !clause.destinationPort.negated)
      port = clause.destinationPort.ports;
  }
  return port;
}

/** The rules that take connections to services, by address and by node port. */
export function frontendRules(expected: Side, own?: NodeAddresses): ByPlace {
  const byPlace = byPlaceOf([...expected.rulesOf("nat", SERVICES), ...expected.rulesOf("nat", NODEPORTS)]);
  return own ? Object.assign(byPlace, { own }) : byPlace;
}

/** Addresses of the node; of node ports, those at which kube-proxy's rules have them. */
export function nodeAddressesOf(expected: Side, own: ReadonlySet<string> | undefined): NodeAddresses {
  return new NodeAddresses(own, () => nodeAddressesServed(expected));
}

/** Those at which kube-proxy's rules have node ports; none where it is whatever address the node has. */
export function nodeAddressesServed(expected: Side): string[] {
  const isOfNodePorts = ({ target }: KubeRule) => target.kind === "jump" && target.chain === NODEPORTS;
  return expected
    .rulesOf("nat", SERVICES)
    .filter(isOfNodePorts)
    .flatMap(({ clauses }) => hostOf(clauses) ?? []);
}

/** Where a service is reached: at a port of an address or, as a node port, of the node. */
export interface Reached {
  /** "shop/web:http". */
  readonly label: string | undefined;
  /** Undefined of a node port. */
  readonly address?: string | undefined;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly port: number;
}

/** The same of modes in which no rule takes the connections, as rules that would. */
export function frontendsAsRules(reached: Iterable<Reached>): ByPlace {
  return byPlaceOf([...reached].map(ruleOf));
}

function byPlaceOf(rules: readonly KubeRule[]): ByPlace {
  const placeOf = ({ chain, clauses }: KubeRule) => (chain === NODEPORTS ? `*:${portOf(clauses)}` : hostOf(clauses));
  return groupBy(
    rules.filter((rule) => placeOf(rule) !== undefined),
    (rule) => placeOf(rule)!,
  );
}

function ruleOf({ label, address, protocol, port }: Reached): KubeRule {
  return {
    chain: address === undefined ? NODEPORTS : SERVICES,
    clauses: [
      ...(address === undefined ? [] : [{ kind: "destination" as const, address }]),
      { kind: "transport", protocol, destinationPort: { ports: String(port) } },
    ],
    target: { kind: "none" },
    comment: label,
    text: "",
    meaning: "",
    countsOnly: false,
    at: undefined,
  };
}

/** `about`: the service port, where it is one. */
function change(rule: KubeRule, message: string, about: Partial<Change> = {}): Change {
  return {
    kind: "rule-order",
    severity: "error",
    ...about,
    chain: rule.chain,
    message,
    expected: [],
    actual: [rule.text],
    ...(rule.at && { at: rule.at }),
  };
}

function changeOfOne(rule: KubeRule, taken: KubeRule, owners: Owners, words: (taken: string) => string): Change {
  const name = owners.nameOf(owners.ownerOf(taken, "nat") ?? "");
  const view = { key: "", frontends: [], ...name };
  const frontend = frontendOf(taken);
  const of = name ? ` of ${portWords(view)}` : "";
  return change(rule, words(`${frontend}${of}`), { ...identity(view), frontend });
}

/** What a rule in front of the jump to KUBE-POSTROUTING does by which marked packets are not masqueraded. */
export const KEEPS_SOURCE =
  "a rule in front of the jump from POSTROUTING to KUBE-POSTROUTING keeps packets from it that are marked for masquerading: " +
  "they leave with the address they came from, and answers to them may not come back";

/** Of POSTROUTING in table nat; a rule that decides about every packet is told elsewhere. */
export function unmarkedInFront(expected: Side, actual: Side): Change[] {
  const bit = masqueradeBit(expected.rulesOf("nat", POSTROUTING));
  const rules = actual.rulesOf("nat", "POSTROUTING");
  const jump = rules.findIndex(({ target }) => target.kind === "jump" && target.chain === POSTROUTING);
  if (bit === undefined || jump < 0) return [];
  const rule = findMarkTaker(rules.slice(0, jump), bit, (chain) => actual.rulesOf("nat", chain));
  if (!rule || (rule.chain === "POSTROUTING" && decidesAll(rule))) return [];
  return [
    {
      kind: "rule-order",
      severity: "error",
      chain: rule.chain,
      message: KEEPS_SOURCE,
      expected: [],
      actual: [rule.text],
      ...(rule.at && { at: rule.at }),
    },
  ];
}
