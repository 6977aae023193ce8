/** JSON of large values, made while it is written. */
import { isRecord } from "../util/is-record.js";
import { jsonText } from "../util/json-text.js";

/** Levels of lists and objects that are taken apart; what is below stands in memory as text, one piece at a time. */
const LEVELS = 4;
const INDENT = "  ";

/**
 * The lines of `jsonText(value, 2)`, each alone or several joined, without their last line end. No part of it that is
 * large is in memory as text at once.
 */
export function jsonLines(value: unknown): Iterable<string> {
  return linesOf(value, "", "", "", LEVELS);
}

/** `start`: what stands before the value on its line, `end`: behind it. */
function* linesOf(value: unknown, pad: string, start: string, end: string, levels: number): Iterable<string> {
  const parts = levels === 0 ? undefined : partsOf(value);
  if (!parts || parts.length === 0) {
    yield start + jsonText(value, INDENT.length).replaceAll("\n", `\n${pad}`) + end;
    return;
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  yield `${start}${open!}`;
  for (const [i, [key, part]] of parts.entries())
    yield* linesOf(part, pad + INDENT, pad + INDENT + key, i < parts.length - 1 ? "," : "", levels - 1);
  yield `${pad}${close!}${end}`;
}

/** The parts of a list or of a plain object, each with what names it; undefined for everything else. */
function partsOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((part) => ["", part === undefined ? null : (part as unknown)] as const);
  if (!isRecord(value) || "toJSON" in value) return undefined;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([key, part]) => [`${jsonText(key)}: `, part] as const);
}
