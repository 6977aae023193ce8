/** A rule of others that gives every packet the mark by which kube-proxy masquerades. */
import { decides } from "../../rulesets/iptables/take-packets.js";
import type { Target } from "../../rulesets/iptables/types.js";
import type { Change } from "../types.js";
import { isDispatchChain, isEndpointChain, MARK_MASQ, POSTROUTING, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import type { Place } from "./refused-packets.js";
import type { Side } from "./side.js";

/** Where every packet from elsewhere is before it is sent on. */
const ENTRIES = (["raw", "mangle", "nat"] as const).map((table): Place => ({
  table,
  chain: "PREROUTING",
  isTranslated: false,
  isForwarded: false,
}));

/**
 * Connections work, and no endpoint sees its client's address. Told where it is sure of all packets: nothing in front in its chain
 * decides about any, no other rule may take the mark off, and KUBE-POSTROUTING, which asks for it, comes first.
 */
export function markedByOthers(side: Side, bit: number, isWhole: (place: Place) => boolean): Change[] {
  const [first] = side.rulesOf("nat", "POSTROUTING");
  const isAsked =
    first && first.clauses.length === 0 && first.target.kind === "jump" && first.target.chain === POSTROUTING;
  const mayLack = [...side.tables.values()].some(({ mayLackRules }) => mayLackRules);
  if (!isAsked || mayLack || !side.tables.has("mangle")) return [];
  const marker = ENTRIES.filter(isWhole).flatMap((place) => markerAt(place, side, bit) ?? [])[0];
  if (!marker || mayTakeOff(side, bit)) return [];
  const { rule, table } = marker;
  return [
    {
      kind: "masquerade-changed",
      severity: "warning",
      chain: rule.chain,
      message:
        `a rule of ${rule.chain} in table ${table} gives all packets the mark for masquerading: connections from elsewhere leave ` +
        "with the address of the node, and endpoints do not see their clients'",
      expected: [],
      actual: [rule.text],
      ...(rule.at && { at: rule.at }),
    },
  ];
}

function markerAt({ table, chain }: Place, side: Side, bit: number) {
  for (const rule of side.rulesOf(table, chain)) {
    if (rule.clauses.length === 0 && setsBit(rule.target, bit)) return { rule, table };
    if (decides(rule, () => true)) return undefined;
  }
  return undefined;
}

function setsBit(target: Target, bit: number): boolean {
  return target.kind === "mark" && (target.mask & target.value & bit) !== 0;
}

/** Whether a rule that is not kube-proxy's may do something to the bit but set it. */
function mayTakeOff(side: Side, bit: number): boolean {
  for (const [table, { chains }] of side.tables)
    for (const [chain, { texts }] of chains) {
      if (serviceHashOf(chain) !== undefined || isEndpointChain(chain) || isDispatchChain(table, chain)) continue;
      if (chain === POSTROUTING || chain === MARK_MASQ || !texts.some((text) => MARKS.test(text))) continue;
      if (side.rulesOf(table, chain).some((rule) => mayClear(rule, bit))) return true;
    }
  return false;
}

const MARKS = /MARK|TPROXY/;

function mayClear({ target }: KubeRule, bit: number): boolean {
  if (target.kind === "mark") return ((target.mask | target.value) & bit) !== 0 && !setsBit(target, bit);
  return target.kind === "unknown" && MARKS.test(target.name);
}
