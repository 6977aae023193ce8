/** What a KUBE-SEP chain does with a connection. */
import type { Clause } from "../../rulesets/iptables/types.js";
import type { KubeRule } from "./kube-rule.js";
import { MARK_MASQ } from "./kube-chains.js";

export interface EndpointChain {
  /** "ip:port" of its DNAT; undefined when it has none that works, so that packets come back. */
  readonly target: string | undefined;
  /** A pod that reaches itself is masqueraded. */
  readonly hairpin: boolean;
  /** Remembers the client under this name (session affinity). */
  readonly remembers: string | undefined;
  /** Rules that are not kube-proxy's or cannot take effect. */
  readonly odd: readonly KubeRule[];
  /** Those in front of the DNAT that keep some packets from it. */
  readonly taking: readonly KubeRule[];
}

/** `protocol`: of the service port, lower case; undefined when not known. */
export function readEndpointChain(
  rules: readonly KubeRule[],
  protocol: string | undefined,
  keeps: (rule: KubeRule) => boolean,
): EndpointChain {
  let target: string | undefined;
  let remembers: string | undefined;
  const sources: KubeRule[] = [];
  const odd: KubeRule[] = [];
  const taking: KubeRule[] = [];
  let isClosed = false;
  for (const rule of rules) {
    if (target !== undefined || isClosed) odd.push(rule);
    else if (isHairpin(rule)) sources.push(rule);
    else if (isDnat(rule, protocol)) {
      target = rule.target.kind === "dnat" ? rule.target.to : undefined;
      const recent = rule.clauses.find((clause) => clause.kind === "recent");
      remembers = recent && remembersSources(recent) ? recent.name : undefined;
    } else {
      odd.push(rule);
      if (keeps(rule)) taking.push(rule);
      isClosed = taking.includes(rule) && rule.clauses.length === 0;
    }
  }
  const address = target?.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  const hairpin = sources.filter((rule) => sourceOf(rule) === address);
  return {
    target,
    hairpin: hairpin.length > 0,
    remembers,
    taking,
    odd: [...odd, ...sources.filter((rule) => target !== undefined && sourceOf(rule) !== address)],
  };
}

function isHairpin({ clauses, target }: KubeRule): boolean {
  const [source] = clauses;
  return (
    clauses.length === 1 &&
    source?.kind === "source" &&
    !source.negated &&
    target.kind === "jump" &&
    target.chain === MARK_MASQ
  );
}

function sourceOf(rule: KubeRule): string | undefined {
  const [source] = rule.clauses;
  return source?.kind === "source" ? source.address : undefined;
}

function isDnat({ clauses, target }: KubeRule, protocol: string | undefined): boolean {
  // To one address and port, --random and --persistent change nothing.
  if (target.kind !== "dnat") return false;
  return clauses.every((clause) => {
    if (clause.kind === "transport")
      return (
        !clause.destinationPort && !clause.sourcePort && !clause.rest && (!protocol || clause.protocol === protocol)
      );
    if (clause.kind === "protocol") return !clause.negated && (!protocol || clause.protocol === protocol);
    return clause.kind === "recent" && clause.action === "set" && !clause.negated && !clause.rest;
  });
}

/** Whether each client is told apart by its address, as the chains of one service port all do. */
export function remembersSources({ side, mask, rest }: Extract<Clause, { kind: "recent" }>): boolean {
  return side !== "destination" && mask === undefined && !rest;
}
