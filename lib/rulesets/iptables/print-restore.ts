/** Rules as kube-proxy hands them to iptables-restore. */
import { printMatchRestore } from "./matches/index.js";
import { printPorts } from "./matches/transport.js";
import { printTargetRestore } from "./targets/index.js";
import type { Clause, HeaderClause, Rule } from "./types.js";

/**
 * One rule as kube-proxy writes it: "-A CHAIN ...", clauses in the order of the tree, no line end.
 * A destination right behind a transport clause goes between its protocol and its ports:
 * `-m tcp -p tcp -d 10.96.0.1 --dport 80`.
 */
export function printRuleRestore(rule: Rule): string {
  const { clauses } = rule;
  let out = "-A " + rule.chain;
  for (let i = 0; i < clauses.length; i++) {
    const clause = clauses[i]!;
    if (clause.kind === "transport") {
      out += " -m " + clause.protocol + " -p " + clause.protocol;
      const next = clauses[i + 1];
      if (next?.kind === "destination") {
        out += printHeaderClause(next);
        i++;
      }
      out += printPorts(clause);
    } else out += isHeaderClause(clause) ? printHeaderClause(clause) : printMatchRestore(clause);
  }
  return out + printTargetRestore(rule.target);
}

/** Whether the clause belongs to the rule's header rather than to a match module. */
function isHeaderClause(clause: Clause): clause is HeaderClause {
  switch (clause.kind) {
    case "source":
    case "destination":
    case "in-interface":
    case "out-interface":
    case "protocol":
    case "fragment":
      return true;
    default:
      return false;
  }
}

/** With a leading space; addresses as they are in the tree. */
function printHeaderClause(clause: HeaderClause): string {
  const not = clause.negated ? " !" : "";
  switch (clause.kind) {
    case "source":
      return not + " -s " + clause.address;
    case "destination":
      return not + " -d " + clause.address;
    case "in-interface":
      return not + " -i " + clause.name;
    case "out-interface":
      return not + " -o " + clause.name;
    case "protocol":
      return not + " -p " + clause.protocol;
    case "fragment":
      return not + " -f";
  }
}
