/** `--report FORMAT[=FILE]`: what the commands share to write reports for CI systems. */
import { appendFileSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { ofSameRun, type GlobalValues, type ReportTarget } from "../lib/index.js";
import { findingsOfDiagnostics, renderMarkdown, reportPieces } from "../lib/report/index.js";
import type { Finding, Report } from "../lib/report/types.js";
import { writing } from "./io/writing.js";
import type { Reporter } from "./reporter.js";
import { saveChunks } from "./save-lines.js";
import type { Terminal } from "./terminal.js";

/** The terminal with stdout turned to stderr, for text beside a report. */
export function onStderr(terminal: Terminal): Terminal {
  const write = (text: string | Uint8Array) => {
    terminal.warn(typeof text === "string" ? text : new TextDecoder().decode(text));
    return true;
  };
  return ofSameRun(terminal, { ...terminal, write });
}

/** Writes each report, and with `github` the step summary. Throws a usage error when a file cannot be written. */
export function writeReports(targets: readonly ReportTarget[], report: Report, terminal: Terminal): void {
  if (targets.length === 0) return;
  const placed = inRepository(report, terminal);
  for (const { format, file } of targets) {
    const pieces = reportPieces(format, placed);
    if (file !== undefined) saveChunks(terminal, file, pieces);
    else for (const piece of pieces) if (!terminal.write(piece)) break;
    if (format === "github") writeStepSummary(placed, terminal);
  }
}

/** GitHub refuses a step's whole summary when it is larger. */
const LARGEST_SUMMARY = 1024 * 1024;
/** Less than this is not worth a summary. */
const LEAST_ROOM = 1024;

function writeStepSummary(report: Report, { env }: Terminal): void {
  const file = env["GITHUB_STEP_SUMMARY"];
  if (!file) return;
  const used = writing(file, () => statSync(file, { throwIfNoEntry: false }))?.size ?? 0;
  const mostBytes = LARGEST_SUMMARY - used - 1;
  if (mostBytes < LEAST_ROOM) return;
  writing(file, () => appendFileSync(file, renderMarkdown(report, { mostBytes })));
}

/** Files as paths from the root of the checkout, as CI systems want them; those outside stay as they are. */
function inRepository(report: Report, { env, cwd }: Terminal): Report {
  const root = env["GITHUB_WORKSPACE"] || env["CI_PROJECT_DIR"];
  if (!root) return report;
  const place = (file: string): string => {
    if (/^<.*>$/.test(file)) return file;
    const path = relative(root, resolve(cwd, file));
    return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path.split(sep).join("/");
  };
  const findings = report.findings.map((finding): Finding => {
    const { where } = finding;
    return where ? { ...finding, where: { ...where, file: place(where.file) } } : finding;
  });
  return { ...report, findings };
}

/** The report of a command: its diagnostics, and what else it found. */
export function reportOf(
  command: string,
  { strict }: GlobalValues,
  reporter: Reporter,
  { version }: Terminal,
  { checks = [], findings = [], explanations }: Partial<Report> = {},
): Report {
  return {
    tool: { name: "svcrules", version: version ?? "" },
    command,
    checks,
    findings: [...findingsOfDiagnostics(reporter.all(), strict), ...findings],
    ...(explanations && { explanations }),
  };
}
