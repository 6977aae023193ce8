/** One nftables rule, or one element of a map, in one sentence. */
import { joinHostPort } from "../net/ip.js";
import { printStatement } from "../rulesets/nftables/statements/index.js";
import type { Expression, NftElement, NftRule, Statement, Value, Verdict } from "../rulesets/nftables/types.js";
import { plural, sentence, type WordContext } from "./word-context.js";

/** Endpoints of a choice that are named; the rest are counted. */
const MOST_NAMED = 6;

const TRANSPORTS: ReadonlySet<string> = new Set(["tcp", "udp", "sctp"]);

/** `isRest`: rules with conditions stand before it in its chain. */
export function nftSentence(rule: NftRule, isRest: boolean, context: WordContext): string {
  let protocol = "";
  const conditions: string[] = [];
  const effects: string[] = [];
  for (const statement of rule.statements) {
    switch (statement.kind) {
      case "counter":
        break;
      case "match": {
        const word = protocolOf(statement);
        if (word !== undefined) protocol = word;
        if (word === undefined || statement.left.kind === "payload") conditions.push(conditionOf(statement));
        break;
      }
      default:
        effects.push(effectOf(statement, context));
    }
  }
  const about =
    conditions.length === 0 && protocol === ""
      ? isRest
        ? "all other packets"
        : "all packets"
      : [protocol, "packets", ...conditions].filter((word) => word !== "").join(" ");
  // "to 10.96.0.10 port 80", as rules of iptables are told.
  const told = about.replace(/( to [0-9a-f.:]+) to port /, "$1 port ");
  return sentence([told, effects.length === 0 ? "pass on" : effects.join(" and ")]);
}

/** What an element of a set or map says. `container`: its name. */
export function elementSentence(container: string, element: NftElement, context: WordContext): string {
  const key = element.key.map(String);
  const [first = "", second, third] = key;
  const what =
    container.endsWith("nodeports") && second !== undefined
      ? `${first.toUpperCase()} packets to node port ${second}`
      : third !== undefined && key.length === 3
        ? `${second!.toUpperCase()} packets to ${first} port ${third}`
        : key.length === 4
          ? `${third!.toUpperCase()} packets of ${first} to itself, port ${key[3]}, through a service`
          : `packets to ${key.join(" . ")}`;
  if (element.verdict) return sentence([what, verdictWords(element.verdict, context)]);
  if (container === "cluster-ips") return sentence([what, "are refused unless a service port takes them"]);
  if (container === "hairpin-connections") return sentence([what, "get an address of the node as source"]);
  return sentence([what, `are in set ${container}`]);
}

/** "TCP" for a match of the protocol, or of a field of its header. */
function protocolOf({ left, operator, right }: Extract<Statement, { kind: "match" }>): string | undefined {
  if (left.kind === "payload" && TRANSPORTS.has(left.protocol)) return left.protocol.toUpperCase();
  if (left.kind !== "meta" || left.key !== "l4proto" || operator !== "==" || right.kind !== "literal") return undefined;
  return String(right.value).toUpperCase();
}

function conditionOf(statement: Extract<Statement, { kind: "match" }>): string {
  const { left, operator, right } = statement;
  const not = operator === "!=" ? "not " : "";
  if (operator !== "==" && operator !== "!=") return `that match "${printStatement(statement)}"`;
  if (left.kind === "payload" && (left.field === "saddr" || left.field === "daddr")) {
    const direction = left.field === "saddr" ? "from" : "to";
    return right.kind === "set-reference"
      ? `${not}${direction} an address in set ${right.name}`
      : `${not}${direction} ${valueText(right)}`;
  }
  if (left.kind === "payload" && left.field === "dport") return `${not}to port ${valueText(right)}`;
  if (left.kind === "fib" && left.result === "type" && right.kind === "literal" && right.value === "local")
    return `${not}${left.flags.startsWith("saddr") ? "from" : "to"} an address of this node`;
  if (left.kind === "ct" && left.key === "state") return `${not}of ${valueText(right)} connections`;
  if (left.kind === "ct" && left.key === "status" && right.kind === "literal" && right.value === "dnat")
    return `${not}with a translated destination`;
  if (left.kind === "meta" && left.key.startsWith("iif")) return `${not}through interface ${valueText(right)}`;
  if (left.kind === "bitwise" && left.operator === "and" && isZero(right))
    return `${operator === "==" ? "without" : "with"} mark 0x${left.right.toString(16)}`;
  if (right.kind === "set-reference")
    return `whose ${expressionText(left)} ${not ? "is not" : "is"} in set ${right.name}`;
  return `that match "${printStatement(statement)}"`;
}

