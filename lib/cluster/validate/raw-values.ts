/** Looking into values that nobody has checked yet; what has a wrong type counts as absent, since it is reported once already. */
import { isRecord } from "../../util/is-record.js";

export type RawRecord = Readonly<Record<string, unknown>>;

const NOTHING: RawRecord = Object.freeze(Object.create(null) as RawRecord);
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

/** The value as a map; an empty one when it is none. */
export function recordOf(value: unknown): RawRecord {
  return isRecord(value) ? value : NOTHING;
}

/** The value as a list; an empty one when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** The value as text; "" when it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Whether something is written: a value other than null. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
