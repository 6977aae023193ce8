/** `mark set mark or 0x00004000`. */
import { bitwiseOperator, expressionFromJSON } from "../expressions.js";
import { printMark } from "../datatypes.js";
import { fieldOf, numberOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Expression, Statement } from "../types.js";

type SetMark = Extract<Statement, { kind: "set-mark" }>;

/** What follows `mark set`: a number, or the mark itself changed by one. */
export function parseSetMark(reader: WordReader): SetMark | undefined {
  const value = reader.takeNumber();
  if (value !== undefined) return { kind: "set-mark", operator: "assign", value };
  reader.take("meta");
  if (!reader.take("mark")) return undefined;
  const operator = bitwiseOperator(reader.next());
  const operand = reader.takeNumber();
  return operator && operand !== undefined ? { kind: "set-mark", operator, value: operand } : undefined;
}

export function printSetMark({ operator, value }: SetMark): string {
  return operator === "assign" ? `mark set ${printMark(value)}` : `mark set mark ${operator} ${printMark(value)}`;
}

/** From `mangle`; undefined when it changes something other than the mark. */
export function setMarkFromJSON(json: unknown): SetMark | undefined {
  if (!isMark(expressionFromJSON(fieldOf(json, "key")))) return undefined;
  const value = fieldOf(json, "value");
  const number = numberOf(value);
  if (number !== undefined) return { kind: "set-mark", operator: "assign", value: number };
  const expression = expressionFromJSON(value);
  return expression?.kind === "bitwise" && isMark(expression.left)
    ? { kind: "set-mark", operator: expression.operator, value: expression.right }
    : undefined;
}

function isMark(expression: Expression | undefined): boolean {
  return expression?.kind === "meta" && expression.key === "mark";
}
