/** `ip daddr 10.0.0.1`, `ct state new`, `mark and 0x4000 == 0`: a comparison that the rule needs to go on. */
import { canonicalIP } from "../../../net/ip.js";
import { ctStateName, ctStatusName, protocolName, routeTypeName } from "../datatypes.js";
import { expressionFromJSON, printExpression } from "../expressions.js";
import { mergeIntervals } from "../intervals.js";
import { fieldOf, textOf } from "../json.js";
import { servicePortNumber } from "../service-names.js";
import type { WordReader } from "../tokens.js";
import type { Expression, Statement, Value } from "../types.js";
import { parseValue, printValue, valueFromJSON } from "../values.js";

type Match = Extract<Statement, { kind: "match" }>;

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["==", "=="],
  ["eq", "=="],
  ["in", "=="],
  ["!=", "!="],
  ["ne", "!="],
  ["<", "<"],
  ["lt", "<"],
  [">", ">"],
  ["gt", ">"],
  ["<=", "<="],
  ["le", "<="],
  [">=", ">="],
  ["ge", ">="],
  ["!", "!"],
]);

/** Fields of several bits, of which a plain flag asks only for its own. */
const BIT_FIELDS = new Set(["tcp flags", "ct status", "ct label"]);

/**
 * `tcp flags syn` asks whether the bit is set, whatever the others are; `tcp flags == syn` and `tcp flags { syn }` ask
 * for this value of the whole field, which is operator "exactly" here. In other fields, ct state too, both say the same.
 */
function operatorOf(left: Expression, written: string | undefined, right: Value): string {
  const operator = OPERATORS.get(written ?? "==") ?? "==";
  const isBits =
    (left.kind === "payload" && BIT_FIELDS.has(`${left.protocol} ${left.field}`)) ||
    (left.kind === "ct" && BIT_FIELDS.has(`ct ${left.key}`));
  if (!isBits || operator !== "==" || right.kind === "set-reference") return operator;
  return written === "==" || written === "eq" || (right.kind === "set" && right.compact !== true) ? "exactly" : "==";
}

/** What follows the left side. */
export function parseMatch(left: Expression, reader: WordReader): Match | undefined {
  const written = OPERATORS.has(reader.peek()) ? reader.next() : undefined;
  const isList = reader.peek() !== "{";
  const right = withNames(left, parseValue(reader));
  return right && { kind: "match", left, operator: operatorOf(left, written, asList(right, isList)), right };
}

type Constant = string | number;

/** Names of what the left side gives, which nft -n prints as numbers. */
function namesOf(left: Expression): ((value: Constant) => Constant) | undefined {
  if (left.kind === "meta" && left.key === "l4proto") return protocolName;
  if (left.kind === "ct") return left.key === "state" ? ctStateName : left.key === "status" ? ctStatusName : undefined;
  return left.kind === "fib" && left.result === "type" ? routeTypeName : undefined;
}

/** What is compared with the left side, by its name where that is known. */
export function namedConstant(left: Expression, value: Constant): Constant {
  return namesOf(left)?.(value) ?? value;
}

/** Names for numbers, so that whoever looks at a rule meets one spelling. */
function withNames(left: Expression, right: Value | undefined): Value | undefined {
  const name = namesOf(left);
  return right && name ? renamed(right, name) : right;
}

function renamed(value: Value, name: (value: Constant) => Constant): Value {
  if (value.kind === "set") return { ...value, elements: value.elements.map((element) => renamed(element, name)) };
  if (value.kind !== "literal") return value;
  const named = name(value.value);
  return named === value.value ? value : { kind: "literal", value: named };
}

/** A list without braces names flags of which one is enough. */
function asList(right: Value, isList: boolean): Value {
  return isList && right.kind === "set" ? { ...right, compact: true } : right;
}

