/** What is common to reading the sections of svcrules.yaml: errors with their places, texts, unknown fields. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { locate } from "../readers/locate.js";
import type { FieldPath, Origin } from "../source/origin.js";
import type { Source } from "../source/source.js";
import { nearest } from "../util/nearest.js";
import { quoted } from "../util/quoted.js";
import type { ConfigField } from "./config-fields.js";
import { parseConfigText } from "./parse-config-text.js";
import { isRecord } from "../util/is-record.js";

export type Fields = Readonly<Record<string, unknown>>;

export interface Reading {
  readonly origin: Origin;
  readonly fail: (code: Diagnostic["code"], path: FieldPath, message: string, more?: Partial<Diagnostic>) => void;
}

/** Errors shown of one file. */
const MOST_ERRORS = 100;

/** What `read` makes of the file's value, undefined after an error, and everything wrong with it. */
export function readConfigFile<T>(
  source: Source,
  read: (value: unknown, reading: Reading) => T,
): { readonly result: T | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const parsed = parseConfigText(source, (diagnostic) => void diagnostics.push(diagnostic));
  if (!parsed) return { result: undefined, diagnostics };
  const { origin } = parsed;
  let dropped = 0;
  const fail: Reading["fail"] = (code, path, message, more) => {
    if (diagnostics.length >= MOST_ERRORS) dropped++;
    else diagnostics.push({ code, severity: "error", message, at: { origin, path }, ...more });
  };
  const result = read(parsed.value, { origin, fail });
  if (dropped > 0)
    diagnostics.push({
      code: "check-config-invalid-value",
      severity: "error",
      message: `${dropped} more errors in this file`,
      at: { file: source.name },
    });
  const failed = diagnostics.some(({ severity }) => severity === "error");
  return { result: failed ? undefined : result, diagnostics };
}

/** The file's mapping, its unknown fields refused; undefined when it is none. */
export function readTopFields(value: unknown, reading: Reading): Fields | undefined {
  const { fail } = reading;
  const top = fieldsOf(value);
  if (!top) {
    fail("check-config-wrong-type", [], `expected a mapping with cases, found ${typeWords(value)}`);
    return undefined;
  }
  refuseUnknown(top, [], ["$schema", "defaults", "cases", "doctor"], reading);
  if (Object.hasOwn(top, "$schema") && typeof top["$schema"] !== "string")
    fail("check-config-wrong-type", ["$schema"], `$schema: expected text, found ${typeWords(top["$schema"])}`);
  return top;
}

export function readText(
  name: string,
  { allowed, pattern, means, type }: ConfigField,
  value: unknown,
  path: FieldPath,
  { origin, fail }: Reading,
): string | undefined {
  if (typeof value !== "string") {
    const wanted = allowed ? `one of ${allowed.join(", ")}` : (means ?? (type === "list" ? "a list of texts" : "text"));
    fail("check-config-wrong-type", path, `${name}: expected ${wanted}, found ${typeWords(value)}`, {
      ...(typeof value === "number" && { notes: [`write it in quotes: "${writtenText({ origin, path }) ?? value}"`] }),
    });
    return undefined;
  }
  if (allowed && !allowed.includes(value)) {
    const near = nearest(value, allowed);
    fail("check-config-invalid-value", path, `${name}: ${quoted(value)} is not one of ${allowed.join(", ")}`, {
      notes: near === undefined ? [] : [`did you mean ${near}?`],
    });
    return undefined;
  }
  if (value === "" || (pattern !== undefined && !new RegExp(`^(${pattern})$`, "u").test(value))) {
    fail(
      "check-config-invalid-value",
      path,
      `${name}: ${quoted(value)} is not ${means ?? "a text with something in it"}`,
    );
    return undefined;
  }
  return value;
}

/** A scalar as it stands in the file: 1.30 and not the number 1.3. */
function writtenText(place: { origin: Origin; path: FieldPath }): string | undefined {
  const { source, start, end } = locate(place);
  const text = new TextDecoder().decode(source.read(start, Math.min(end, start + 40)));
  return /^[-+.\w]+$/.test(text) ? text : undefined;
}

export function refuseUnknown(
  fields: Fields,
  path: FieldPath,
  known: readonly string[],
  { origin, fail }: Reading,
): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const at = { origin, path: [...path, name], of: "key" } as const;
    fail("check-config-unknown-field", at.path, `${quoted(name)} is not a field here`, {
      at,
      notes: [near === undefined ? `fields: ${known.join(", ")}` : `did you mean ${near}?`],
    });
  }
}

export function fieldsOf(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined;
}

export function typeWords(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text ${quoted(value)}`;
  return `the ${typeof value} ${typeof value === "number" ? value : JSON.stringify(value)}`;
}
