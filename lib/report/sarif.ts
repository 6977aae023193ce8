/** SARIF 2.1.0 (OASIS), as code scanning reads it. */
import { jsonText } from "../util/json-text.js";
import { explainId } from "./explain-id.js";
import { fingerprintsOf } from "./fingerprint.js";
import type { Finding, FindingPlace, Report } from "./types.js";
import { wellFormed } from "./well-formed.js";

/** The report as one run. Columns count code points; places are relative to the root of the repository. */
export function renderSarif(report: Report): string {
  const ids = [...new Set(report.findings.map(({ id }) => id))].sort();
  const fingerprints = fingerprintsOf(report.findings);
  const hasErrors = report.findings.some(({ fails }) => fails);
  const run = {
    tool: {
      driver: {
        name: report.tool.name,
        version: report.tool.version,
        rules: ids.map((id) => ({ id, shortDescription: { text: explainId(id, report) } })),
      },
    },
    invocations: [{ executionSuccessful: true, exitCode: hasErrors ? 1 : 0 }],
    columnKind: "unicodeCodePoints",
    automationDetails: { id: `${report.tool.name}/${report.command}/` },
    results: report.findings.map((finding, i) => resultOf(finding, ids.indexOf(finding.id), fingerprints[i]!)),
  };
  const log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${jsonText(log, 2)}\n`;
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string): object {
  const { id, severity, message, where, service, notes, detail } = finding;
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
