/**
 * Tables of other owners that packets meet before kube-proxy's: a rule there that drops connections to a frontend or sends them
 * elsewhere. Whoever wrote a rule with conditions of which nothing is known, and which names no frontend, meant other packets.
 */
import type { NftCapture } from "../../rulesets/nftables/capture.js";
import { MOST_KEPT } from "../../rulesets/nftables/foreign-table.js";
import type { NftRule, Verdict } from "../../rulesets/nftables/types.js";
import { withReach } from "../effect-turns.js";
import { identity } from "../identity.js";
import type { Change } from "../types.js";
import { BEFORE_OWN, frontendText, listWords, portWords } from "../view-words.js";
import type { ExpectedNftTable } from "./expected.js";
import { doerOf, doerOfPolicy, isBefore, type Doer, type ForeignBase } from "./foreign-bases.js";
import { meetHidden } from "./meet-hidden.js";
import { rulesMeeting } from "./by-destination.js";
import { DNS_PORT, MAY_PASS, meetMap, meetMatch, meetReject, meetUnknown, withoutTexts } from "./meet-packet.js";
import { both, type Meeting } from "./meeting.js";
import type { FrontendPacket } from "./packet.js";
import { packetClasses } from "./packet-classes.js";
import { pathOfElement, servicesOfPaths } from "./paths.js";
import { SetIndex } from "./side.js";

const MOST_TOLD = 20;
/** Chains in chains that are looked into, and rules that one packet meets. */
const DEEPEST = 8;
const MOST_MET = 20_000;
/** Rules looked at for all frontends: some seconds. */
const MOST_MET_IN_ALL = 5_000_000;
/** Of kube-proxy's chains that translate, in all releases; -100 where the table is not whole. */
const OWN_PRIORITY = -100;
const CONNTRACK_PRIORITY = -200;

export interface FoundRules {
  readonly changes: readonly Change[];
  /** Not all rules were looked at. */
  readonly isCut: boolean;
}

export function tablesInFront(expected: ExpectedNftTable, bases: readonly ForeignBase[]): FoundRules {
  return takersAmong(bases.filter(isInFront), () => frontendsOf(expected), BEFORE_OWN);
}

/** Of base chains, the rules that take connections to frontends; `before` ends what is said: "before kube-proxy's table sees them". */
export function takersAmong(
  chains: readonly ForeignBase[],
  frontends: () => Iterable<Frontend>,
  before: string,
  { mostMet = MOST_MET_IN_ALL, indexedFrom }: { readonly mostMet?: number; readonly indexedFrom?: number } = {},
): FoundRules {
  if (chains.length === 0) return { changes: [], isCut: false };
  let isCut = false;
  let met = 0;
  let classOf: ((packet: FrontendPacket) => string) | undefined;
  const known = new Map<string, Fate>();
  const taken = new Map<string, { readonly taker: Doer; readonly frontends: Frontend[] }>();
  for (const frontend of frontends()) {
    classOf ??= frontendClasses(chains, frontend.family);
    const key = classOf(frontend);
    let fate = known.get(key);
    if (!fate && met > mostMet) {
      isCut = true;
      continue;
    }
    if (!fate) {
      known.set(key, (fate = fateOf(chains, frontend, indexedFrom)));
      met += fate.met;
    }
    isCut ||= fate.isCut;
    if (!fate.taker) continue;
    const id = `${fate.table} ${fate.taker.text}`;
    const one = taken.get(id);
    if (one) one.frontends.push(frontend);
    else if (taken.size < MOST_TOLD) taken.set(id, { taker: fate.taker, frontends: [frontend] });
  }
  const changes = [...taken.values()].map(({ taker, frontends }) =>
    withReach(changeOf(taker, frontends, before), () =>
      frontends.map(({ text, path }) => `${path} ${text}`).join("\n"),
    ),
  );
  return { changes, isCut };
}

/** What becomes of a packet in all of the chains. */
interface Fate {
  readonly taker?: Doer;
  readonly table?: string;
  /** Not all rules were looked at. */
  readonly isCut: boolean;
  readonly met: number;
}

