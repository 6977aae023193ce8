/** A table as `nft list table` (1.0) prints it. */
import { printDuration, printMark, printPriority } from "./datatypes.js";
import { printExpression } from "./expressions.js";
import { printElement, quote } from "./print.js";
import { normalizeStatement, printStatement } from "./statements/index.js";
import { printVerdict } from "./statements/verdict.js";
import type { Expression, NftChain, NftRule, NftSet, NftTable, Statement, Value } from "./types.js";
import { printValue } from "./values.js";

/** Lines of the listing, without newlines: sets and maps, then chains. */
export function* nftListing(table: NftTable): Iterable<string> {
  yield `table ${table.family} ${table.name} {`;
  if (table.comment !== undefined) yield `\tcomment ${quote(table.comment)}`;
  for (const name of table.counters ?? []) yield* [`\tcounter ${name} {`, "\t\tpackets 0 bytes 0", "\t}", ""];
  for (const set of table.sets) yield* setBlock(set);
  const rules = new Map<string, NftRule[]>();
  for (const rule of table.rules) {
    const own = rules.get(rule.chain);
    if (own) own.push(rule);
    else rules.set(rule.chain, [rule]);
  }
  for (const [i, chain] of table.chains.entries()) {
    if (i > 0) yield "";
    yield* chainBlock(chain, rules.get(chain.name) ?? []);
  }
  yield "}";
}

function* setBlock(set: NftSet): Iterable<string> {
  yield `\t${set.kind} ${set.name} {`;
  yield `\t\ttype ${set.keyType.join(" . ")}${set.valueType === undefined ? "" : ` : ${set.valueType}`}`;
  if (set.flags.includes("dynamic")) yield "\t\tsize 65535";
  if (set.flags.length > 0) yield `\t\tflags ${set.flags.join(",")}`;
  if (set.timeoutSeconds !== undefined) yield `\t\ttimeout ${printDuration(set.timeoutSeconds)}`;
  if (set.comment !== undefined) yield `\t\tcomment ${quote(set.comment)}`;
  const last = set.elements.length - 1;
  for (const [i, element] of set.elements.entries())
    yield `${i === 0 ? "\t\telements = { " : "\t\t\t     "}${printElement(element)}${i === last ? " }" : ","}`;
  yield "\t}";
  yield "";
}

function* chainBlock({ name, base, comment }: NftChain, rules: readonly NftRule[]): Iterable<string> {
  yield `\tchain ${name} {`;
  if (comment !== undefined) yield `\t\tcomment ${quote(comment)}`;
  if (base) {
    const priority = printPriority(base.priority, base.hook);
    yield `\t\ttype ${base.type} hook ${base.hook} priority ${priority}; policy ${base.policy ?? "accept"};`;
  }
  for (const rule of rules) yield `\t\t${listRule(rule)}`;
  yield "\t}";
}

/** A rule as a listing has it, with its comment. */
export function listRule({ statements, comment }: NftRule): string {
  let text = "";
  for (const statement of statements) {
    const part = listStatement(statement);
    if (part !== "") text += text === "" ? part : ` ${part}`;
  }
  return comment === undefined ? text : `${text} comment ${quote(comment)}`;
}

/**
 * The lines of a chain's rules as a listing has them, where addresses that are chosen among are in canonical text: hundreds
 * of thousands are not looked at for that. Undefined where a rule would take several lines.
 */
export function listRules(rules: readonly NftRule[]): string | undefined {
  let lines = "";
  for (const { statements, comment } of rules) {
    let line = "";
    for (const statement of statements) {
      const part = statement.kind === "dnat-map" ? listDnatMap(statement) : listStatement(statement);
      if (part !== "") line += line === "" ? part : " " + part;
    }
    if (comment !== undefined) line += ` comment ${quote(comment)}`;
    lines += "\t\t" + line + "\n";
  }
  // Looked at once: a text put together of pieces becomes one piece for it.
  return countLines(lines) === rules.length ? lines : undefined;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

const SIGNS = { and: "&", or: "|", xor: "^" } as const;

/** One statement as a listing has it. */
function listStatement(statement: Statement): string {
  if (statement.kind === "counter" && statement.name !== undefined) return printStatement(statement);
  const normal = normalizeStatement(statement);
  if (!normal) return "";
  switch (normal.kind) {
    case "match":
      return listMatch(normal.left, normal.operator, normal.right);
    case "set-mark":
      return normal.operator === "assign"
        ? `meta mark set ${printMark(normal.value)}`
        : `meta mark set meta mark ${SIGNS[normal.operator]} ${printMark(normal.value)}`;
    case "vmap": {
      if ("name" in normal.map) return printStatement(normal);
      const entries = normal.map.entries.map(({ key, verdict }) => `${printValue(key)} : ${printVerdict(verdict)}`);
      return `${printExpression(normal.key)} vmap { ${entries.join(", ")} }`;
    }
    case "dnat-map":
      return listDnatMap(normal);
    default:
      return printStatement(normal);
  }
}

function listDnatMap({ family, key, targets }: Extract<Statement, { kind: "dnat-map" }>): string {
  let text = `dnat ${family} to ${printExpression(key)} map { `;
  for (let i = 0; i < targets.length; i++) {
    const { address, port } = targets[i]!;
    text += (i === 0 ? "" : ", ") + i + " : " + address + " . " + port;
  }
  return text + " }";
}

function listMatch(left: Expression, operator: string, right: Value): string {
  if (left.kind === "bitwise") return listMarkTest(left, operator, right);
  const sign = operator === "==" ? "" : `${operator} `;
  if (left.kind === "meta" && (left.key === "iif" || left.key === "iifname") && right.kind === "literal")
    return `${left.key} ${sign}${quote(String(right.value))}`;
  if (right.kind === "set") return `${printExpression(left)} ${sign}{ ${right.elements.map(printValue).join(", ")} }`;
  return `${printExpression(left)} ${sign}${printValue(right)}`;
}

function listMarkTest(left: Extract<Expression, { kind: "bitwise" }>, operator: string, right: Value): string {
  const value =
    right.kind === "literal" && typeof right.value === "number" ? printMark(right.value) : printValue(right);
  const sign = operator === "==" ? "" : `${operator} `;
  // The highest bit alone is shown as a prefix.
  if (left.operator === "and" && left.right === 0x80000000) return `meta mark ${sign}${value}/1`;
  return `meta ${printExpression(left.left)} ${SIGNS[left.operator]} ${printMark(left.right)} ${operator} ${value}`;
}
