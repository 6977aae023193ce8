import { jsonLines } from "../render/json-lines.js";
import { detailOf } from "./detail.js";
import { fingerprintsOf } from "./fingerprint.js";
import { countsOf, outcomesOf } from "./summary.js";
import type { Finding, Report } from "./types.js";

/** The report as JSON, schema svcrules.dev/report/v1 (schemas/report.schema.json); lines, each alone or several joined. */
export function jsonReportLines(report: Report): Iterable<string> {
  const fingerprints = fingerprintsOf(report.findings);
  return jsonLines({
    schema: "svcrules.dev/report/v1",
    tool: report.tool,
    command: report.command,
    passed: !report.findings.some(({ fails }) => fails),
    summary: countsOf(report),
    checks: outcomesOf(report).checks.map(({ name, failed }) => ({ name, passed: !failed })),
    findings: report.findings.map((finding, i) => findingData(finding, fingerprints[i]!)),
  });
}

/** A finding as data; its detail is made when it is asked for. */
function findingData(finding: Finding, fingerprint: string): object {
  const { identity: _identity, detail, ...rest } = finding;
  if (detail === undefined) return { ...rest, fingerprint };
  return {
    ...rest,
    get detail() {
      return detailOf(finding);
    },
    fingerprint,
  };
}
