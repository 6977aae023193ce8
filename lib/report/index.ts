/** Reports: findings of any command to the formats that CI systems read. One pure function a format. */
import type { ReportFormat } from "./formats.js";
import { chunked } from "../render/chunks.js";
import { renderGithub } from "./github.js";
import { jsonReportLines } from "./json.js";
import { renderJunit } from "./junit.js";
import { renderMarkdown } from "./markdown.js";
import { renderSarif } from "./sarif.js";
import type { Report } from "./types.js";

/** The text of each format in pieces; it ends in a newline unless it is empty. */
export function reportPieces(format: ReportFormat, report: Report): Iterable<string> {
  return format === "json" ? chunked(jsonReportLines(report)) : [REPORT_RENDERERS[format](report)];
}

/** The text of each format as a whole. */
export const REPORT_RENDERERS: Readonly<Record<ReportFormat, (report: Report) => string>> = {
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
  markdown: renderMarkdown,
  json: (report) => [...chunked(jsonReportLines(report))].join(""),
};

export { findingsOfDiagnostics } from "./from-diagnostics.js";
export { renderMarkdown } from "./markdown.js";
export type { Report } from "./types.js";
export { REPORT_FORMATS, type ReportFormat } from "./formats.js";
