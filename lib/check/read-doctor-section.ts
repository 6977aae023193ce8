/** The section `doctor` of svcrules.yaml: findings that are not reported. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FieldPath } from "../source/origin.js";
import type { Source } from "../source/source.js";
import { nearest } from "../util/nearest.js";
import { quoted } from "../util/quoted.js";
import { DOCTOR_FIELDS, IGNORE_FIELDS } from "./config-fields.js";
import {
  fieldsOf,
  readConfigFile,
  readText,
  readTopFields,
  refuseUnknown,
  typeWords,
  type Reading,
} from "./config-reading.js";

/** A check that is not reported; `object` narrows it, as "Service prod/web". "*" stands for any run of characters. */
export interface IgnoredCheck {
  readonly check: string;
  readonly object?: string;
}

export interface DoctorSection {
  readonly ignore: readonly IgnoredCheck[];
  /** Relative to the configuration's directory. */
  readonly baseline?: string;
}

export interface DoctorSectionResult {
  /** Undefined when a diagnostic is an error; empty when the file has no such section. */
  readonly section: DoctorSection | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads that section alone; `checks`: the ids there are. The cases are not looked at, and need not be there. */
export function readDoctorConfig(source: Source, checks?: readonly string[]): DoctorSectionResult {
  const { result, diagnostics } = readConfigFile(source, (value, reading) => {
    const top = readTopFields(value, reading);
    return top && Object.hasOwn(top, "doctor") ? readDoctorSection(top["doctor"], reading, checks) : { ignore: [] };
  });
  return { section: result, diagnostics };
}

/** The section as it is used; without `checks` their ids are not looked up. */
export function readDoctorSection(value: unknown, reading: Reading, checks?: readonly string[]): DoctorSection {
  const path: FieldPath = ["doctor"];
  const fields = fieldsOf(value);
  if (!fields) {
    reading.fail("check-config-wrong-type", path, `doctor: expected a mapping, found ${typeWords(value)}`);
    return { ignore: [] };
  }
  refuseUnknown(fields, path, ["ignore", ...Object.keys(DOCTOR_FIELDS)], reading);
  const ignore = Object.hasOwn(fields, "ignore") ? fields["ignore"] : [];
  if (!Array.isArray(ignore))
    reading.fail(
      "check-config-wrong-type",
      [...path, "ignore"],
      `ignore: expected a list of checks, found ${typeWords(ignore)}`,
    );
  const rules = (Array.isArray(ignore) ? (ignore as unknown[]) : []).flatMap(
    (item, i) => readIgnored(item, [...path, "ignore", i], reading, checks) ?? [],
  );
  const baseline = Object.hasOwn(fields, "baseline")
    ? readText("baseline", DOCTOR_FIELDS.baseline, fields["baseline"], [...path, "baseline"], reading)
    : undefined;
  return { ignore: rules, ...(baseline !== undefined && { baseline }) };
}

function readIgnored(
  item: unknown,
  path: FieldPath,
  reading: Reading,
  checks: readonly string[] | undefined,
): IgnoredCheck | undefined {
  const { fail } = reading;
  if (typeof item === "string") {
    const check = readCheck(item, path, reading, checks);
    return check === undefined ? undefined : { check };
  }
  const fields = fieldsOf(item);
  if (!fields) {
    fail("check-config-wrong-type", path, `ignore: expected a check or a mapping with one, found ${typeWords(item)}`);
    return undefined;
  }
  refuseUnknown(fields, path, Object.keys(IGNORE_FIELDS), reading);
  if (!Object.hasOwn(fields, "check")) {
    fail("check-config-missing-field", path, 'this has no check; "*" stands for every one');
    return undefined;
  }
  const check = readCheck(fields["check"], [...path, "check"], reading, checks);
  const object = Object.hasOwn(fields, "object")
    ? readText("object", IGNORE_FIELDS.object, fields["object"], [...path, "object"], reading)
    : undefined;
  return check === undefined ? undefined : { check, ...(object !== undefined && { object }) };
}

function readCheck(
  value: unknown,
  path: FieldPath,
  reading: Reading,
  checks: readonly string[] | undefined,
): string | undefined {
  const check = readText("check", IGNORE_FIELDS.check, value, path, reading);
  if (check === undefined || checks === undefined || check.includes("*") || checks.includes(check)) return check;
  const near = nearest(check, checks);
  reading.fail("check-config-invalid-value", path, `there is no check ${quoted(check)}`, {
    notes: [near === undefined ? "svcrules doctor --list shows them" : `did you mean ${near}?`],
  });
  return undefined;
}
