/** Picking fields out of values nobody has checked: what has the wrong shape is left out. */
import { isRecord } from "../../util/is-record.js";

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined;
}

/** The maps of a list, each made smaller; undefined when it is no list. Takes no more room than its items. */
export function mapsOf<T extends object>(value: unknown, trim: (fields: Fields) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  let missing = 0;
  const out = new Array<T | undefined>(value.length);
  for (let i = 0; i < value.length; i++) {
    const fields = fieldsOf(value[i]);
    const trimmed = fields && trim(fields);
    if (trimmed === undefined) missing++;
    out[i] = trimmed;
  }
  return missing === 0 ? (out as T[]) : out.filter((item) => item !== undefined);
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

export function numberOrStringOf(value: unknown): number | string | undefined {
  return typeof value === "number" || typeof value === "string" ? value : undefined;
}

/** The list itself when it holds strings only, else a list of those it holds. */
export function stringsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "string") return value.filter(isString);
  return value as string[];
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** The map itself when all its values are strings, else a map of those that are. */
export function stringMapOf(value: unknown): Record<string, string> | undefined {
  const fields = fieldsOf(value);
  if (!fields) return undefined;
  for (const key in fields)
    if (typeof fields[key] !== "string")
      return Object.fromEntries(Object.entries(fields).filter((e): e is [string, string] => isString(e[1])));
  return fields as Record<string, string>;
}

/** A copy without the fields that are undefined. */
export function compact<T extends object>(value: T): T {
  for (const key in value) if (value[key] === undefined) return withoutUndefined(value);
  return value;
}

function withoutUndefined<T extends object>(value: T): T {
  const out = {} as Record<string, unknown>;
  for (const key in value) if (value[key] !== undefined) out[key] = value[key];
  return out as T;
}
