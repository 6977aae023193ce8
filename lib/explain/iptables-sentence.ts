/** One iptables rule in one sentence. */
import { parseIP } from "../net/ip.js";
import type { Clause, Rule, Target } from "../rulesets/iptables/types.js";
import { ipSetPurpose } from "./chain-purpose.js";
import { percent, sentence, shortAddress, type WordContext } from "./word-context.js";

/** `isRest`: rules with conditions stand before it in its chain. */
export function iptablesSentence(rule: Rule, isRest: boolean, context: WordContext): string {
  const about = subjectOf(rule.clauses, isRest);
  const effects = rule.clauses.flatMap((clause) =>
    clause.kind === "recent" && clause.action !== "rcheck"
      ? [
          clause.action === "remove"
            ? `are forgotten in list ${clause.name}`
            : `are noted in list ${clause.name} (session affinity)`,
        ]
      : [],
  );
  const verb = verbOf(rule.target, context);
  return sentence([about, rule.target.kind === "none" && effects.length > 0 ? "" : verb, ...joined(effects, rule)]);
}

function joined(effects: readonly string[], { target }: Rule): string[] {
  return effects.map((effect, i) => (i === 0 && target.kind === "none" ? effect : `and ${effect}`));
}

function subjectOf(clauses: readonly Clause[], isRest: boolean): string {
  let protocol = "";
  let chance = "";
  let to = "";
  let port = "";
  let from = "";
  const more: string[] = [];
  for (const clause of clauses) {
    switch (clause.kind) {
      case "comment":
      case "nfacct":
        break;
      case "source":
        from = ` ${clause.negated ? "not from" : "from"} ${shortAddress(clause.address)}`;
        break;
      case "destination":
        to = ` ${clause.negated ? "not to" : "to"} ${shortAddress(clause.address)}`;
        break;
      case "transport":
        protocol = clause.protocol.toUpperCase();
        if (clause.destinationPort)
          port = ` ${clause.destinationPort.negated ? "to any port but" : to === "" ? "to port" : "port"} ${clause.destinationPort.ports}`;
        if (clause.sourcePort)
          more.push(`${clause.sourcePort.negated ? "not " : ""}from port ${clause.sourcePort.ports}`);
        if (clause.rest) more.push(`with ${clause.rest.join(" ")}`);
        break;
      case "protocol":
        if (!protocol && clause.protocol !== "all")
          protocol = `${clause.negated ? "not " : ""}${clause.protocol.toUpperCase()}`;
        break;
      case "statistic":
        chance = `with a chance of ${percent(clause.negated ? 1 - clause.probability : clause.probability)}, `;
        break;
      default:
        more.push(conditionOf(clause));
    }
  }
  // The printer may put the port before the address.
  if (to !== "") port = port.replace(" to port ", " port ");
  const conditions = `${to}${port}${from}${more
    .filter((text) => text !== "")
    .map((text) => ` ${text}`)
    .join("")}`;
  if (conditions === "" && chance === "" && protocol === "") return isRest ? "all other packets" : "all packets";
  return `${chance}${protocol === "" ? "" : `${protocol} `}packets${conditions}`;
}

type OtherClause = Exclude<
  Clause,
  { readonly kind: "comment" | "nfacct" | "source" | "destination" | "transport" | "protocol" | "statistic" }
>;

