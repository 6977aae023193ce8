/** Rules of others in front of kube-proxy's jumps: they take connections to services, or packets to be masqueraded. */
import { findMarkTaker, masqueradeBit } from "../../rulesets/iptables/marked-packets.js";
import { decidesAll, placeOfWall } from "../../rulesets/iptables/order-matters.js";
import { mayHoldTogether, protocolOf } from "../../rulesets/iptables/take-packets.js";
import type { Clause, TableName, Target } from "../../rulesets/iptables/types.js";
import { identity } from "../identity.js";
import type { Change } from "../types.js";
import { BEFORE_IPVS, frontendText, listWords, portWords } from "../view-words.js";
import { isOfOthersToo, NODEPORTS, POSTROUTING, SERVICES } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { Owners } from "./owners.js";
import type { Side } from "./side.js";
import { keepsPackets } from "./taken-packets.js";

/** Rules of others that are looked at, and changes that are told. */
const MOST_LOOKED_AT = 2000;
const MOST_TOLD = 20;
const DEEPEST = 3;

/**
 * Of PREROUTING and OUTPUT in table nat. A rule takes a service's connections for sure if it names its address, or a node
 * port, or if it asks for nothing but a protocol, ports or a network that the address is in. Whoever wrote another one meant other
 * packets.
 */
export function changesInFront(chain: string, owners: Owners, expected: Side, actual: Side): Change[] {
  return takersInFront(chain, owners, actual, () => frontendRules(expected));
}

/** Of PREROUTING and OUTPUT in table nat: those in front of the jump to KUBE-SERVICES. */
export function takersInFront(chain: string, owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const rules = actual.rulesOf("nat", chain);
  const foreign = decidingOf(rules.slice(0, Math.max(placeOfJump(rules), 0)), actual).filter(isNamedOrWide);
  const words = (taken: string) =>
    `a rule in front of the jump from ${chain} to ${SERVICES} takes connections to ${taken}`;
  return changesOfTakers(foreign, owners, frontends, words);
}

/**
 * Of the same chains in mode ipvs, where packets to node ports come back from KUBE-SERVICES: what another rule behind the jump
 * gives another address.
 */
export function takersBehind(chain: string, owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const rules = actual.rulesOf("nat", chain);
  const behind = decidingOf(rules.slice(placeOfJump(rules) + 1), actual).filter(isNamedOrWide);
  const foreign = behind.filter(({ rule: { target } }) => target.kind !== "accept" && target.kind !== "return");
  const nodePorts = () => new Map([...frontends()].filter(([place]) => place.startsWith("*:")));
  return changesOfTakers(
    foreign,
    owners,
    nodePorts,
    (taken) => `a rule of ${chain} in table nat takes connections to ${taken}, ${BEFORE_IPVS}`,
  );
}

/**
 * Of INPUT in table filter, where connections to virtual servers are before IPVS sends them on: rules that refuse what they
 * name, or everything, and that no other rule in front may accept.
 */
export function refusalsOfInput(owners: Owners, actual: Side, frontends: () => ByPlace): Change[] {
  const jumpOf = ({ target }: KubeRule) => target.kind === "jump" && target.chain.startsWith("KUBE-");
  const input = actual.rulesOf("filter", "INPUT");
  const firstJump = input.findIndex(jumpOf);
  const words = (taken: string) => `a rule of INPUT in table filter refuses connections to ${taken}, ${BEFORE_IPVS}`;
  const wall = placeOfWall(input, (chain) => actual.rulesOf("filter", chain), isOfOthersToo);
  // In front of the jumps it is told of these; a chain that gives some packets back does not take all.
  const isTold = ({ clauses }: ForeignRule) => clauses.length === 0 && (wall < 0 || wall < firstJump);
  return refusalsAmong(
    decidingOf(input, actual, "filter"),
    owners,
    frontends,
    words,
    (one) => refuses(one) && !isTold(one),
  );
}

