/** The section `doctor` of svcrules.yaml. */
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import type { IgnoreRule } from "./suppress.js";

export interface DoctorConfig {
  readonly ignore?: readonly IgnoreRule[];
  /** File name, from the current directory. */
  readonly baseline?: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseRule(value: unknown, index: number): IgnoreRule | string {
  if (typeof value === "string") return { check: value };
  if (!isRecord(value) || typeof value["check"] !== "string") return `doctor.ignore[${index}] needs a "check"`;
  const { check, object } = value;
  if (object !== undefined && typeof object !== "string")
    return `doctor.ignore[${index}].object must be a text such as "Service prod/web"`;
  return object === undefined ? { check } : { check, object };
}

/** Reads the section; empty when there is none, a sentence when it is wrong. */
export function parseDoctorConfig(text: string): DoctorConfig | string {
  const parsed = parseYAMLText(text);
  if ("error" in parsed) return `not YAML: ${parsed.error.message} (line ${parsed.error.line})`;
  const document = parsed.values[0];
  const section = isRecord(document) && Object.hasOwn(document, "doctor") ? document["doctor"] : undefined;
  if (section === undefined || section === null) return {};
  if (!isRecord(section)) return "doctor must be a mapping";
  const { ignore = [], baseline } = section;
  if (!Array.isArray(ignore)) return "doctor.ignore must be a list";
  if (baseline !== undefined && typeof baseline !== "string") return "doctor.baseline must be a file name";
  const rules = ignore.map(parseRule);
  const wrong = rules.find((rule) => typeof rule === "string");
  if (wrong !== undefined) return wrong as string;
  return { ignore: rules as IgnoreRule[], ...(baseline === undefined ? {} : { baseline }) };
}