function conditionOf(clause: OtherClause): string {
  switch (clause.kind) {
    case "in-interface":
      return `${clause.negated ? "not " : ""}through interface ${clause.name}`;
    case "out-interface":
      return `${clause.negated ? "not " : ""}leaving by interface ${clause.name}`;
    case "fragment":
      return clause.negated ? "that are no later fragments" : "that are later fragments";
    case "addrtype":
      return [
        clause.sourceType && addressType("from", clause.sourceType.text, clause.sourceType.negated),
        clause.destinationType && addressType("to", clause.destinationType.text, clause.destinationType.negated),
        clause.rest?.join(" "),
      ]
        .filter((text) => text !== undefined)
        .join(" ");
    case "conntrack":
      if (clause.rest && clause.rest.length > 0) return `with conntrack ${clause.rest.join(" ")}`;
      return `of ${clause.negated ? "no connection that is " : ""}${clause.states.map(stateName).join(" or ")}${clause.negated ? "" : " connections"}`;
    case "mark":
      return `${clause.negated ? "without" : "with"} mark 0x${clause.value.toString(16)}`;
    case "recent":
      return clause.action === "rcheck"
        ? `${clause.negated ? "not " : ""}from a client that list ${clause.name} noted${clause.seconds === undefined ? "" : ` in the last ${clause.seconds} s`}`
        : "";
    case "set": {
      const purpose = ipSetPurpose(clause.name);
      return `whose ${clause.directions.map(directionName).join(", ")} ${clause.negated ? "is not" : "is"} in set ${clause.name}${purpose === undefined ? "" : ` (${purpose})`}`;
    }
    case "physdev":
      return clause.isIn === true
        ? `${clause.negated ? "not " : ""}from a port of a bridge`
        : `with physdev ${clause.rest?.join(" ") ?? ""}`;
    case "ipvs":
      return `of the virtual server ${[clause.address, clause.protocol, clause.port].filter((part) => part !== undefined).join(" ")}`;
    case "multiport":
      return `${clause.negated ? "not " : ""}${clause.side === "source" ? "from" : clause.side === "destination" ? "to" : "with"} ports ${clause.ports}`;
    case "unknown":
      return `that match -m ${clause.module} ${clause.tokens.join(" ")}`.trimEnd();
  }
}

function addressType(direction: "from" | "to", type: string, negated: boolean | undefined): string {
  const text = type === "LOCAL" ? "an address of this node" : `an address of type ${type}`;
  return `${negated ? "not " : ""}${direction} ${text}`;
}

function stateName(state: string): string {
  return state === "DNAT" ? "destination-translated" : state === "SNAT" ? "source-translated" : state.toLowerCase();
}

function directionName(direction: string, i: number): string {
  const part = i % 2 === 0 ? "address" : "port";
  if (i === 2) return direction === "src" ? "source" : "destination";
  return `${direction === "src" ? "source" : "destination"} ${part}`;
}

function verbOf(target: Target, { chainPurpose, targetName }: WordContext): string {
  const into = (chain: string) => {
    const purpose = chainPurpose(chain);
    return purpose === undefined ? chain : `${chain} (${purpose})`;
  };
  switch (target.kind) {
    case "none":
      return "are only counted";
    case "accept":
      return "are accepted";
    case "drop":
      return "are dropped without an answer";
    case "reject":
      return `are refused${target.with === undefined ? "" : ` with ${target.with}`}`;
    case "return":
      return "leave this chain";
    case "jump":
      return target.chain === "KUBE-MARK-MASQ"
        ? "are marked to be masqueraded (KUBE-MARK-MASQ)"
        : `go through ${into(target.chain)}`;
    case "goto":
      return `go on in ${into(target.chain)} and do not come back`;
    case "dnat": {
      const name = targetName(target.to);
      return `are sent to ${target.to}${name === undefined ? "" : `, ${name}`}`;
    }
    case "snat":
      return `get source ${parseIP(target.to)?.text ?? target.to}`;
    case "masquerade":
      return "get an address of the node as source";
    case "mark":
      return markVerb(target.value, target.mask);
    case "unknown":
      return `are given to target ${[target.name, ...target.tokens].join(" ")}`;
  }
}

function markVerb(value: number, mask: number): string {
  const hex = (number: number) => `0x${(number >>> 0).toString(16)}`;
  if (value === mask) return `get mark ${hex(value)}`;
  if (mask === 0) return `have mark ${hex(value)} turned over`;
  return value === 0 ? `lose mark ${hex(mask)}` : `get mark ${hex(value)} under mask ${hex(mask)}`;
}
