/** One meaning, one form. */
import type { IPFamily } from "../../net/ip.js";
import { addressWithPrefix, coversEverything, normalAddress } from "./addresses.js";
import { normalizeMatch } from "./matches/index.js";
import { protocolName } from "./protocols.js";
import { normalizeTarget } from "./targets/index.js";
import type { Clause, HeaderClause, Match, Rule } from "./types.js";

const HEADER_ORDER = ["source", "destination", "in-interface", "out-interface", "protocol", "fragment"] as const;

/**
 * A rule in normal form: header clauses in iptables-save's order, then its matches in their order, each in its own
 * normal form; counters, origin and place are left out. Two rules that mean the same in the same words are deeply equal.
 * `family`: of the table the rule stands in; it decides defaults such as REJECT's type.
 */
export function normalizeRule(rule: Rule, family: IPFamily): Rule {
  const header: (HeaderClause | undefined)[] = HEADER_ORDER.map(() => undefined);
  const matches: Match[] = [];
  for (const clause of rule.clauses) {
    if (isHeader(clause)) {
      const normal = normalizeHeader(clause, family);
      if (normal) header[HEADER_ORDER.indexOf(clause.kind)] = normal;
    } else matches.push(normalizeMatch(clause, family));
  }
  const transport = matches.find((match) => match.kind === "transport");
  const clauses: Clause[] = [];
  for (const clause of header) if (clause && !isSaidBy(transport, clause)) clauses.push(clause);
  for (const match of matches) clauses.push(match);
  return { chain: rule.chain, clauses, target: normalizeTarget(rule.target, family) };
}

/** Whether a header clause is the protocol that a transport clause has too. */
function isSaidBy(transport: Match | undefined, clause: HeaderClause): boolean {
  return (
    transport?.kind === "transport" &&
    clause.kind === "protocol" &&
    !clause.negated &&
    clause.protocol === transport.protocol
  );
}

function isHeader(clause: Clause): clause is HeaderClause {
  return (HEADER_ORDER as readonly string[]).includes(clause.kind);
}

/** Undefined for a clause that every packet passes. */
function normalizeHeader(clause: HeaderClause, family: IPFamily): HeaderClause | undefined {
  const not = clause.negated && { negated: true };
  switch (clause.kind) {
    case "source":
    case "destination":
      if (!clause.negated && coversEverything(addressWithPrefix(clause.address, family))) return undefined;
      return { kind: clause.kind, address: normalAddress(clause.address, family), ...not };
    case "in-interface":
    case "out-interface":
      return clause.name === "+" && !clause.negated ? undefined : { kind: clause.kind, name: clause.name, ...not };
    case "protocol": {
      const protocol = protocolName(clause.protocol);
      return protocol === "all" ? undefined : { kind: "protocol", protocol, ...not };
    }
    case "fragment":
      return { kind: "fragment", ...not };
  }
}
