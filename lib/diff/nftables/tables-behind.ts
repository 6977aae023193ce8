/**
 * Tables of other owners that packets meet once kube-proxy has sent them to an endpoint: what surely refuses them there, in
 * whatever table, or the answers to them, and what surely takes off the mark by which kube-proxy masquerades. That
 * kube-proxy's own chains accept a packet does not help it in another table.
 */
import type { NftChain, NftRule, Statement } from "../../rulesets/nftables/types.js";
import { withReach } from "../effect-turns.js";
import { identity } from "../identity.js";
import type { Change } from "../types.js";
import { BEHIND_RULES, listWords, portWords } from "../view-words.js";
import type { ExpectedNftTable } from "./expected.js";
import { isBefore, type Doer, type ForeignBase } from "./foreign-bases.js";
import type { AfterTranslation } from "./packet.js";
import { packetClasses } from "./packet-classes.js";
import { identityOfPath, readObjectName, servicesOfPaths } from "./paths.js";
import { forEachChain, SetIndex } from "./side.js";
import { frontendsOf, type Frontend, type FoundRules } from "./tables-in-front.js";
import { passBehind, type TranslatedPacket } from "./walk-behind.js";
import { CONNTRACK, MASQUERADES, waysOf, waysOfAnswers, waysToNodeOf, type Way } from "./ways.js";

const MOST_TOLD = 20;
/** Rules looked at for all endpoints: some seconds. */
const MOST_MET = 5_000_000;
/** Unless the rules tell another one. */
const USUAL_MARK = 0x4000;

export interface GivenBehind {
  /** Of the node itself, where they are known beside those that take node ports. */
  readonly nodeAddresses?: ReadonlySet<string> | undefined;
  /** What is told of rules in front already. */
  readonly told?: readonly Change[];
  /** Rules elsewhere may give marks to connections. */
  readonly mayHaveConnectionMark?: boolean;
  readonly mostMet?: number;
}

export function tablesBehind(
  expected: ExpectedNftTable,
  foreign: readonly ForeignBase[],
  { nodeAddresses = new Set(), told = [], mayHaveConnectionMark = false, mostMet = MOST_MET }: GivenBehind = {},
): FoundRules {
  const own = new Set([...nodeAddresses, ...(new SetIndex(expected).get("nodeport-ips")?.elements.keys() ?? [])]);
  const search = {
    family: expected.family === "ip6" ? "ip6" : "ip",
    endpoints: () => (foreign.some(asksForOriginal) ? withOriginals(expected) : endpointsOf(expected)),
    bit: () => markOf(expected),
    mayHaveConnectionMark: mayHaveConnectionMark || foreign.some(marksConnections),
    mostMet,
  } as const;
  // What the node itself serves is forwarded nowhere.
  const isOnNode = ({ address }: Endpoint) => own.has(address);
  const isElsewhere = ({ address }: Endpoint) => !own.has(address);
  // Without the addresses of the node, those of API servers may be its own.
  const mayBeOnNode = (endpoint: Endpoint) =>
    isOnNode(endpoint) || (nodeAddresses.size === 0 && identityOfPath(endpoint.path).service === "default/kubernetes");
  const refused = [
    refusalsBehind({ ...search, ways: waysOf(foreign), isLeftOut: isOnNode }),
    refusalsBehind({ ...search, ways: waysToNodeOf(foreign), isLeftOut: isElsewhere }),
  ];
  const ofAnswers = [
    refusalsBehind({ ...search, ways: waysOfAnswers(foreign, false), isLeftOut: mayBeOnNode }),
    refusalsBehind({ ...search, ways: waysOfAnswers(foreign, true), isLeftOut: isElsewhere }),
  ];
  const changes = refused.flatMap((one) => one.changes);
  const known = new Set([...told, ...changes].map(({ actual }) => actual[0]));
  // What refuses connections is not told once more of the answers.
  const answers = ofAnswers.flatMap((one) => one.changes).filter(({ actual }) => !known.has(actual[0]));
  return {
    changes: [...changes, ...answers],
    isCut: [...refused, ...ofAnswers].some(({ isCut }) => isCut),
  };
}

