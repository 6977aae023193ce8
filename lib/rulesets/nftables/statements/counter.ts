/** `counter packets 3 bytes 180`: counts, and changes nothing. */
import type { WordReader } from "../tokens.js";
import type { Statement } from "../types.js";

type Counter = Extract<Statement, { kind: "counter" }>;

const COUNTER: Counter = { kind: "counter" };

/** What follows the word. */
export function parseCounter(reader: WordReader): Counter | undefined {
  if (reader.take("name")) {
    const name = reader.takeText();
    return name === undefined ? undefined : { kind: "counter", name };
  }
  if (reader.peek().startsWith('"')) return undefined;
  for (const word of ["packets", "bytes"]) if (reader.take(word) && reader.takeNumber() === undefined) reader.next();
  return COUNTER;
}

export function counterFromJSON(json: unknown): Counter | undefined {
  return typeof json === "string" ? { kind: "counter", name: json } : COUNTER;
}

export function printCounter({ name }: Counter): string {
  return name === undefined ? "counter" : `counter name "${name}"`;
}