function isZero(value: Value): boolean {
  return value.kind === "literal" && Number(value.value) === 0;
}

function valueText(value: Value): string {
  switch (value.kind) {
    case "literal":
      return String(value.value);
    case "range":
      return `${value.from}-${value.to}`;
    case "concat":
      return value.parts.map(valueText).join(" . ");
    case "set":
      return value.elements.map(valueText).join(", ");
    case "set-reference":
      return `set ${value.name}`;
  }
}

function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case "payload":
      return (
        { saddr: "source", daddr: "destination", dport: "port", sport: "source port" }[expression.field] ??
        expression.field
      );
    case "meta":
      return expression.key === "l4proto" ? "protocol" : expression.key;
    case "ct":
      return `connection ${expression.key}`;
    case "fib":
      return `${expression.flags} ${expression.result}`;
    case "numgen":
      return `random number below ${expression.modulus}`;
    case "concat":
      return expression.parts.map(expressionText).join(", ");
    case "bitwise":
      return `${expressionText(expression.left)} ${expression.operator} 0x${expression.right.toString(16)}`;
  }
}

function verdictWords(verdict: Verdict, { chainPurpose }: WordContext): string {
  switch (verdict.kind) {
    case "accept":
      return "are accepted";
    case "drop":
      return "are dropped without an answer";
    case "return":
      return "leave this chain";
    case "continue":
      return "pass on";
    case "jump":
    case "goto": {
      if (verdict.chain === "mark-for-masquerade") return "are marked to be masqueraded (mark-for-masquerade)";
      if (verdict.chain === "reject-chain") return "are refused (reject-chain)";
      const purpose = chainPurpose(verdict.chain);
      const into = purpose === undefined ? verdict.chain : `${verdict.chain} (${purpose})`;
      return verdict.kind === "jump" ? `go through ${into}` : `go on in ${into}`;
    }
  }
}

function effectOf(statement: Exclude<Statement, { kind: "match" | "counter" }>, context: WordContext): string {
  switch (statement.kind) {
    case "verdict":
      return verdictWords(statement.verdict, context);
    case "vmap": {
      if ("name" in statement.map)
        return `are looked up by ${expressionText(statement.key)} in map ${statement.map.name} and go where it says`;
      const { entries } = statement.map;
      if (statement.key.kind === "numgen")
        return `go on in one of ${plural(entries.length, "chain")}, chosen at random`;
      return `go where ${expressionText(statement.key)} says: ${entries.map(({ key, verdict }) => `${valueText(key)}: ${verdictWords(verdict, context)}`).join("; ")}`;
    }
    case "set-mark": {
      const hex = `0x${statement.value.toString(16)}`;
      if (statement.operator === "or") return `get mark ${hex}`;
      if (statement.operator === "xor") return `have mark ${hex} turned over`;
      return statement.operator === "and" ? `keep of their mark ${hex}` : `get mark ${hex} and no other`;
    }
    case "masquerade":
      return "get an address of the node as source";
    case "dnat": {
      const target = joinHostPort(statement.address, statement.port);
      const name = context.targetName(target);
      return `are sent to ${target}${name === undefined ? "" : `, ${name}`}`;
    }
    case "dnat-map": {
      const targets = statement.targets.map(({ address, port }) => joinHostPort(address, port));
      const rest = targets.length - MOST_NAMED;
      const named = targets.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
      return targets.length === 1
        ? `are sent to ${named}`
        : `are sent to one of ${targets.length} endpoints, chosen at random: ${named}`;
    }
    case "update-set":
      return `are noted in set ${statement.set} (session affinity)`;
    case "reject":
      return `are refused${statement.with === undefined ? "" : ` with ${statement.with}`}`;
    case "unknown":
      return `are given to "${statement.text}"`;
  }
}
