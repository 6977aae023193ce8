/** Findings that somebody has decided to live with. */
import type { Finding } from "./types.js";

/** On any object: ids of checks, separated by commas, or "*". */
const IGNORE_ANNOTATION = "svcrules.dev/ignore";

/** `object`: a subject such as "Service prod/web", with "*" for any run of characters; absent: every object. */
export interface IgnoreRule {
  readonly check: string;
  readonly object?: string;
}

export interface SuppressionRules {
  readonly ignore?: readonly IgnoreRule[];
  /** Fingerprints of findings known before. */
  readonly baseline?: ReadonlySet<string>;
}

export type Suppression = "annotation" | "config" | "baseline";

/** Whether a pattern with "*" matches the whole text; linear, without regular expressions. */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

function isAnnotated({ object, concerns = [], check }: Finding): boolean {
  return [...(object ? [object] : []), ...concerns].some(({ metadata: { annotations } }) => {
    if (!annotations || !Object.hasOwn(annotations, IGNORE_ANNOTATION)) return false;
    const ids = annotations[IGNORE_ANNOTATION]!.split(",").map((id) => id.trim());
    return ids.includes("*") || ids.includes(check);
  });
}

/** What suppresses a finding; undefined when nothing does. */
export function findSuppression(finding: Finding, { ignore, baseline }: SuppressionRules): Suppression | undefined {
  if (isAnnotated(finding)) return "annotation";
  const matches = ({ check, object }: IgnoreRule) =>
    matchesPattern(check, finding.check) && (object === undefined || matchesPattern(object, finding.subject));
  if (ignore?.some(matches)) return "config";
  return baseline?.has(finding.fingerprint) ? "baseline" : undefined;
}

const BASELINE_SCHEMA = "svcrules.dev/doctor-baseline/v1";

/** The text of a baseline that holds these findings. */
export function printBaseline(findings: readonly Pick<Finding, "fingerprint">[]): string {
  const fingerprints = [...new Set(findings.map(({ fingerprint }) => fingerprint))].sort();
  return `${JSON.stringify({ schema: BASELINE_SCHEMA, findings: fingerprints }, null, 2)}\n`;
}

/** Reads a baseline; a sentence on what is wrong with it when it is none. */
export function parseBaseline(text: string): ReadonlySet<string> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "the baseline is not JSON";
  }
  if (typeof value !== "object" || value === null || (value as { schema?: unknown }).schema !== BASELINE_SCHEMA)
    return `the baseline has no "schema": "${BASELINE_SCHEMA}"`;
  const { findings } = value as { findings?: unknown };
  if (!Array.isArray(findings) || !findings.every((finding) => typeof finding === "string"))
    return 'the baseline has no list of strings "findings"';
  return new Set(findings);
}
