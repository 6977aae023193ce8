/** The options of doctor that name checks. */
import { DOCTOR_CHECKS } from "../api/doctor.js";
import type { IgnoreRule } from "../doctor/suppress.js";
import { unknownWord } from "./usage-error.js";

export const CHECK_IDS = DOCTOR_CHECKS.map(({ id }) => id);

/** The checks named, undefined for all. Throws a UsageError for one that there is not. */
export function chosenChecks(ids: readonly string[]): readonly string[] | undefined {
  for (const id of ids) requireCheck(id);
  return ids.length === 0 ? undefined : ids;
}

/** CHECK, or CHECK:OBJECT with * for anything. Throws a UsageError for a check that there is not. */
export function readIgnoreRule(text: string): IgnoreRule {
  const colon = text.indexOf(":");
  const check = colon < 0 ? text : text.slice(0, colon);
  if (!check.includes("*")) requireCheck(check);
  return colon < 0 ? { check } : { check, object: text.slice(colon + 1).trim() };
}

function requireCheck(id: string): void {
  if (!CHECK_IDS.includes(id))
    throw unknownWord(`there is no check "${id}"`, id, CHECK_IDS, "doctor --list shows them");
}
