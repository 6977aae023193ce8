/** `masquerade fully-random`. */
import { fieldOf } from "../json.js";
import type { WordReader } from "../tokens.js";
import type { Statement } from "../types.js";

type Masquerade = Extract<Statement, { kind: "masquerade" }>;

const FLAGS = new Set(["random", "fully-random", "persistent"]);

/** What follows the word; `masquerade to :PORTS` is not understood. */
export function parseMasquerade(reader: WordReader): Masquerade | undefined {
  if (reader.peek() === "to") return undefined;
  const flags: string[] = [];
  while (FLAGS.has(reader.peek())) {
    flags.push(reader.next());
    reader.take(",");
  }
  return { kind: "masquerade", flags };
}

export function printMasquerade({ flags }: Masquerade): string {
  return flags.length === 0 ? "masquerade" : `masquerade ${flags.join(",")}`;
}

export function masqueradeFromJSON(json: unknown): Masquerade | undefined {
  if (json === null) return { kind: "masquerade", flags: [] };
  const flags = fieldOf(json, "flags") ?? [];
  const names: unknown[] = Array.isArray(flags) ? flags : [flags];
  if (fieldOf(json, "port") !== undefined) return undefined;
  return names.every((name) => typeof name === "string") ? { kind: "masquerade", flags: names } : undefined;
}

export function normalizeMasquerade(statement: Masquerade): Masquerade {
  return statement.flags.length < 2 ? statement : { kind: "masquerade", flags: [...statement.flags].sort() };
}
