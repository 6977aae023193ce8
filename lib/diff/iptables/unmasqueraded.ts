/**
 * Rules of others by which packets to some endpoints are not masqueraded, whoever they are of: told by destination, protocol and
 * port. What other rules may do first, to packets of some client or interface, is not told.
 */
import { isCutChain } from "../../rulesets/iptables/capture.js";
import { Refusals } from "../../rulesets/iptables/refusals.js";
import { addressGiver, findMarkTaker, takesOff } from "../../rulesets/iptables/marked-packets.js";
import type { Clause, Target } from "../../rulesets/iptables/types.js";
import { withReach } from "../effect-turns.js";
import type { Change } from "../types.js";
import { BEHIND_RULES } from "../view-words.js";
import { parseIP } from "../../net/ip.js";
import { POSTROUTING } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { endpointsOf, type Goal, type Place } from "./refused-packets.js";
import type { Side } from "./side.js";

/** A rule in which "drop" stands for the loss of masquerading. */
interface Judged extends Pick<KubeRule, "clauses" | "target"> {
  readonly own: KubeRule;
}

interface Search {
  readonly side: Side;
  /** The bit of the mark. */
  readonly bit: number;
  readonly goals: () => Iterable<Goal>;
}

const LOST: Target = { kind: "drop" };
const KEPT: Target = { kind: "accept" };

/** Of a place where packets have the mark, before table nat asks for it: rules that take it off. */
export function erasedForEndpoints(place: Place, search: Search): Change[] {
  const targetOf = ({ target }: KubeRule) => {
    if (takesOff(target, search.bit)) return LOST;
    return target.kind === "drop" || target.kind === "reject" ? KEPT : target;
  };
  return changesAt(place, search, targetOf, search.side.rulesOf(place.table, place.chain));
}

/** Of POSTROUTING in table nat: rules in front of the jump to KUBE-POSTROUTING that end the chain, or take the mark off. */
export function returnedInFront(search: Search): Change[] {
  const { side, bit } = search;
  const rules = side.rulesOf("nat", "POSTROUTING");
  const jump = rules.findIndex(({ target }) => target.kind === "jump" && target.chain === POSTROUTING);
  const front = rules.slice(0, Math.max(jump, 0));
  // One that takes all is told of the jump.
  if (findMarkTaker(front, bit, (chain) => side.rulesOf("nat", chain))) return [];
  const targetOf = ({ target, chain }: KubeRule, isGivenAddress: () => boolean) => {
    const isEnd = target.kind === "accept" || (target.kind === "return" && chain === "POSTROUTING");
    return isEnd || (takesOff(target, bit) && !isGivenAddress()) ? LOST : target;
  };
  return changesAt({ table: "nat", chain: "POSTROUTING", ...SENT }, search, targetOf, front);
}

const SENT = { isTranslated: true, isForwarded: true } as const;

function changesAt(
  place: Place,
  { side, bit, goals }: Search,
  targetOf: (rule: KubeRule, isGivenAddress: () => boolean) => Target,
  top: readonly KubeRule[],
): Change[] {
  const { table, chain, which = "" } = place;
  const judge = (own: KubeRule, index: number, all: readonly KubeRule[]): Judged => {
    const target = targetOf(own, () => addressGiver(all, index) !== undefined);
    return { own, clauses: own.clauses.map(asUnsure), target };
  };
  const losses = new Refusals<Judged>({
    chain,
    policy: undefined,
    situation: { ...place, mark: { bit, isSet: true } },
    rulesOf: (name) => (name === chain ? top : side.rulesOf(table, name)).map(judge),
    isLeftOut: (name) => name.startsWith("KUBE-") && name !== "KUBE-FORWARD",
    isHeld: (name) => side.has(table, name) && !isCutChain(side.tables.get(table)!, name),
  });
  if (!losses.mayRefuse()) return [];
  const found = new Map<KubeRule, Goal[]>();
  for (const goal of goals()) {
    const address = parseIP(goal.address);
    const loss = goal.isOnNode === false && address && losses.refuserOf({ ...goal, address });
    if (!loss || loss === "policy") continue;
    const known = found.get(loss.own);
    if (known) known.push(goal);
    else if (found.size < MOST_TOLD) found.set(loss.own, [goal]);
  }
  return [...found].map(([rule, lost]) => changeOf(rule, lost, table, which));
}

/** Rules of which it is told whose packets they hold for. */
const MOST_TOLD = 20;

const ASKED: ReadonlySet<Clause["kind"]> = new Set([
  ...(["comment", "destination", "protocol", "transport", "multiport", "mark", "conntrack"] as const),
]);

/** What else is asked for may hold for some packets and not for others. */
function asUnsure(clause: Clause): Clause {
  return ASKED.has(clause.kind) ? clause : { kind: "unknown", module: "", tokens: [] };
}

function changeOf(rule: KubeRule, lost: readonly Goal[], table: string, which: string): Change {
  const { to, about } = endpointsOf(lost);
  const change: Change = {
    kind: "rule-order",
    severity: "error",
    ...about,
    chain: rule.chain,
    message:
      `a rule of ${rule.chain} in table ${table} keeps connections${which} to ${to} from being masqueraded where they should be: ` +
      `they leave with the address they came from, and answers to them may not come back, ${BEHIND_RULES}`,
    expected: [],
    actual: [rule.text],
    ...(rule.at && { at: rule.at }),
  };
  return withReach(change, () => lost.map(({ text, protocol }) => `${protocol} ${text}`).join(" "));
}
