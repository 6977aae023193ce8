/** What a KUBE-SEP chain does with a connection. */
import { canonicalIP, type IPFamily } from "../../net/ip.js";
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

/** Both rules of such a chain: its name, the endpoint's address, the protocol, the name of a client list, the target. */
function rulesOf(bits: number, mask: string, address: string, target: string): RegExp {
  const list = `-m recent --set --name (KUBE-SEP-[A-Z2-7]{16}) --mask ${mask} --rsource `;
  return new RegExp(
    `^-A (KUBE-SEP-[A-Z2-7]{16}) -s (${address})/${bits} -j ${MARK_MASQ}\\n` +
      `-A \\1 -p (tcp|udp|sctp) (?:${list})?-m \\3 -j DNAT --to-destination (${target}:\\d+)$`,
  );
}

const RULES: Readonly<Record<IPFamily, RegExp>> = {
  IPv4: rulesOf(32, "255\\.255\\.255\\.255", "[\\d.]+", "\\2"),
  IPv6: rulesOf(128, "ffff(?::ffff){7}", "[\\da-f:]+", "\\[\\2\\]"),
};

/**
 * The same from the chain's text in save spelling, one rule a line, the last without its line feed; undefined for all but
 * what large clusters have nearly everywhere. No rule is made of it, and each line is its own normal form.
 */
export function readPlainEndpoint(
  text: string,
  family: IPFamily,
  protocol: string | undefined,
): EndpointChain | undefined {
  const found = RULES[family].exec(text);
  if (!found || canonicalIP(found[2]!) !== found[2] || (protocol && protocol !== found[3])) return undefined;
  return { target: found[5]!, hairpin: true, remembers: found[4], odd: NO_RULES, taking: NO_RULES };
}

const NO_RULES: readonly KubeRule[] = [];

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