function fateOf(chains: readonly ForeignBase[], packet: FrontendPacket, indexedFrom: number | undefined): Fate {
  const walked = { isCut: false, met: 0 };
  for (const chain of chains) {
    const taker = takerIn(chain, packet, walked, indexedFrom);
    if (taker) return { ...walked, taker, table: chain.table.name };
  }
  return walked;
}

/** Frontends that no rule tells apart have one key. */
function frontendClasses(chains: readonly ForeignBase[], family: "ip" | "ip6"): (packet: FrontendPacket) => string {
  const classOf = packetClasses(chains, family === "ip6" ? "IPv6" : "IPv4");
  // Rules of notrack for port 53 are left out, and node ports are all at the same addresses.
  return ({ isNodePort, addresses, port, protocol }) =>
    `${isNodePort ? "node port" : ""} ${port === DNS_PORT} ${classOf(isNodePort ? "" : (addresses[0] ?? ""), port, protocol)}`;
}

export const CUT_WALK =
  "packets meet more rules of other owners' tables than are looked at: what takes or refuses them later is not seen";

/** What is said of tables that are too large to be looked through. */
export function unseenTables(captures: readonly Pick<NftCapture, "others">[]): string[] {
  return captures.flatMap(({ others }) => [
    ...(others?.isCut
      ? [
          `of other owners' tables in ${others.file} the first ${MOST_KEPT} lines are looked at: what takes packets behind them is not seen`,
        ]
      : []),
    ...(others?.unclosedAt === undefined
      ? []
      : [
          `a quoted text in line ${others.unclosedAt} of ${others.file} is not closed: what rules of other owners do there is not seen`,
        ]),
  ]);
}

/** Of one priority the chain that was made last comes first. Source: Linux nf_hook_entries_grow. */
function isInFront(own: ForeignBase): boolean {
  const { hook } = own.base;
  return hook === "ingress" || ((hook === "prerouting" || hook === "output") && isBefore(own, OWN_PRIORITY));
}

export interface Frontend extends FrontendPacket {
  /** Where its packets go; undefined where they are dropped. */
  readonly chain?: string;
  readonly path: string;
  readonly text: string;
}

export function* frontendsOf(expected: ExpectedNftTable): Iterable<Frontend> {
  const index = new SetIndex(expected);
  const own = [...(index.get("nodeport-ips")?.elements.keys() ?? [])];
  for (const name of ["service-ips", "no-endpoint-services", "service-nodeports", "no-endpoint-nodeports"])
    for (const [key, element] of index.get(name)?.elements ?? []) {
      const isNodePort = element.key.length < 3;
      const [protocol, port] = [String(element.key.at(-2)), Number(element.key.at(-1))];
      const address = String(element.key[0]);
      const { verdict } = element;
      yield {
        ...(verdict && "chain" in verdict && { chain: verdict.chain }),
        family: expected.family === "ip6" ? "ip6" : "ip",
        addresses: isNodePort ? own : [address],
        isNodePort,
        protocol,
        port,
        path: pathOfElement(element) ?? key,
        text: frontendText(isNodePort ? { port } : { address, port }),
      };
    }
}

/** What becomes of a packet in a chain: taken, through with the base chain, or back to the chain before. */
type End = Doer | "through" | "back";

