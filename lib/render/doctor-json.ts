/** What doctor found, as data. */
import type { DoctorView, FindingView } from "./doctor-text.js";

function findingJSON({ check, severity, subject, message, why, change, evidence, fingerprint }: FindingView): object {
  return {
    id: check,
    severity,
    object: subject === "" ? null : subject,
    message,
    why,
    change,
    evidence: evidence.map(({ text, file, line }) => ({
      text,
      ...(file === undefined ? {} : { at: { file, line: line ?? null } }),
    })),
    fingerprint,
  };
}

/** Schema svcrules.dev/doctor/v1. */
export function doctorJSON(view: DoctorView): object {
  const of = (severity: FindingView["severity"]) =>
    view.findings.filter((finding) => finding.severity === severity).length;
  return {
    schema: "svcrules.dev/doctor/v1",
    summary: {
      errors: of("error"),
      warnings: of("warning"),
      infos: of("info"),
      suppressed: view.suppressed.length,
      notEnoughInput: view.notEnoughInput.length,
      checks: view.checks.length,
    },
    findings: view.findings.map(findingJSON),
    notEnoughInput: view.notEnoughInput.map(({ check, reason, times }) => ({ id: check, reason, times })),
    suppressed: view.suppressed.map(({ finding, by }) => ({
      id: finding.check,
      object: finding.subject || null,
      by,
      fingerprint: finding.fingerprint,
    })),
  };
}
