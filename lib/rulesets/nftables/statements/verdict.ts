/** `accept`, `drop`, `return`, `continue`, `jump X`, `goto X`. */
import { fieldOf, textOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Statement, Verdict } from "../types.js";
import { isRecord } from "../../../util/is-record.js";

const ENDS: Readonly<Record<string, Verdict>> = {
  accept: { kind: "accept" },
  drop: { kind: "drop" },
  return: { kind: "return" },
  continue: { kind: "continue" },
};

/** Also whether neither is there. */
export function isSameVerdict(a: Verdict | undefined, b: Verdict | undefined): boolean {
  if (!a || !b) return a === b;
  return a.kind === b.kind && ("chain" in a ? a.chain : "") === ("chain" in b ? b.chain : "");
}

/** A verdict, in a rule or as the value of a map; undefined when the words are none. */
export function parseVerdict(reader: WordReader): Verdict | undefined {
  const word = reader.peek();
  if (word === "goto" || word === "jump") {
    const chain = reader.peek(1);
    // No chain of nft's listings is quoted.
    if (/^$|^[{},;"]/.test(chain)) return undefined;
    reader.at += 2;
    return { kind: word, chain };
  }
  if (!Object.hasOwn(ENDS, word)) return undefined;
  reader.at++;
  return ENDS[word];
}

export function parseVerdictStatement(reader: WordReader): Statement | undefined {
  const verdict = parseVerdict(reader);
  return verdict && { kind: "verdict", verdict };
}

export function printVerdict(verdict: Verdict): string {
  return "chain" in verdict ? verdict.kind + " " + verdict.chain : verdict.kind;
}

export function verdictFromJSON(json: unknown): Verdict | undefined {
  if (!isRecord(json)) return undefined;
  for (const kind of ["goto", "jump"] as const) {
    const chain = textOf(fieldOf(fieldOf(json, kind), "target"));
    if (chain !== undefined) return { kind, chain };
  }
  const word = Object.keys(json)[0] ?? "";
  return Object.hasOwn(ENDS, word) ? ENDS[word] : undefined;
}
