/** Rules as iptables-save prints them. */
import type { IPFamily } from "../../net/ip.js";
import { addressWithPrefix, coversEverything } from "./addresses.js";
import { printMatchSave } from "./matches/index.js";
import { protocolName } from "./protocols.js";
import { printTargetSave } from "./targets/index.js";
import type { Rule } from "./types.js";

/**
 * One rule as iptables-save 1.8.9 (nf_tables) prints it, no line end.
 * The header comes first, in the order -s -d -i -o -p -f, then the matches in the rule's order, then the target.
 * A transport clause also makes the header's -p; addresses that cover everything are left out.
 */
export function printRuleSave(rule: Rule, family: IPFamily): string {
  let source = "";
  let destination = "";
  let inInterface = "";
  let outInterface = "";
  let protocol = "";
  let fragment = "";
  let matches = "";
  const { clauses } = rule;
  for (let i = 0; i < clauses.length; i++) {
    const clause = clauses[i]!;
    switch (clause.kind) {
      case "source":
        source = printAddress(" -s ", clause.address, clause.negated, family);
        break;
      case "destination":
        destination = printAddress(" -d ", clause.address, clause.negated, family);
        break;
      case "in-interface":
        inInterface = printInterface(" -i ", clause.name, clause.negated);
        break;
      case "out-interface":
        outInterface = printInterface(" -o ", clause.name, clause.negated);
        break;
      case "protocol": {
        const name = protocolName(clause.protocol);
        protocol = name === "all" && !clause.negated ? "" : (clause.negated ? " ! -p " : " -p ") + name;
        break;
      }
      case "fragment":
        fragment = clause.negated ? " ! -f" : " -f";
        break;
      case "transport":
        // A negated protocol beside it is not overruled: no packet fits both, and the text has to say so.
        if (!protocol.startsWith(" !")) protocol = " -p " + clause.protocol;
        matches += printMatchSave(clause, family);
        break;
      default:
        matches += printMatchSave(clause, family);
    }
  }
  return (
    "-A " +
    rule.chain +
    source +
    destination +
    inInterface +
    outInterface +
    protocol +
    fragment +
    matches +
    printTargetSave(rule.target, family)
  );
}

function printAddress(option: string, address: string, negated: boolean | undefined, family: IPFamily): string {
  const text = addressWithPrefix(address, family);
  if (negated) return " !" + option + text;
  return coversEverything(text) ? "" : option + text;
}

/** "+" alone is every interface. */
function printInterface(option: string, name: string, negated: boolean | undefined): string {
  if (negated) return " !" + option + name;
  return name === "+" ? "" : option + name;
}