/** The rule of a base chain that takes the packet. */
function takerIn(
  front: ForeignBase,
  frontend: FrontendPacket,
  walked: { isCut: boolean; met: number },
  indexedFrom: number | undefined,
): Doer | undefined {
  const { hook, priority } = front.base;
  const isUntracked = hook === "ingress" || priority < CONNTRACK_PRIORITY;
  const packet: FrontendPacket = { ...frontend, hook, isUntracked };
  let met = 0;
  let mayBeThrough = false;
  // A rule before may have ended the chain that is walked.
  let mayBeBack = false;
  const start: Meeting = { holds: hook === "ingress" ? "maybe" : "yes", isNamed: false };

  const walk = (chain: string, before: Meeting, depth: number): End => {
    const outer = mayBeBack;
    const end = walkRules(chain, before, depth);
    mayBeBack = outer;
    return end;
  };
  const walkRules = (chain: string, before: Meeting, depth: number): End => {
    for (const rule of rulesMeeting(front.rules.get(chain) ?? [], packet, indexedFrom)) {
      walked.met++;
      if (++met > MOST_MET) {
        walked.isCut = true;
        return "through";
      }
      const end = apply(rule, before, depth);
      if (end) return end;
    }
    return "back";
  };
  /** Undefined: on to the next rule. */
  const apply = (rule: NftRule, before: Meeting, depth: number): End | undefined => {
    let meeting = before;
    for (const statement of rule.statements) {
      if (meeting.holds === "no") return undefined;
      if (statement.kind === "match") meeting = both(meeting, meetMatch(statement, packet, front.sets));
      else if (statement.kind === "verdict") return decide(statement.verdict, rule, meeting, depth);
      else if (statement.kind === "vmap") {
        if ("name" in statement.map && !front.sets.has(statement.map.name)) mayBeThrough = true;
        for (const { verdict, meeting: of } of meetMap(statement, packet, front.sets)) {
          const end = decide(verdict, rule, both(meeting, of), depth);
          if (end) return end;
        }
      } else if (statement.kind === "unknown") {
        const { takes, ...found } = meetUnknown(statement.text, packet, isUntracked);
        meeting = both(meeting, meetHidden(rule, statement, front) ?? found);
        if (takes) return takesIt(meeting, rule);
        if (MAY_PASS.test(withoutTexts(statement.text))) mayBeThrough ||= meeting.holds !== "no";
      } else if (statement.kind === "reject")
        return meetReject(statement.with, packet) ? takesIt(meeting, rule) : undefined;
      else if (statement.kind === "dnat" || statement.kind === "dnat-map") return takesIt(meeting, rule);
    }
    return undefined;
  };
  // Firewalls of hook input accept some of the packets, or return them, in front of a refusal of the rest: these are not all of a
  // frontend's.
  const isOpen = (rule: NftRule) => !(mayBeThrough || mayBeBack) || (front.base.hook !== "input" && !isOfAll(rule));
  const takesIt = (meeting: Meeting, rule: NftRule): Doer | undefined =>
    isOpen(rule) && (meeting.holds === "yes" || (meeting.holds === "maybe" && meeting.isNamed))
      ? doerOf(front, rule)
      : undefined;
  const decide = (verdict: Verdict, rule: NftRule, meeting: Meeting, depth: number): End | undefined => {
    if (meeting.holds === "no") return undefined;
    if (verdict.kind === "drop") return takesIt(meeting, rule);
    if (verdict.kind === "accept" || verdict.kind === "return") {
      if (meeting.holds === "yes") return verdict.kind === "accept" ? "through" : "back";
      // Whatever returns may meet the policy still.
      if (verdict.kind === "accept") mayBeThrough = true;
      else mayBeBack = true;
      return undefined;
    }
    if (!("chain" in verdict)) return undefined;
    if (depth === 0) {
      mayBeThrough = true;
      return undefined;
    }
    const end = walk(verdict.chain, meeting, depth - 1);
    if (end !== "back") return end === "through" && meeting.holds !== "yes" ? undefined : end;
    if (verdict.kind !== "goto") return undefined;
    if (meeting.holds === "yes") return "back";
    mayBeBack = true;
    return undefined;
  };

  const end = walk(front.chain.name, start, DEEPEST);
  if (typeof end !== "string") return end;
  if (end === "through" || mayBeThrough || front.base.policy !== "drop" || start.holds !== "yes") return undefined;
  return doerOfPolicy(front);
}

/** Refuses whatever comes to it, as a policy does. */
function isOfAll({ statements }: NftRule): boolean {
  return statements.every(({ kind }) => kind === "counter" || kind === "verdict" || kind === "reject");
}

function changeOf({ text, chain, where, at }: Doer, frontends: readonly Frontend[], before: string): Change {
  const { services, view, isOne } = servicesOfPaths(frontends);
  const [first] = frontends as [Frontend];
  const taken = isOne
    ? `${first.text} of ${portWords(view)}${frontends.length > 1 ? ` and ${frontends.length - 1} more of its addresses` : ""}`
    : `${services.length} services: ${listWords(services)}`;
  return {
    kind: "rule-order",
    severity: "error",
    ...(isOne && { ...identity(view), frontend: first.text }),
    chain,
    message: `a rule of table ${where} takes connections to ${taken}, ${before}`,
    expected: [],
    actual: [text],
    ...(at && { at }),
  };
}