/** Of rules in the order that packets meet them, those that take connections and that no other one before may accept. */
export function refusalsAmong(
  rules: readonly ForeignRule[],
  owners: Owners,
  frontends: () => ByPlace,
  words: (taken: string) => string,
  takes: (one: ForeignRule) => boolean = refuses,
): Change[] {
  const changes: Change[] = [];
  for (const [i, one] of rules.entries()) {
    if (!takes(one) || !(isNamedOrWide(one) || one.clauses.length === 0)) continue;
    const before = rules.slice(0, i).filter((other) => !takes(other) && acceptsNew(other));
    const isOpen = ({ clauses }: KubeRule) =>
      !before.some((other) => mayHoldTogether(other.clauses, [...clauses, ...one.clauses]));
    const left = () => new Map([...frontends()].map(([place, own]) => [place, own.filter(isOpen)] as const));
    changes.push(...changesOfTakers([one], owners, left, words));
  }
  return changes;
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

const isNamedOrWide = (rule: ForeignRule) => isNamed(rule) || isWide(rule);

export function decidingOf(rules: readonly KubeRule[], actual: Side, table: TableName = "nat"): ForeignRule[] {
  return [...expand(rules, [], actual, DEEPEST, table)];
}

/** Each of the rules of others that takes connections to a service; `frontends` are only asked for where one may. */
function changesOfTakers(
  foreign: readonly ForeignRule[],
  owners: Owners,
  frontends: () => ByPlace,
  words: (taken: string) => string,
): Change[] {
  if (foreign.length === 0) return [];
  const byPlace = frontends();
  const changes: Change[] = [];
  for (const one of foreign) {
    const { rule, clauses } = one;
    const own = isNamed(one) ? namedTaken(clauses, byPlace) : [];
    const wide = own.length === 0 && (isWide(one) || clauses.length === 0) ? wideTaken(clauses, byPlace) : own;
    const taken = wide.length === 0 ? nodePortTaken(clauses, byPlace) : wide;
    const services = new Set(taken.flatMap((frontend) => serviceOf(frontend, owners) ?? []));
    if (services.size > 1) changes.push(change(rule, words(reachOf(clauses, services, byPlace, owners))));
    else if (taken[0]) changes.push(changeOfOne(rule, taken[0], owners, words));
    if (changes.length === MOST_TOLD) break;
  }
  return changes;
}

/** Whether a rule names an address or a port. */
function isNamed({ clauses }: ForeignRule): boolean {
  return hostOf(clauses) !== undefined || portOf(clauses) !== undefined;
}

/** Rules that take connections to frontends, by address or, for a node port, by "*:PORT". */
export type ByPlace = ReadonlyMap<string, readonly KubeRule[]>;

/** The first that a rule takes of what has the address or node port that it names. */
function namedTaken(clauses: readonly Clause[], byPlace: ByPlace): readonly KubeRule[] {
  const frontends = byPlace.get(hostOf(clauses) ?? `*:${portOf(clauses)}`);
  return frontends?.filter((frontend) => mayHoldTogether(clauses, frontend.clauses)).slice(0, 1) ?? [];
}

/**
 * The first node port that a rule with a destination names. Whether that is an address of the node is not asked, so that nodes
 * with the same rules are told the same; who names the port means it.
 */
function nodePortTaken(clauses: readonly Clause[], byPlace: ByPlace): readonly KubeRule[] {
  if (!clauses.some(({ kind }) => kind === "destination")) return [];
  const ports = clauses.flatMap((clause) => portsNamed(clause)?.split(",") ?? []);
  const frontends = ports.flatMap((port) => byPlace.get(`*:${port}`) ?? []);
  return frontends.filter((frontend) => mayHoldTogether(clauses, frontend.clauses)).slice(0, 1);
}

/** "80", "80,443" or "80:90". */
function portsNamed(clause: Clause): string | undefined {
  if (clause.kind === "multiport") return clause.side === "source" || clause.negated ? undefined : clause.ports;
  if (clause.kind !== "transport" || clause.destinationPort?.negated) return undefined;
  return clause.destinationPort?.ports;
}

/** Node ports are asked for at addresses of the node, for which a rule with a network of destinations need not hold. */
function wideTaken(clauses: readonly Clause[], byPlace: ByPlace): readonly KubeRule[] {
  const hasNetwork = clauses.some(({ kind }) => kind === "destination");
  const frontends = [...byPlace].flatMap(([place, own]) => (hasNetwork && place.startsWith("*:") ? [] : own));
  return frontends.filter((frontend) => mayHoldTogether(clauses, frontend.clauses));
}

function serviceOf(frontend: KubeRule, owners: Owners): string | undefined {
  return owners.nameOf(owners.ownerOf(frontend, "nat") ?? "")?.service;
}

/** "every TCP service", "2 services: a/b and a/c". */
function reachOf(clauses: readonly Clause[], services: ReadonlySet<string>, byPlace: ByPlace, owners: Owners): string {
  const protocols = new Set(clauses.flatMap((clause) => protocolOf(clause) ?? []));
  const isOfThese = ({ clauses: own }: KubeRule) =>
    protocols.size === 0 || own.some((clause) => protocols.has(protocolOf(clause) ?? ""));
  const frontends = [...byPlace.values()].flat().filter(isOfThese);
  const all = new Set(frontends.flatMap((frontend) => serviceOf(frontend, owners) ?? []));
  const of = [...protocols].map((protocol) => `${protocol.toUpperCase()} `).join("");
  const names = listWords([...services].sort());
  return services.size === all.size ? `every ${of}service: ${names}` : `${services.size} services: ${names}`;
}

/** Whether a rule asks for nothing but a network of destinations, a protocol, ports of it, or several of these. */
function isWide({ clauses }: ForeignRule): boolean {
  const isOpen = (clause: Clause) =>
    clause.kind === "comment" ||
    ((clause.kind === "destination" || clause.kind === "protocol") && !clause.negated) ||
    (clause.kind === "multiport" && clause.side === "destination" && !clause.negated) ||
    (clause.kind === "transport" && !clause.destinationPort?.negated && !clause.sourcePort && !clause.rest);
  return clauses.some(({ kind }) => kind !== "comment") && clauses.every(isOpen);
}

export interface ForeignRule {
  readonly rule: KubeRule;
  /** Its own conditions and those of the jumps that lead to it. */
  readonly clauses: readonly Clause[];
}

/** The deciding rules of others, those of their chains too. */
function* expand(
  rules: readonly KubeRule[],
  before: readonly Clause[],
  side: Side,
  depth: number,
  table: TableName,
): Iterable<ForeignRule> {
  for (const rule of rules.slice(0, MOST_LOOKED_AT)) {
    const { target } = rule;
    const clauses = [...before, ...rule.clauses];
    const isJump = target.kind === "jump" || target.kind === "goto";
    if (isJump && target.chain.startsWith("KUBE-")) continue;
    // What a chain does that the capture does not hold is not known: of packets that others refuse it may accept any.
    if (isJump && table !== "nat" && !side.has(table, target.chain)) yield { rule, clauses };
    if (isJump && depth > 0) yield* expand(side.rulesOf(table, target.chain), clauses, side, depth - 1, table);
    else if (
      target.kind === "return"
        ? before.length === 0 && depth === DEEPEST
        : (table === "raw" && untracks(target)) || keepsPackets(rule, side, table)
    )
      yield { rule, clauses };
  }
}

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
export function frontendRules(expected: Side): ByPlace {
  const byPlace = new Map<string, KubeRule[]>();
  for (const rule of [...expected.rulesOf("nat", SERVICES), ...expected.rulesOf("nat", NODEPORTS)]) {
    const place = rule.chain === NODEPORTS ? `*:${portOf(rule.clauses)}` : hostOf(rule.clauses);
    if (place === undefined) continue;
    const known = byPlace.get(place);
    if (known) known.push(rule);
    else byPlace.set(place, [rule]);
  }
  return byPlace;
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
  const transport = taken.clauses.find((clause) => clause.kind === "transport");
  const address = hostOf(taken.clauses);
  const port = Number(transport?.destinationPort?.ports);
  const frontend = frontendText({ port, ...(address !== undefined && { address }) });
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