export interface BehindSearch {
  /** Base chains in the order in which packets of one kind meet them. */
  readonly ways: readonly Way[];
  readonly family: "ip" | "ip6";
  readonly endpoints: () => Iterable<Endpoint>;
  /** Endpoints to which no packets go these ways. */
  readonly isLeftOut: (endpoint: Endpoint) => boolean;
  /** kube-proxy's mark for masquerading. */
  readonly bit: () => number;
  readonly mayHaveConnectionMark?: boolean;
  /** IPVS gave the packets the endpoint's address: conntrack does not tell. */
  readonly isByIPVS?: boolean;
  readonly mostMet?: number;
}

/** What becomes of packets to endpoints, on all ways. */
export function refusalsBehind(search: BehindSearch): FoundRules {
  const { family, mostMet = MOST_MET } = search;
  const ways = search.ways.filter(({ bases }) => bases.length > 0);
  if (ways.length === 0) return { changes: [], isCut: false };
  const classOf = packetClasses(
    ways.flatMap(({ bases }) => bases),
    family === "ip6" ? "IPv6" : "IPv4",
    ways.every(({ answersTo }) => answersTo !== undefined),
  );
  const classesOf = ({ address, port, protocol, original }: Endpoint) => [
    classOf(address, port, protocol),
    ...(original ? original.addresses.map((own) => classOf(own, original.port, protocol)) : []),
    ...(original ? [classOf("", original.port, protocol)] : []),
  ];
  const known = new Map<string, Fate>();
  const told = new Map<string, Told>();
  const sent = {
    family,
    bit: search.bit(),
    ...(search.isByIPVS && { isByIPVS: true }),
    mayHaveConnectionMark: search.mayHaveConnectionMark !== false,
  };
  let isCut = false;
  let met = 0;
  for (const endpoint of search.endpoints()) {
    if (search.isLeftOut(endpoint)) continue;
    const key = classesOf(endpoint).join(", ");
    let fate = known.get(key);
    if (!fate && met > mostMet) {
      isCut = true;
      continue;
    }
    if (!fate) {
      known.set(key, (fate = fateOf(ways, endpoint, sent)));
      met += fate.met;
    }
    isCut ||= fate.isCut;
    for (const { doer, what } of fate.done) {
      const id = idOf({ doer, what });
      const one = told.get(id);
      if (one) one.endpoints.push(endpoint);
      else if (told.size < MOST_TOLD) told.set(id, { doer, what, endpoints: [endpoint] });
    }
  }
  const changes = [...told.values()].map((one) =>
    withReach(changeOf(one), () => one.endpoints.map(reachText).join("\n")),
  );
  return { changes, isCut };
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly path: string;
  /** That translates; undefined in mode ipvs. */
  readonly chain?: string;
  /** By what it is reached, if rules ask for that. */
  readonly original?: Frontend;
}

function reachText({ original, chain: _, ...endpoint }: Endpoint): string {
  return [...Object.values(endpoint), original?.text ?? []].flat().join(" ");
}

/** Whether rules ask for what a connection was sent to at first. */
function asksForOriginal({ rules }: ForeignBase): boolean {
  return [...rules.values()].flat().some((rule) => JSON.stringify(rule.statements).includes(ORIGINAL));
}

const ORIGINAL = '"kind":"ct","key":"original ';

/** Whether rules give marks to connections: without any a new connection has none. */
function marksConnections({ rules }: ForeignBase): boolean {
  return [...rules.values()].flat().some((rule) => MARKS_CONNECTIONS.test(JSON.stringify(rule.statements)));
}

