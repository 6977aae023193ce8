/** `update @affinity-... { ip saddr }`: notes the client of a connection. */
import { expressionFromJSON, parseExpression, printExpression } from "../expressions.js";
import { fieldOf, textOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Statement } from "../types.js";

type UpdateSet = Extract<Statement, { kind: "update-set" }>;

/** What follows the word update; an element with a timeout of its own is not understood. */
export function parseUpdateSet(reader: WordReader): UpdateSet | undefined {
  const set = reader.next();
  if (set.charCodeAt(0) !== 64 || !reader.take("{")) return undefined;
  const element = parseExpression(reader);
  return element && reader.take("}") ? { kind: "update-set", set: set.slice(1), element } : undefined;
}

export function printUpdateSet({ set, element }: UpdateSet): string {
  return `update @${set} { ${printExpression(element)} }`;
}

export function updateSetFromJSON(json: unknown): UpdateSet | undefined {
  const set = textOf(fieldOf(json, "set"));
  const element = expressionFromJSON(fieldOf(json, "elem"));
  if (textOf(fieldOf(json, "op")) !== "update" || set === undefined || !element) return undefined;
  return { kind: "update-set", set: set.startsWith("@") ? set.slice(1) : set, element };
}
