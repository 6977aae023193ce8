/** Short ways to build the statements of kube-proxy's rules; those without parameters are made once. */
import type { Expression, NftOrigin, NftRule, Statement, Value, Verdict } from "../../rulesets/nftables/types.js";

export const payload = (protocol: string, field: string): Expression => ({ kind: "payload", protocol, field });
export const meta = (key: string): Expression => ({ kind: "meta", key });
export const ct = (key: string): Expression => ({ kind: "ct", key });
export const fib = (flags: string, result: string): Expression => ({ kind: "fib", flags, result });
export const concat = (...parts: Expression[]): Expression => ({ kind: "concat", parts });

export const L4PROTO = meta("l4proto");
export const TH_DPORT = payload("th", "dport");

export const literal = (value: string | number): Value => ({ kind: "literal", value });
export const setOf = (texts: readonly string[], compact = false): Value =>
  compact ? { kind: "set", elements: texts.map(literal), compact } : { kind: "set", elements: texts.map(literal) };

export const match = (left: Expression, right: Value, operator = "=="): Statement => ({
  kind: "match",
  left,
  operator,
  right,
});
export const inSet = (left: Expression, name: string): Statement => match(left, { kind: "set-reference", name });
export const vmap = (key: Expression, name: string): Statement => ({ kind: "vmap", key, map: { name } });

const verdict = (v: Verdict): Statement => ({ kind: "verdict", verdict: v });
export const jump = (chain: string): Statement => verdict({ kind: "jump", chain });
export const goTo = (chain: string): Statement => verdict({ kind: "goto", chain });
export const DROP: Statement = verdict({ kind: "drop" });
export const RETURN: Statement = verdict({ kind: "return" });
export const REJECT_STATEMENT: Statement = { kind: "reject" };
export const MASQUERADE: Statement = { kind: "masquerade", flags: ["fully-random"] };

/** By text: as a property, each of the many texts that say the same would first be looked up. */
const PROTOCOL_MATCHES = new Map(["tcp", "udp", "sctp"].map((name) => [name, match(L4PROTO, literal(name))]));

/** `meta l4proto tcp`. */
export const matchProtocol = (protocol: string): Statement =>
  PROTOCOL_MATCHES.get(protocol) ?? match(L4PROTO, literal(protocol));

/** A rule of a chain, with what made it. */
export function rule(chain: string, statements: readonly Statement[], comment?: string, origin?: NftOrigin): NftRule {
  return { chain, statements, comment, origin };
}
