/** The statements of a rule: one file each; here they are told apart. */
import { parseExpression } from "../expressions.js";
import type { WordReader } from "../tokens.js";
import type { Statement } from "../types.js";
import { counterFromJSON, parseCounter, printCounter } from "./counter.js";
import { dnatFromJSON, normalizeDnat, normalizeDnatMap, parseDnat, printDnat, printDnatMap } from "./dnat.js";
import { masqueradeFromJSON, normalizeMasquerade, parseMasquerade, printMasquerade } from "./masquerade.js";
import { matchFromJSON, normalizeMatch, parseMatch, printMatch } from "./match.js";
import { normalizeReject, parseReject, printReject, rejectFromJSON } from "./reject.js";
import { parseSetMark, printSetMark, setMarkFromJSON } from "./set-mark.js";
import { parseUpdateSet, printUpdateSet, updateSetFromJSON } from "./update-set.js";
import { parseVerdictStatement, printVerdict, verdictFromJSON } from "./verdict.js";
import { normalizeVerdictMap, parseVerdictMap, printVerdictMap, verdictMapFromJSON } from "./vmap.js";
import { isRecord } from "../../../util/is-record.js";

/** By first word; each parser gets the words after it. */
const BY_WORD: ReadonlyMap<string, (reader: WordReader) => Statement | undefined> = new Map<
  string,
  (reader: WordReader) => Statement | undefined
>([
  ["masquerade", parseMasquerade],
  ["dnat", parseDnat],
  ["update", parseUpdateSet],
  ["reject", parseReject],
  ["counter", parseCounter],
]);

/** The next statement; undefined, with the reader at any place, when it is not understood. */
export function parseStatement(reader: WordReader): Statement | undefined {
  const word = reader.peek();
  const parse = BY_WORD.get(word);
  if (parse) {
    reader.at++;
    return parse(reader);
  }
  const verdict = parseVerdictStatement(reader);
  if (verdict) return verdict;
  const left = parseExpression(reader);
  if (!left) return undefined;
  if (reader.take("vmap")) return parseVerdictMap(left, reader);
  if (left.kind === "meta" && left.key === "mark" && reader.take("set")) return parseSetMark(reader);
  return parseMatch(left, reader);
}

/** As kube-proxy writes it. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "match":
      return printMatch(statement);
    case "verdict":
      return printVerdict(statement.verdict);
    case "vmap":
      return printVerdictMap(statement);
    case "set-mark":
      return printSetMark(statement);
    case "masquerade":
      return printMasquerade(statement);
    case "dnat":
      return printDnat(statement);
    case "dnat-map":
      return printDnatMap(statement);
    case "update-set":
      return printUpdateSet(statement);
    case "reject":
      return printReject(statement);
    case "counter":
      return printCounter(statement);
    case "unknown":
      return statement.text;
  }
}

const FROM_JSON: ReadonlyMap<string, (json: unknown) => Statement | undefined> = new Map<
  string,
  (json: unknown) => Statement | undefined
>([
  ["match", matchFromJSON],
  ["vmap", verdictMapFromJSON],
  ["mangle", setMarkFromJSON],
  ["masquerade", masqueradeFromJSON],
  ["dnat", dnatFromJSON],
  ["set", updateSetFromJSON],
  ["reject", rejectFromJSON],
  ["counter", counterFromJSON],
]);

/** From `nft -j`; what is not understood is kept as its JSON text. */
export function statementFromJSON(json: unknown): Statement {
  const [word] = isRecord(json) ? Object.keys(json) : [];
  const verdict = verdictFromJSON(json);
  if (verdict) return { kind: "verdict", verdict };
  const read = word === undefined ? undefined : FROM_JSON.get(word)?.((json as Record<string, unknown>)[word]);
  return read ?? { kind: "unknown", text: JSON.stringify(json) };
}

/** The one form of all spellings that mean the same; undefined for what means nothing. */
export function normalizeStatement(statement: Statement): Statement | undefined {
  switch (statement.kind) {
    case "match":
      return normalizeMatch(statement);
    case "vmap":
      return normalizeVerdictMap(statement);
    case "masquerade":
      return normalizeMasquerade(statement);
    case "dnat":
      return normalizeDnat(statement);
    case "dnat-map":
      return normalizeDnatMap(statement);
    case "reject":
      return normalizeReject(statement);
    case "counter":
      return undefined;
    case "verdict":
    case "set-mark":
    case "update-set":
    case "unknown":
      return statement;
  }
}
