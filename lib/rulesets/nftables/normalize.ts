/** The one text of all spellings of a rule that mean the same. */
import { normalizeStatement, printStatement } from "./statements/index.js";
import type { NftRule } from "./types.js";

/** Statements in normal form as kube-proxy writes them, without comment, counters and handle. */
export function normalRuleText({ statements }: NftRule): string {
  let text = "";
  for (const statement of statements) {
    const normal = normalizeStatement(statement);
    if (normal) text += text === "" ? printStatement(normal) : ` ${printStatement(normal)}`;
  }
  return text;
}
