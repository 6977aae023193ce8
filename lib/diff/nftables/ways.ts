/** The base chains of other owners that packets meet once kube-proxy has sent them to an endpoint, and those of its answers. */
import { isBefore, type ForeignBase } from "./foreign-bases.js";

/** Of kube-proxy's chains, in all releases. */
const TRANSLATES = -100;
export const MASQUERADES = 100;
/** Where conntrack looks at packets. */
export const CONNTRACK = -200;

export interface Way {
  readonly bases: readonly ForeignBase[];
  /** Packets end on the node: nothing is made of the mark for masquerading. */
  readonly isToNode?: boolean;
  /** They are answers of endpoints; to which connections, behind "answers of endpoints": " to connections that the node makes itself". */
  readonly answersTo?: string;
}

/** Base chains in the order in which forwarded packets meet them, and packets of the node itself. */
export function waysOf(bases: readonly ForeignBase[]): readonly Way[] {
  const last = ofHook(bases, "postrouting", (one) => one.base.type !== "nat" || isBefore(one, MASQUERADES));
  const forwarded = [...ofHook(bases, "prerouting", isBehind), ...ofHook(bases, "forward"), ...last];
  const local = [...ofHook(bases, "output", isBehind), ...last];
  return [{ bases: forwarded }, { bases: local }];
}

/** To endpoints on the node itself (pods in its network, an API server), of packets that it does not send itself. */
export function waysToNodeOf(bases: readonly ForeignBase[]): readonly Way[] {
  return [{ bases: [...ofHook(bases, "prerouting", isBehind), ...ofHook(bases, "input")], isToNode: true }];
}

/**
 * Of answers, which have the address of an endpoint until their source is translated back; no chain of type nat sees them. To the node's own
 * connections, to those of others, and, of endpoints on the node, `isOnNode`.
 */
export function waysOfAnswers(bases: readonly ForeignBase[], isOnNode: boolean): readonly Way[] {
  const filtersOf = filtersAmong(bases);
  const last = filtersOf("postrouting", (one) => isBefore(one, MASQUERADES));
  if (isOnNode) return [{ bases: [...filtersOf("output"), ...last], answersTo: "" }];
  const first = filtersOf("prerouting");
  const input = filtersOf("input", (one) => isBefore(one, MASQUERADES));
  return [
    { bases: [...first, ...filtersOf("forward"), ...last], answersTo: "" },
    { bases: [...first, ...input], answersTo: TO_OWN },
  ];
}

const TO_OWN = " to connections that the node makes itself";

/** Where IPVS sees answers. Source: Linux net/netfilter/ipvs/ip_vs_core.c, ip_vs_ops4. */
const IPVS_AT_INPUT = 98;
const IPVS_AT_FORWARD = 100;

/** The same in mode ipvs, which gives them the service's address back at hooks forward and input. */
export function waysOfAnswersToIPVS(bases: readonly ForeignBase[]): readonly Way[] {
  const filtersOf = filtersAmong(bases);
  const first = filtersOf("prerouting");
  const forward = filtersOf("forward", ({ base }) => base.priority < IPVS_AT_FORWARD);
  const input = filtersOf("input", ({ base }) => base.priority < IPVS_AT_INPUT);
  return [
    { bases: [...first, ...forward], answersTo: "" },
    { bases: [...first, ...input], answersTo: TO_OWN },
  ];
}

function filtersAmong(bases: readonly ForeignBase[]) {
  return (hook: string, isWanted?: (base: ForeignBase) => boolean) =>
    ofHook(bases, hook, (one) => one.base.type !== "nat" && isWanted?.(one) !== false);
}

/** Chains of type nat see no packet that one before has translated. */
function isBehind(one: ForeignBase): boolean {
  return one.base.type !== "nat" && !isBefore(one, TRANSLATES);
}

/** The one way of packets in mode ipvs: what IPVS sends on meets hook output again, and no chain of type nat. */
export function waysOfIPVS(bases: readonly ForeignBase[]): readonly Way[] {
  const isFilter = ({ base }: ForeignBase) => base.type !== "nat";
  return [{ bases: [...ofHook(bases, "output", isFilter), ...ofHook(bases, "postrouting", isFilter)] }];
}

function ofHook(
  bases: readonly ForeignBase[],
  hook: string,
  isWanted: (base: ForeignBase) => boolean = () => true,
): ForeignBase[] {
  return bases.filter((one) => one.base.hook === hook && isWanted(one)).sort(byPriority);
}

function byPriority(a: ForeignBase, b: ForeignBase): number {
  return a.base.priority - b.base.priority;
}
