/** Which rule of the node gives a packet of a pod the node's address, kube-proxy's own rules apart. */
import { cidrContains, parseCIDR } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import { BUILT_IN_CHAINS, type CapturedTable } from "../rulesets/iptables/capture.js";
import type { Clause, Rule } from "../rulesets/iptables/types.js";
import { isKubeChain, rulesOf, type CapturedRule } from "./captured-rules.js";

/** A TCP packet that leaves POSTROUTING without a mark; neither address is the node's. */
export interface PassingPacket {
  readonly source: string;
  readonly destination: string;
}

/** Undefined: the packet does not say. */
type Answer = boolean | undefined;

/** Bridges over which no other node is reached. */
const LOCAL_INTERFACE = /^(?:lo$|cni|cbr|docker|br-|virbr|veth)/;

/** Deeper jumps come of loops. */
const DEEPEST = 20;

function isIn(network: string, address: string): Answer {
  const ip = parseIP(address);
  const cidr = parseCIDR(network.includes("/") ? network : `${network}/${network.includes(":") ? 128 : 32}`);
  return ip && cidr ? cidrContains(cidr, ip) : undefined;
}

function negate(answer: Answer, negated = false): Answer {
  return answer === undefined ? undefined : answer !== negated;
}

function matchesClause(clause: Clause, packet: PassingPacket): Answer {
  switch (clause.kind) {
    case "comment":
      return true;
    case "source":
      return negate(isIn(clause.address, packet.source), clause.negated);
    case "destination":
      return negate(isIn(clause.address, packet.destination), clause.negated);
    case "protocol":
      return negate(["tcp", "all", "6", "0"].includes(clause.protocol), clause.negated);
    case "mark":
      return negate(clause.value === 0, clause.negated);
    case "out-interface":
      return LOCAL_INTERFACE.test(clause.name) ? negate(false, clause.negated) : undefined;
    case "addrtype": {
      const { destinationType: to, sourceType: from, rest } = clause;
      if (rest?.length || (to && to.text !== "LOCAL") || (from && from.text !== "LOCAL")) return undefined;
      return (!to || to.negated === true) && (!from || from.negated === true);
    }
    default:
      return undefined;
  }
}

function matches({ clauses }: Rule, packet: PassingPacket): Answer {
  let all: Answer = true;
  for (const clause of clauses) {
    const answer = matchesClause(clause, packet);
    if (answer === false) return false;
    if (answer === undefined) all = undefined;
  }
  return all;
}

type Outcome = { readonly rule: CapturedRule } | "ends" | "goes on";

/** Where it is not certain, no masquerading is assumed, and leaving the chain is. */
function walk(table: CapturedTable, name: string, packet: PassingPacket, depth: number): Outcome {
  const chain = table.chains.get(name);
  if (!chain || depth > DEEPEST || isKubeChain(name)) return "goes on";
  for (const captured of rulesOf(table, chain)) {
    const { rule } = captured;
    if (!rule) continue;
    const matched = matches(rule, packet);
    if (matched === false) continue;
    const { target } = rule;
    if (target.kind === "masquerade" || target.kind === "snat") {
      if (matched) return { rule: captured };
    } else if (target.kind === "accept") return "ends";
    else if (target.kind === "return") return BUILT_IN_CHAINS.has(name) ? "ends" : "goes on";
    else if (target.kind === "jump" || target.kind === "goto") {
      const outcome = walk(table, target.chain, packet, depth + 1);
      if (outcome === "ends" || (outcome !== "goes on" && matched)) return outcome;
      if (target.kind === "goto" && matched) return "goes on";
    }
  }
  return "goes on";
}

/** The rule that certainly masquerades the packet; undefined when none does, or it cannot be told. */
export function findMasquerading(table: CapturedTable, packet: PassingPacket): CapturedRule | undefined {
  const outcome = walk(table, "POSTROUTING", packet, 0);
  return typeof outcome === "object" ? outcome.rule : undefined;
}
