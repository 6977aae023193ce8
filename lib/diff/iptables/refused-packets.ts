/** Rules of other programs that surely refuse connections to endpoints, which packets meet behind address translation. */
import { Refusals } from "../../rulesets/iptables/refusals.js";
import type { Situation } from "../../rulesets/iptables/first-packet.js";
import { isCutChain } from "../../rulesets/iptables/capture.js";
import { placeOfWall } from "../../rulesets/iptables/order-matters.js";
import type { TableName, Target } from "../../rulesets/iptables/types.js";
import { parseIP } from "../../net/ip.js";
import { withReach } from "../effect-turns.js";
import { identity } from "../identity.js";
import type { Change, ServicePortView } from "../types.js";
import { BEHIND_RULES, listWords, portWords } from "../view-words.js";
import { isOfOthersToo } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { untracks } from "./rules-in-front.js";
import type { Side } from "./side.js";

/** A built-in chain, and what is known of the packets in it. */
export interface Place extends Situation {
  readonly table: TableName;
  readonly chain: string;
  /** Which of the connections pass it, behind "connections": " that the node makes itself". */
  readonly which?: string;
  /**
   * Asked for is not what refuses packets but what keeps them from being tracked, or has them looked up in another zone than the
   * node's own connections are made in, so that their translation is not undone.
   */
  readonly tracking?: "none" | "other zone";
}

/**
 * Where answers of endpoints are that are not on the node: on their way in, then those to the node's own connections and those to
 * all others. `isTranslated`: by the kernel's tracking, which undoes it behind these places, for answers of endpoints on the node, too.
 */
export function placesOfAnswers(isTranslated: boolean): readonly Place[] {
  const answer = { isTranslated, isForwarded: true, isAnswer: true } as const;
  return [
    { table: "raw", chain: "PREROUTING", isUntracked: true, ...answer },
    ...(isTranslated ? UNTRACKING : []),
    { table: "mangle", chain: "PREROUTING", ...answer },
    ...(["mangle", "filter", "security"] as const).flatMap((table) => [
      { table, chain: "INPUT", which: BY_NODE, isLocal: true, ...answer },
      { table, chain: "FORWARD", isLocal: false, ...answer },
    ]),
  ];
}

/** Where something may keep answers from being tracked as what they are. */
const UNTRACKING = (
  [
    { chain: "PREROUTING", isForwarded: true, tracking: "none" },
    { chain: "OUTPUT", isForwarded: false, tracking: "none" },
    { chain: "PREROUTING", isForwarded: true, tracking: "other zone", which: " that the node makes itself" },
  ] as const
).map((place) => ({ ...place, table: "raw", isTranslated: true, isAnswer: true, isUntracked: true }) as const);

/** What connections are made to. */
export interface Goal {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
  /** "10.244.1.7:80". */
  readonly text: string;
  readonly views: readonly Pick<ServicePortView, "key" | "service" | "port" | "protocol">[];
  /** Packets to it are forwarded nowhere, as it is on the node itself; nothing is told of what is there perhaps. */
  readonly isOnNode?: boolean | "perhaps";
}

export interface RefusedSearch {
  readonly side: Side;
  /** Chains of kube-proxy, which are compared. */
  readonly isOwn: (table: TableName, chain: string) => boolean;
  /** Rules as they should be: what else stands in kube-proxy's chains is met as rules of others are. All is left out without it. */
  readonly regular?: Side;
  /** Made where a rule may refuse any. */
  readonly goals: () => Iterable<Goal>;
}

export interface Refused {
  readonly changes: readonly Change[];
  /** Places whose rules are too many for all connections. */
  readonly unseen: readonly string[];
  /** There is a rule that may refuse connections to what has an address in some network. */
  readonly hasRefusals: boolean;
  /** Another node with the same rules may be told something else, since it has other addresses. */
  readonly hangsOnNode: boolean;
}

/** Of connections. */
export const BY_NODE = " that the node makes itself";

/** Rules of which it is told whom they refuse. */
const MOST_TOLD = 20;

interface Found {
  readonly rule: KubeRule | "policy";
  readonly goals: Goal[];
}

