/** What a rule asks for that is not known of the packet or the node. */
import type { Clause, Rule } from "../../rulesets/iptables/types.js";
import type { NodeAddresses } from "../local-addresses.js";
import type { PacketState } from "../packet-state.js";
import type { Question } from "../types.js";
import { isAmong } from "../interface-names.js";

/** The first thing of those that somebody could tell; undefined: only things that nobody can. */
export function askedBy(rule: Rule, state: PacketState, addresses: NodeAddresses): Question | undefined {
  for (const clause of rule.clauses) {
    const question = askedByClause(clause, state, addresses);
    if (question) return question;
  }
  return undefined;
}

function askedByClause(clause: Clause, state: PacketState, addresses: NodeAddresses): Question | undefined {
  const { assumed } = state;
  switch (clause.kind) {
    case "in-interface":
    case "out-interface": {
      const isInput = clause.kind === "in-interface";
      const { not } = isInput ? assumed.input : assumed.output;
      const isKnown = (isInput ? state.inputInterface : state.outputInterface) !== undefined;
      if (isKnown || clause.name === "+" || not.some((other) => isAmong(clause.name, other))) return undefined;
      return { kind: clause.kind, name: clause.name };
    }
    case "addrtype": {
      const { destinationType, sourceType } = clause;
      for (const [type, address] of [
        [destinationType, state.destination],
        [sourceType, state.source],
      ] as const)
        if (type && addresses.isLocal(address, assumed.local) === undefined)
          return { kind: "local", address: address.text };
      return undefined;
    }
    default:
      return undefined;
  }
}
