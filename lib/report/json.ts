import { jsonText } from "../util/json-text.js";
import { fingerprintsOf } from "./fingerprint.js";
import { countsOf, outcomesOf } from "./summary.js";
import type { Report } from "./types.js";

/** The report as JSON, schema svcrules.dev/report/v1 (schemas/report.schema.json). */
export function renderJsonReport(report: Report): string {
  const fingerprints = fingerprintsOf(report.findings);
  return `${jsonText(
    {
      schema: "svcrules.dev/report/v1",
      tool: report.tool,
      command: report.command,
      passed: !report.findings.some(({ fails }) => fails),
      summary: countsOf(report),
      checks: outcomesOf(report).checks.map(({ name, failed }) => ({ name, passed: !failed })),
      findings: report.findings.map(({ identity: _identity, ...finding }, i) => ({
        ...finding,
        fingerprint: fingerprints[i],
      })),
    },
    2,
  )}\n`;
}