const MARKS_CONNECTIONS = /\bct mark set |CONNMARK|CONNSECMARK|\\"key\\":\{\\"ct\\"/;

/** Each endpoint once for each frontend that leads to it: those of Local policies lead to some of a service port's. */
function* withOriginals(expected: ExpectedNftTable): Iterable<Endpoint> {
  const frontends = new Map<string, Frontend[]>();
  for (const frontend of frontendsOf(expected)) {
    const known = frontends.get(frontend.path);
    if (known) known.push(frontend);
    else frontends.set(frontend.path, [frontend]);
  }
  const leads = chainsReached(expected);
  for (const endpoint of endpointsOf(expected)) {
    const known = frontends.get(endpoint.path);
    if (!known) yield endpoint;
    for (const original of known ?? [])
      if (original.chain !== undefined && leads(original.chain, endpoint.chain)) yield { ...endpoint, original };
  }
}

/** Whether packets of some kind get from a chain to another one of a service port. */
function chainsReached(expected: ExpectedNftTable): (from: string, to: string | undefined) => boolean {
  const next = new Map<string, readonly string[]>();
  const visit = ({ name }: NftChain, rules: readonly NftRule[]) =>
    next.set(
      name,
      [...rules].flatMap(({ statements }) => statements.flatMap(chainsIn)),
    );
  forEachChain(expected.alike?.others ?? expected, visit, (name) => readObjectName(name) !== undefined);
  const known = new Map<string, Set<string>>();
  return (from, to) => {
    let found = known.get(from);
    if (!found) {
      known.set(from, (found = new Set([from])));
      for (const chain of found) for (const one of next.get(chain) ?? []) found.add(one);
    }
    return to === undefined || found.has(to);
  };
}

function chainsIn(statement: Statement): readonly string[] {
  const verdicts =
    statement.kind === "verdict"
      ? [statement.verdict]
      : statement.kind === "vmap" && "entries" in statement.map
        ? statement.map.entries.map(({ verdict }) => verdict)
        : [];
  return verdicts.flatMap((verdict) => ("chain" in verdict ? [verdict.chain] : []));
}

export function* endpointsOf(expected: ExpectedNftTable): Iterable<Endpoint> {
  const { alike } = expected;
  for (let n = 0; n < (alike?.length ?? 0); n++) {
    const found = namedEndpoint(alike!.setNameAt(n), expected.family);
    if (found) yield found;
  }
  const found: Endpoint[] = [];
  forEachChain(
    alike?.others ?? expected,
    (chain, rules) => {
      const path = readObjectName(chain.name)!.path;
      for (const { statements } of rules) found.push(...statements.flatMap((one) => targetsOf(one, path, chain.name)));
    },
    (name) => readObjectName(name) !== undefined,
  );
  yield* found;
}

const ENDPOINT_NAME = /\/(tcp|udp|sctp)\/[^/]*__([0-9a-f.]+)\/(\d+)$/;

/** Of the chains that are alike, by the names of their sets, which end the same. */
function namedEndpoint(name: string, family: string): Endpoint | undefined {
  const [, protocol, ip, port] = ENDPOINT_NAME.exec(name) ?? [];
  const path = ip === undefined ? undefined : readObjectName(name)?.path;
  if (path === undefined) return undefined;
  const chain = name.replace(/^affinity-/, "endpoint-");
  const address = family === "ip6" ? ip!.replaceAll(".", ":") : ip!;
  return { address, port: Number(port), protocol: protocol!, path, chain };
}

function targetsOf(statement: Statement, path: string, chain: string): Endpoint[] {
  const protocol = path.split("/")[2] ?? "";
  if (statement.kind === "dnat") return [{ address: statement.address, port: statement.port, protocol, path, chain }];
  if (statement.kind !== "dnat-map") return [];
  return statement.targets.map(({ address, port }) => ({ address, port, protocol, path, chain }));
}

/** The bit that chain masquerading asks for. */
export function markOf(expected: ExpectedNftTable): number {
  let mark = USUAL_MARK;
  const visit = (_: NftChain, rules: readonly NftRule[]) => {
    const found = rules.flatMap(({ statements }) => statements).find((one) => one.kind === "set-mark");
    if (found?.kind === "set-mark") mark = found.value;
  };
  forEachChain(expected.alike?.others ?? expected, visit, (name) => name === "masquerading");
  return mark;
}

/** Of answers, to which connections. */
type What = "refused" | "unmarked" | "untracked" | { readonly answersTo: string };

interface Done {
  readonly doer: Doer;
  readonly what: What;
}

/** Answers to whatever connections are one. */
function idOf({ doer, what }: Done): string {
  return `${typeof what === "string" ? what : "answers"} ${doer.text}`;
}

interface Fate {
  readonly done: readonly Done[];
  readonly isCut: boolean;
  readonly met: number;
}

type Sent = Pick<TranslatedPacket, "family"> & Pick<AfterTranslation, "bit" | "isByIPVS" | "mayHaveConnectionMark">;

function fateOf(ways: readonly Way[], { address, port, protocol, original }: Endpoint, { family, ...of }: Sent): Fate {
  const done: Done[] = [];
  let isCut = false;
  let met = 0;
  for (const way of ways)
    for (const isMarked of way.answersTo === undefined ? [true, false] : [false]) {
      const isAnswer = way.answersTo !== undefined;
      const after = { ...of, hook: "", isMarked, ...(original && { original }), ...(isAnswer && { isAnswer }) };
      const found = follow(way, { family, addresses: [address], isNodePort: false, protocol, port, after });
      isCut ||= found.isCut;
      met += found.met;
      for (const one of found.done) if (!done.some((known) => idOf(known) === idOf(one))) done.push(one);
    }
  return { done, isCut, met };
}

/** What becomes of one packet on its way. */
function follow({ bases, isToNode, answersTo }: Way, packet: TranslatedPacket): Fate {
  const wasMarked = packet.after.isMarked;
  let isMarked = wasMarked;
  let unmarkedBy: Doer | undefined;
  const untracked: Done[] = [];
  let mayHaveConnection = false;
  let isMasqueraded = false;
  let isCut = false;
  let met = 0;
  for (const front of bases) {
    const { hook, priority } = front.base;
    const isUntracked = answersTo !== undefined && priority < CONNTRACK && /^(prerouting|output)$/.test(hook);
    const passage = passBehind(front, { ...packet, isUntracked, after: { ...packet.after, hook, isMarked } });
    isCut ||= passage.isCut;
    met += passage.met;
    const what = answersTo === undefined ? "refused" : { answersTo };
    if (passage.untrackedBy && !mayHaveConnection && !packet.after.isByIPVS)
      untracked.push({ doer: passage.untrackedBy, what: "untracked" });
    mayHaveConnection ||= passage.mayHaveConnection;
    if (passage.refusedBy) return { done: [...untracked, { doer: passage.refusedBy, what }], isCut, met };
    isMarked = passage.isMarked;
    if (hook === "postrouting" && !isBefore(front, MASQUERADES)) continue;
    if (passage.changedBy) unmarkedBy = passage.isMarked === false ? passage.changedBy : undefined;
    isMasqueraded ||= passage.isTranslated;
  }
  const isLost = wasMarked && unmarkedBy && !isMasqueraded && !isToNode;
  return { done: isLost ? [{ doer: unmarkedBy!, what: "unmarked" }] : untracked, isCut, met };
}

interface Told extends Done {
  readonly endpoints: Endpoint[];
}

/** A rule that asks for endpoints. */
const ASKS_FOR_ENDPOINT = /(?<!\boriginal )\bip6? [sd]addr\b|\b[sd]port\b/;

/** What is refused: frontends, where rules know connections by what they were sent to, or endpoints. */
function targetWords(endpoints: readonly Endpoint[], isByOriginal: boolean): string {
  const { services, view, isOne } = servicesOfPaths(endpoints);
  const what = isByOriginal ? "frontends" : "endpoints";
  if (!isOne) return `${what} of ${services.length} services: ${listWords(services)}`;
  const [first] = endpoints as [Endpoint];
  const texts = isByOriginal
    ? endpoints.map(({ original }) => original?.text ?? "")
    : endpoints.map(({ address, port }) => `${address} ${port}`);
  const more = new Set(texts).size - 1;
  const one = isByOriginal ? texts[0] : `endpoint ${first.address}`;
  return `${one} of ${portWords(view)}${more > 0 ? ` and ${more} more of its ${what}` : ""}`;
}

const DOES: Readonly<Record<Extract<What, string>, (of: string) => string>> = {
  refused: (of) => `refuses connections to ${of}`,
  unmarked: (of) =>
    `takes off the mark for masquerading of connections to ${of}: they leave with the address they came from, and answers to them may not come back`,
  untracked: (of) => `leaves untracked, and so not translated back, answers of ${of}`,
};

function changeOf({ doer: { text, chain, where, at }, what, endpoints }: Told): Change {
  const { view, isOne } = servicesOfPaths(endpoints);
  const of = targetWords(endpoints, !ASKS_FOR_ENDPOINT.test(text) && endpoints.every(({ original }) => original));
  const does = typeof what === "object" ? `refuses answers of ${of}${what.answersTo}` : DOES[what](of);
  return {
    kind: "rule-order",
    severity: "error",
    ...(isOne && identity(view)),
    chain,
    message: `table ${where} ${does}, ${BEHIND_RULES}`,
    expected: [],
    actual: [text],
    ...(at && { at }),
  };
}
