/** Types of values as every field of a plain object has them. */
import { isRecord } from "../../../util/is-record.js";

export function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

export function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === "boolean";
}

export function isWhole(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && value === (value | 0));
}

/** Absent, null, or a list whose items all pass. */
export function everyItem(value: unknown, passes: (item: never) => boolean): boolean {
  if (value === undefined || value === null) return true;
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (!(passes as (item: unknown) => boolean)(value[i])) return false;
  return true;
}

/** Absent, or a map whose values are all text. */
export function isTextMap(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  for (const key in value) if (typeof value[key] !== "string") return false;
  return true;
}

export function isTextItem(item: unknown): boolean {
  return typeof item === "string";
}
