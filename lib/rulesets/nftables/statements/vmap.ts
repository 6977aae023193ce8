/** `KEY vmap @name` and `KEY vmap { 0 : goto X , ... }`. */
import { expressionFromJSON, printExpression } from "../expressions.js";
import { fieldOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Expression, Statement, VerdictMapEntry } from "../types.js";
import { parseValue, printValue, valueFromJSON } from "../values.js";
import { parseVerdict, printVerdict, verdictFromJSON } from "./verdict.js";

type VerdictMap = Extract<Statement, { kind: "vmap" }>;

/** What follows the word vmap. */
export function parseVerdictMap(key: Expression, reader: WordReader): VerdictMap | undefined {
  const word = reader.peek();
  if (word.charCodeAt(0) === 64) {
    reader.at++;
    return { kind: "vmap", key, map: { name: word.slice(1) } };
  }
  if (!reader.take("{")) return undefined;
  const entries: VerdictMapEntry[] = [];
  while (!reader.take("}")) {
    const entryKey = parseValue(reader);
    if (!entryKey || !reader.take(":")) return undefined;
    const verdict = parseVerdict(reader);
    if (!verdict) return undefined;
    entries.push({ key: entryKey, verdict });
    if (!reader.take(",") && reader.peek() !== "}") return undefined;
  }
  return { kind: "vmap", key, map: { entries } };
}

export function printVerdictMap({ key, map }: VerdictMap): string {
  const printed = `${printExpression(key)} vmap `;
  if ("name" in map) return `${printed}@${map.name}`;
  let text = `${printed}{ `;
  for (let i = 0; i < map.entries.length; i++) {
    const entry = map.entries[i]!;
    text += (i === 0 ? "" : " , ") + printValue(entry.key) + " : " + printVerdict(entry.verdict);
  }
  return `${text} }`;
}

export function verdictMapFromJSON(json: unknown): VerdictMap | undefined {
  const key = expressionFromJSON(fieldOf(json, "key"));
  const data = fieldOf(json, "data");
  if (!key) return undefined;
  if (typeof data === "string" && data.startsWith("@")) return { kind: "vmap", key, map: { name: data.slice(1) } };
  const set = fieldOf(data, "set");
  if (!Array.isArray(set)) return undefined;
  const entries: VerdictMapEntry[] = [];
  for (const pair of set) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const entryKey = valueFromJSON(pair[0]);
    const verdict = verdictFromJSON(pair[1]);
    if (!entryKey || !verdict) return undefined;
    entries.push({ key: entryKey, verdict });
  }
  return { kind: "vmap", key, map: { entries } };
}

/** Entries in order of their number, which is how the kernel sees them. */
export function normalizeVerdictMap(statement: VerdictMap): VerdictMap {
  const { map } = statement;
  if ("name" in map || map.entries.every((entry, i) => indexOf(entry) === i)) return statement;
  if (map.entries.some((entry) => indexOf(entry) === undefined)) return statement;
  const entries = [...map.entries].sort((a, b) => indexOf(a)! - indexOf(b)!);
  return { ...statement, map: { entries } };
}

function indexOf({ key }: VerdictMapEntry): number | undefined {
  return key.kind === "literal" && typeof key.value === "number" ? key.value : undefined;
}