/** What each of the places refuses. */
export function findRefused(places: readonly Place[], search: RefusedSearch): Refused {
  const changes: Change[] = [];
  const unseen: string[] = [];
  let goals: readonly Goal[] | undefined;
  let hangsOnNode = false;
  for (const place of places) {
    const refusals = refusalsOf(place, search);
    if (!refusals.mayRefuse()) continue;
    goals ??= [...search.goals()];
    const found = new Map<KubeRule | "policy", Found>();
    // Answers that a node gets are of endpoints elsewhere, and those that it sends of its own.
    const isOfNode = place.isAnswer ? place.chain === "OUTPUT" : place.isLocal === true;
    for (const goal of goals) {
      const rule = refuserOf(refusals, goal, place);
      if (rule === undefined || isToldOfJump(rule, place, search.side)) continue;
      hangsOnNode = true;
      if (goal.isOnNode !== undefined && goal.isOnNode !== isOfNode) continue;
      const known = found.get(rule);
      if (known) known.goals.push(goal);
      else if (found.size < MOST_TOLD) found.set(rule, { rule, goals: [goal] });
    }
    for (const one of found.values()) {
      const change = changeOf(one, place, whichOf(one, place, search));
      changes.push(withReach(change, () => one.goals.map(({ text, protocol }) => `${protocol} ${text}`).join(" ")));
    }
    if (refusals.isExhausted) unseen.push(`${place.chain} in table ${place.table}`);
  }
  return { changes, unseen, hasRefusals: goals !== undefined, hangsOnNode: hangsOnNode || unseen.length > 0 };
}

/** kube-proxy has packets that it marked accepted in front of most refusals. */
function whichOf({ rule, goals: [first] }: Found, place: Place, search: RefusedSearch): string {
  const { mark, which = "" } = place;
  if (!mark || mark.isSet) return which;
  const ofMarked = refusalsOf({ ...place, mark: { ...mark, isSet: true } }, search);
  return refuserOf(ofMarked, first!, place) === rule ? which : `${which} that are not masqueraded`;
}

function refuserOf(
  refusals: Refusals<KubeRule>,
  { address, protocol, port }: Goal,
  { isAnswer = false }: Place,
): KubeRule | "policy" | undefined {
  const ip = parseIP(address);
  return ip && refusals.refuserOf({ address: ip, protocol, port, isAnswer });
}

function refusalsOf(place: Place, { side, isOwn, regular }: RefusedSearch): Refusals<KubeRule> {
  const { table, chain } = place;
  const held = side.tables.get(table);
  // What is expected holds kernel chains, too.
  const isCompared = (name: string) => name !== "KUBE-FORWARD" && name !== chain && isOwn(table, name);
  const rulesOf = (name: string) =>
    regular && isCompared(name) ? irregularRules(table, name, side, regular) : side.rulesOf(table, name);
  return new Refusals({
    chain,
    policy: place.tracking ? undefined : side.policyOf(table, chain),
    situation: place,
    rulesOf: place.tracking ? asOfTracking(place.tracking, side, rulesOf) : rulesOf,
    isLeftOut: (name) => isCompared(name) && (regular === undefined || !side.has(table, name)),
    isHeld: (name) => side.has(table, name) && !isCutChain(held!, name),
  });
}

/**
 * What keeps packets from being tracked as if it refused them. Of several targets CT the first one counts, as the kernel gives a
 * packet no second connection; what drops packets is told elsewhere. Source: Linux xt_CT.c, xt_ct_target.
 */
function asOfTracking(
  tracking: "none" | "other zone",
  side: Side,
  rulesOf: (chain: string) => readonly KubeRule[],
): (chain: string) => readonly KubeRule[] {
  const isAsked = tracking === "none" ? untracks : looksUpInZone;
  if (tracking === "other zone" && mayZoneConnections(side)) return () => [];
  return (chain) =>
    rulesOf(chain).map((rule) => {
      const { target } = rule;
      if (isAsked(target)) return { ...rule, target: { kind: "drop" } };
      const ends = target.kind === "drop" || isCT(target) || untracks(target);
      return ends ? { ...rule, target: { kind: "accept" } } : rule;
    });
}

const isCT = (target: Target) => target.kind === "unknown" && target.name === "CT";

/** Of answers: `--zone-orig` is for the other direction. */
function looksUpInZone(target: Target): boolean {
  if (target.kind !== "unknown" || target.name !== "CT") return false;
  const { tokens } = target;
  return tokens.some(
    (token, i) => (token === "--zone" || token === "--zone-reply") && Number(tokens[i + 1] ?? Number.NaN) > 0,
  );
}

