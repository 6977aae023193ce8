/** What a KUBE-EXT chain does with a connection, and the KUBE-FW chain in front of it. */
import { MARK_MASQ, serviceHashOf } from "./kube-chains.js";
import type { KubeRule } from "./kube-rule.js";
import { trafficText } from "./read-dispatch.js";
import type { Side } from "./side.js";
import { keepsPackets } from "./taken-packets.js";

export interface ExternalChain {
  /** The chain that all traffic goes on to; undefined when none. */
  readonly final: string | undefined;
  /** Masqueraded traffic: "all", "the node" or "none". */
  readonly masquerade: string;
  /** Traffic that does not take the final jump, and its masquerading, in order: "-s 10.244.0.0/16", "masquerade the node", "the node". */
  readonly detours: readonly string[];
  /** Where the detours lead. */
  readonly detourChain: string | undefined;
  readonly evidence: readonly KubeRule[];
  readonly odd: readonly KubeRule[];
  /** Those of them that keep some packets from the rules behind. */
  readonly taking: readonly KubeRule[];
}

/** Reads a chain rule by rule as a packet meets it. */
export function readExternalChain(side: Side, chain: string): ExternalChain {
  const rules = side.rulesOf("nat", chain);
  let final: string | undefined;
  let masquerade = "none";
  let detourChain: string | undefined;
  const detours: string[] = [];
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  let isClosed = false;
  for (const rule of rules) {
    const { clauses, target } = rule;
    const traffic = trafficOf(rule);
    if (final !== undefined || isClosed) odd.push(rule);
    else if (target.kind !== "jump" || traffic === undefined) {
      odd.push(rule);
      if (keepsPackets(rule, side, "nat")) taking.push(rule);
      isClosed = taking.includes(rule) && clauses.length === 0;
    } else if (target.chain === MARK_MASQ) {
      if (traffic === "all" || (traffic === "the node" && masquerade === "none" && !detours.includes(traffic))) {
        masquerade = traffic;
        if (traffic === "the node") detours.push(`masquerade ${traffic}`);
      } else odd.push(rule);
    } else if (serviceHashOf(target.chain) === undefined) odd.push(rule);
    else if (clauses.length === 0) final = target.chain;
    else {
      if (!detours.includes(traffic)) detours.push(traffic);
      detourChain ??= target.chain;
      if (target.chain !== detourChain) odd.push(rule);
    }
  }
  return { final, masquerade, detours, detourChain, evidence: rules, odd, taking };
}

/** Whose traffic a rule is about; undefined when it is none of kube-proxy's conditions. */
function trafficOf({ clauses }: KubeRule): string | undefined {
  const [clause] = clauses;
  if (!clause) return "all";
  if (clauses.length > 1) return undefined;
  if (clause.kind === "addrtype")
    return clause.sourceType?.text === "LOCAL" && !clause.sourceType.negated && !clause.destinationType && !clause.rest
      ? "the node"
      : undefined;
  if (clause.kind !== "source" && clause.kind !== "in-interface") return undefined;
  return clause.negated ? undefined : trafficText(clause);
}

export interface FirewallChain {
  readonly ranges: readonly string[];
  /** The KUBE-EXT chain that allowed traffic goes to. */
  readonly external: string | undefined;
  readonly evidence: readonly KubeRule[];
  readonly odd: readonly KubeRule[];
  /** Those of them that keep some packets from the rules behind. */
  readonly taking: readonly KubeRule[];
}

/** Reads the allowed sources of a KUBE-FW chain. */
export function readFirewallChain(side: Side, chain: string): FirewallChain {
  const rules = side.rulesOf("nat", chain);
  const ranges = new Set<string>();
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  let external: string | undefined;
  for (const rule of rules) {
    const [source] = rule.clauses;
    if (rule.target.kind === "none" && rule.clauses.length === 0) continue;
    const isAllowed =
      rule.clauses.length <= 1 &&
      (source === undefined || (source.kind === "source" && !source.negated)) &&
      rule.target.kind === "jump" &&
      serviceHashOf(rule.target.chain) !== undefined;
    if (!isAllowed || (external !== undefined && rule.target.kind === "jump" && rule.target.chain !== external)) {
      odd.push(rule);
      if (keepsPackets(rule, side, "nat")) taking.push(rule);
      continue;
    }
    ranges.add(source?.kind === "source" ? source.address : "any source");
    external = rule.target.kind === "jump" ? rule.target.chain : undefined;
  }
  return { ranges: [...ranges].sort(), external, evidence: rules, odd, taking };
}
