/** The clauses that the rules around IPVS are made of. */
import { SETS, setName, type SetKey } from "./sets.js";
import type { LocalDetector } from "../local-detector.js";
import type { IPFamily } from "../../net/ip.js";
import type { Clause, Match, Rule, RuleOrigin, Target } from "../../rulesets/iptables/types.js";

export const ACCEPT: Target = { kind: "accept" };
export const RETURN: Target = { kind: "return" };
export const DROP: Target = { kind: "drop" };

export function jump(chain: string): Target {
  return { kind: "jump", chain };
}

export function rule(chain: string, clauses: readonly Clause[], target: Target, origin?: RuleOrigin): Rule {
  return origin ? { chain, clauses, target, origin } : { chain, clauses, target };
}

export function comment(text: string): Match {
  return { kind: "comment", text, quoted: true };
}

/** `-m set --match-set NAME DIRECTIONS`. */
export function matchSet(key: SetKey, family: IPFamily, ...directions: readonly ("src" | "dst")[]): Match {
  return { kind: "set", name: setName(key, family), directions };
}

/** The set's comment, then the match. */
export function commentedSet(key: SetKey, family: IPFamily, ...directions: readonly ("src" | "dst")[]): Match[] {
  return [comment(SETS[key].comment), matchSet(key, family, ...directions)];
}

/** Traffic that does not come from local pods, as the detector knows it. */
export function notLocal(detector: LocalDetector): Clause {
  return detector.kind === "source"
    ? { kind: "source", address: detector.cidr, negated: true }
    : { kind: "in-interface", name: detector.prefix ? `${detector.name}+` : detector.name, negated: true };
}
