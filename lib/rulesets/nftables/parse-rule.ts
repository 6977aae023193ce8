import { endOfMaskedFlags } from "./masked-flags.js";
import { endOfSetField } from "./set-fields.js";
import { parseStatement } from "./statements/index.js";
import { unquote, WordReader } from "./tokens.js";
import type { Statement } from "./types.js";

export interface RuleBody {
  readonly statements: readonly Statement[];
  readonly comment: string | undefined;
}

/** The statements and the comment of a rule. What is not understood is kept as text, and so is all that follows it, save flags with a mask and changes of fields. */
export function parseRuleBody(words: readonly string[], from = 0, to = words.length): RuleBody {
  const reader = new WordReader(words, from, to);
  const statements: Statement[] = [];
  let comment: string | undefined;
  while (!reader.done) {
    const start = reader.at;
    if (reader.peek() === "comment" && start + 2 === to) {
      comment = unquote(words[start + 1]!);
      break;
    }
    const masked = endOfMaskedFlags(words, start) ?? endOfSetField(words, start, to);
    if (masked !== undefined && masked <= to) {
      statements.push({ kind: "unknown", text: joinWords(words, start, masked) });
      reader.at = masked;
      continue;
    }
    const statement = parseStatement(reader);
    if (!statement || reader.at > to) {
      const end = to - start > 2 && words[to - 2] === "comment" ? to - 2 : to;
      statements.push({ kind: "unknown", text: joinWords(words, start, end) });
      if (end < to) comment = unquote(words[to - 1]!);
      break;
    }
    statements.push(statement);
  }
  return { statements, comment };
}

function joinWords(words: readonly string[], from: number, to: number): string {
  return words
    .slice(from, to)
    .map((word) => (word.charCodeAt(0) === 34 ? `${word}"` : word))
    .join(" ")
    .replaceAll(" ,", ",");
}
