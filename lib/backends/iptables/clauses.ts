/** The few clauses that most of kube-proxy's rules are made of. */
import type { Clause, Match, Rule, RuleOrigin, Target } from "../../rulesets/iptables/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortPlan } from "./plan.js";

export const LOCALHOST = "127.0.0.0/8";

export const ACCEPT: Target = { kind: "accept" };
export const DROP: Target = { kind: "drop" };
export const RETURN: Target = { kind: "return" };

export function comment(text: string): Match {
  return { kind: "comment", text, quoted: true };
}

/** kube-proxy quotes comments that may hold blanks; a bare ServicePortName it does not. */
export function bareComment(text: string): Match {
  return { kind: "comment", text, quoted: false };
}

export function jump(chain: string): Target {
  return { kind: "jump", chain };
}

export function rule(chain: string, clauses: readonly Clause[], target: Target, origin?: RuleOrigin): Rule {
  return { chain, clauses, target, origin };
}

/** `-m tcp -p tcp -d ADDRESS --dport PORT`. */
export function toAddress(plan: ServicePortPlan, address: string): readonly [Match, Clause] {
  return [toPort(plan.protocol, plan.port.port), { kind: "destination", address }];
}

/** `-m tcp -p tcp --dport PORT`. */
export function toPort(protocol: ServicePortPlan["protocol"], port: number): Match {
  return { kind: "transport", protocol, destinationPort: { ports: String(port) } };
}

export function conntrack(states: readonly string[], negated = false): Match {
  return { kind: "conntrack", states, negated };
}

export const DESTINATION_LOCAL: Match = { kind: "addrtype", destinationType: { text: "LOCAL" } };
export const SOURCE_LOCAL: Match = { kind: "addrtype", sourceType: { text: "LOCAL" } };

/** The service port a rule is written for. */
export function originOf(port: ServicePort): RuleOrigin {
  return { label: port.name, ref: port };
}
