/** SARIF 2.1.0 (OASIS), as code scanning reads it. */
import { jsonText } from "../util/json-text.js";
import { detailOf, MOST_DETAIL_LINES } from "./detail.js";
import { explainId } from "./explain-id.js";
import { fingerprintsOf } from "./fingerprint.js";
import { worstFirst } from "./summary.js";
import type { Finding, FindingPlace, Report } from "./types.js";
import { wellFormed } from "./well-formed.js";

/** GitHub's code scanning shows the worst 5,000 results of a run, and refuses a file with more than 25,000. */
const MOST_RESULTS = 5000;

/** The report as one run; of more results than anybody is shown the worst, and how many more. Columns count code points; places are relative to the root of the repository. */
export function renderSarif(report: Report): string {
  const fingerprints = fingerprintsOf(report.findings);
  const numbered = new Map(report.findings.map((finding, i) => [finding, fingerprints[i]!]));
  const shown =
    report.findings.length > MOST_RESULTS ? worstFirst(report.findings).slice(0, MOST_RESULTS) : report.findings;
  const ids = [...new Set(shown.map(({ id }) => id))].sort();
  const left = report.findings.length - shown.length;
  const hasErrors = report.findings.some(({ fails }) => fails);
  const run = {
    tool: {
      driver: {
        name: report.tool.name,
        version: report.tool.version,
        rules: ids.map((id) => ({ id, shortDescription: { text: explainId(id, report) } })),
      },
    },
    invocations: [{ executionSuccessful: true, exitCode: hasErrors ? 1 : 0, ...(left > 0 && leftOut(left)) }],
    columnKind: "unicodeCodePoints",
    automationDetails: { id: `${report.tool.name}/${report.command}/` },
    results: shown.map((finding) => resultOf(finding, ids.indexOf(finding.id), numbered.get(finding)!)),
  };
  const log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${jsonText(log, 2)}\n`;
}

/** A notification of the tool, which viewers show beside the results. */
function leftOut(count: number): object {
  const text = `${count} more results are left out here: the report of format json has them all`;
  return { toolExecutionNotifications: [{ level: "warning", message: { text } }] };
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string): object {
  const { id, severity, message, where, service, notes } = finding;
  const detail = detailOf(finding, MOST_DETAIL_LINES);
  const text = wellFormed([message, ...notes, ...(detail === undefined ? [] : ["", detail])].join("\n"));
  return {
    ruleId: id,
    ruleIndex,
    level: severity,
    message: { text },
    ...((where || service !== undefined) && { locations: [locationOf(where, service)] }),
    partialFingerprints: { "svcrules/v1": fingerprint },
  };
}

function locationOf(where: FindingPlace | undefined, service: string | undefined): object {
  return {
    ...(where && { physicalLocation: physicalLocation(where) }),
    ...(service !== undefined && {
      logicalLocations: [{ fullyQualifiedName: wellFormed(service), kind: "resource" }],
    }),
  };
}

function physicalLocation({ file, line, column, endLine, endColumn }: FindingPlace): object {
  return {
    artifactLocation: artifactLocation(file),
    ...(line !== undefined && {
      region: {
        startLine: line,
        ...(column !== undefined && { startColumn: column }),
        ...(endLine !== undefined && { endLine }),
        ...(endColumn !== undefined && { endColumn }),
      },
    }),
  };
}

/** A URI reference: relative to the repository, or file:// for an absolute path. */
function artifactLocation(file: string): object {
  const path = wellFormed(file)
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "");
  const uri = path.split("/").map(encodeURIComponent).join("/");
  if (path.startsWith("/")) return { uri: `file://${uri}` };
  return { uri, uriBaseId: "%SRCROOT%" };
}
