/** Reports: findings of any command to the formats that CI systems read. One pure function a format. */
import type { ReportFormat } from "./formats.js";
import { renderGithub } from "./github.js";
import { renderJsonReport } from "./json.js";
import { renderJunit } from "./junit.js";
import { renderMarkdown } from "./markdown.js";
import { renderSarif } from "./sarif.js";
import type { Report } from "./types.js";

/** The text of each format; it ends in a newline unless it is empty. */
export const REPORT_RENDERERS: Readonly<Record<ReportFormat, (report: Report) => string>> = {
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
  markdown: renderMarkdown,
  json: renderJsonReport,
};

export { findingsOfChanges } from "./from-changes.js";
export { findingsOfDiagnostics } from "./from-diagnostics.js";
export { renderMarkdown } from "./markdown.js";
export type { Finding, FindingPlace, Report } from "./types.js";
export { REPORT_FORMATS, type ReportFormat } from "./formats.js";
