/** Doctor's findings as those of reports. */
import type { LocatedReport } from "../doctor/locate-findings.js";
import type { Finding, Report } from "./types.js";

/** One finding each: reason, remedy and evidence as notes, the first place in a file as its own. */
export function reportFindings({ findings }: LocatedReport): Finding[] {
  return findings.map((finding): Finding => {
    const { check, severity, subject, message, why, change, evidence, fingerprint, object } = finding;
    const place = evidence.find(({ file }) => file !== undefined);
    const service =
      object?.kind === "Service" ? `${object.metadata.namespace ?? "default"}/${object.metadata.name}` : undefined;
    return {
      id: check,
      severity: severity === "info" ? "note" : severity,
      message: subject === "" ? message : `${subject}: ${message}`,
      ...(place && { where: { file: place.file!, ...(place.line !== undefined && { line: place.line }) } }),
      ...(service !== undefined && { service }),
      notes: [
        `why: ${why}`,
        `change: ${change}`,
        ...evidence.map(({ text, file, line }) =>
          file === undefined ? text : `${file}${line === undefined ? "" : `:${line}`}: ${text}`,
        ),
      ],
      fails: severity !== "info",
      check,
      identity: [fingerprint],
    };
  });
}

/** What each check finds and why that matters, for reports that explain their rules. */
export function checkExplanations(
  checks: readonly { readonly id: string; readonly title: string; readonly why: string }[],
): Report["explanations"] {
  return Object.fromEntries(checks.map(({ id, title, why }) => [id, `${title}: ${why}.`]));
}