/** Whether the node's own connections may be made in another zone than that of all: rules elsewhere than in PREROUTING itself name one. */
function mayZoneConnections(side: Side): boolean {
  const held = side.tables.get("raw");
  if (!held || !side.has("raw", "OUTPUT") || isCutChain(held, "OUTPUT")) return true;
  const namesZone = ({ target }: KubeRule) =>
    target.kind === "unknown" && target.name === "CT" && target.tokens.some((token) => token.startsWith("--zone"));
  const chains = [...held.chains.keys()].filter((name) => name !== "PREROUTING");
  return chains.some((name) => side.rulesOf("raw", name).some(namesZone));
}

/** The rules of a chain that should not be there, in a chain that may have as many rules as there are services. */
function irregularRules(table: TableName, chain: string, side: Side, regular: Side): readonly KubeRule[] {
  const held = side.chain(table, chain)?.texts;
  const texts = regular.chain(table, chain)?.texts;
  if (held?.length === texts?.length && held?.every((text, i) => text === texts![i])) return [];
  const meanings = new Set(regular.rulesOf(table, chain).map(({ meaning }) => meaning));
  return side.rulesOf(table, chain).filter(({ meaning }) => !meanings.has(meaning));
}

/** A rule for all packets in front of a jump to kube-proxy's chains is told of that jump. */
export function isToldOfJump(
  rule: KubeRule | "policy",
  { table, chain }: Pick<Place, "table" | "chain">,
  side: Side,
): boolean {
  if (rule === "policy" || rule.clauses.length > 0) return false;
  const rules = side.rulesOf(table, chain);
  const wall = placeOfWall(rules, (name) => side.rulesOf(table, name), isOfOthersToo);
  const isJump = ({ target }: KubeRule) => target.kind === "jump" && target.chain.startsWith("KUBE-");
  return wall >= 0 && rules.slice(wall + 1).some(isJump);
}

const DOES = {
  none: "leaves untracked, and so not translated back,",
  "other zone": "looks up in another zone of conntrack, and so leaves not translated back,",
} as const;

function changeOf({ rule, goals }: Found, { table, chain, isAnswer, tracking }: Place, which: string): Change {
  const { to, about } = endpointsOf(goals);
  const does = tracking ? DOES[tracking] : "refuses";
  const answers = `answers of ${to}${which === "" ? "" : ` to connections${which}`}`;
  const refused = isAnswer ? answers : `connections${which} to ${to}`;
  const subject =
    rule === "policy"
      ? `the policy of ${chain} in table ${table}, which no rule is in front of, refuses`
      : `a rule of ${rule.chain} in table ${table} ${does}`;
  return {
    kind: "rule-order",
    severity: "error",
    ...about,
    chain: rule === "policy" ? chain : rule.chain,
    message: `${subject} ${refused}, ${BEHIND_RULES}`,
    expected: [],
    actual: [rule === "policy" ? `-P ${chain} DROP` : rule.text],
    ...(rule !== "policy" && rule.at && { at: rule.at }),
  };
}

/** The goals in words, and what they have in common: "endpoints of prod/db (10.244.2.60:5432)". */
export function endpointsOf(goals: readonly Goal[]): { readonly to: string; readonly about: Partial<Change> } {
  const views = [...new Map(goals.flatMap((goal) => goal.views.map((view) => [keyOf(view), view] as const))).values()];
  const services = [...new Set(views.map(({ service, key }) => service ?? key))].sort();
  const [view] = views;
  const isOne = view !== undefined && services.length === 1;
  const whose = isOne ? listWords(views.map(portWords)) : `${services.length} services: ${listWords(services)}`;
  const [first] = goals as [Goal];
  const more = goals.length > 1 ? ` and ${goals.length - 1} more` : "";
  const about = {
    ...(isOne && views.length === 1 && identity({ ...view, frontends: [] })),
    ...(isOne && view.service !== undefined && { service: view.service }),
    ...(isOne && goals.length === 1 && { endpoint: first.text }),
  };
  return { to: `endpoints of ${whose}${isOne ? ` (${first.text}${more})` : ""}`, about };
}

const keyOf = ({ key, service = "", port = "", protocol = "" }: Goal["views"][number]) =>
  [key, service, port, protocol].join(" ");

/** What is said of places whose rules are too many. */
export function unseenPlaces({ unseen }: Refused): string[] {
  return unseen.map(
    (where) =>
      `${where} has too many rules to be tried with all connections: what refuses the rest of them is not seen`,
  );
}