/** "==" is written only after a bitwise operation, as kube-proxy does. */
export function printMatch({ left, operator, right }: Match): string {
  const plain = operator === "==" && left.kind !== "bitwise";
  return printExpression(left) + (plain ? " " : ` ${operator === "exactly" ? "==" : operator} `) + printValue(right);
}

export function matchFromJSON(json: unknown): Match | undefined {
  const left = expressionFromJSON(fieldOf(json, "left"));
  const right = left && withNames(left, valueFromJSON(fieldOf(json, "right")));
  const op = textOf(fieldOf(json, "op")) ?? "";
  if (!left || !right || !OPERATORS.has(op)) return undefined;
  const listed = asList(right, op === "in");
  return { kind: "match", left, operator: operatorOf(left, op, listed), right };
}

/** Names for numbers, addresses as merged intervals, a mark's prefix as a bitwise operation. */
export function normalizeMatch(match: Match): Match {
  const { left, right } = match;
  if (right.kind === "set-reference") return match;
  if (left.kind === "payload") {
    if (left.field === "saddr" || left.field === "daddr") return withRight(match, normalizeAddresses(right));
    if (left.field === "dport" || left.field === "sport")
      return withRight(
        match,
        mapLiterals(right, (text) => (typeof text === "string" ? (servicePortNumber(text) ?? text) : text)),
      );
    return match;
  }
  if (left.kind === "meta" && left.key === "mark") return markPrefixAsBits(match);
  const name = namesOf(left);
  return name ? withRight(match, mapLiterals(right, name)) : match;
}

function withRight(match: Match, right: Value): Match {
  return right === match.right ? match : { ...match, right };
}

function mapLiterals(value: Value, change: (value: Constant) => Constant): Value {
  if (value.kind === "literal") {
    const changed = change(value.value);
    return changed === value.value ? value : { kind: "literal", value: changed };
  }
  if (value.kind !== "set") return value;
  const elements = value.elements.map((element) => mapLiterals(element, change));
  return elements.length === 1 ? elements[0]! : { kind: "set", elements: sortByText(elements) };
}

function sortByText(values: readonly Value[]): Value[] {
  return [...values].sort((a, b) => (printValue(a) < printValue(b) ? -1 : 1));
}

/** One address or network stands alone, several as a set of merged intervals. */
function normalizeAddresses(value: Value): Value {
  if (value.kind === "literal" && typeof value.value === "string" && canonicalIP(value.value) === value.value)
    return value;
  if (value.kind === "literal") return normalizeNetwork(value);
  const merged = mergeIntervals((value.kind === "set" ? value.elements : [value]).map(printValue));
  if (!merged) return value;
  if (merged.length === 1) return { kind: "literal", value: merged[0]! };
  return { kind: "set", elements: merged.map((text) => ({ kind: "literal", value: text })) };
}

/** The networks seen last: those of pods and nodes stand in very many rules. */
const networks = new Map<string, Value>();

function normalizeNetwork(value: Value): Value {
  const text = printValue(value);
  let normal = networks.get(text);
  if (!normal) {
    const merged = mergeIntervals([text]);
    normal = merged?.[0] === undefined || merged[0] === text ? value : { kind: "literal", value: merged[0] };
    if (networks.size >= 256) networks.clear();
    networks.set(text, normal);
  }
  return normal;
}

/** `meta mark 0x00000000/1` is how nft prints a test of the highest bits. */
function markPrefixAsBits(match: Match): Match {
  const { right } = match;
  if (right.kind !== "literal" || typeof right.value !== "string") return match;
  const parts = /^(0x[0-9a-f]{1,8}|\d{1,10})\/(\d{1,2})$/i.exec(right.value);
  const length = Number(parts?.[2]);
  if (!parts || length < 1 || length > 32) return match;
  const mask = (0xffffffff << (32 - length)) >>> 0;
  return {
    ...match,
    left: { kind: "bitwise", operator: "and", left: match.left, right: mask },
    right: { kind: "literal", value: Number(parts[1]) },
  };
}
