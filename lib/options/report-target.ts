/** `--report FORMAT[=FILE]`. */
import { REPORT_FORMATS, type ReportFormat } from "../report/formats.js";
import { UsageError } from "./usage-error.js";

export interface ReportTarget {
  readonly format: ReportFormat;
  /** Undefined: stdout. */
  readonly file: string | undefined;
}

/** Reads a checked FORMAT[=FILE]; FILE "-" is stdout. */
function parseReportTarget(text: string): ReportTarget {
  const equals = text.indexOf("=");
  const file = equals < 0 ? undefined : text.slice(equals + 1);
  return { format: formatOf(text) as ReportFormat, file: file === "-" ? undefined : file };
}

/** What is wrong with the text; undefined when nothing is. */
export function checkReportTarget(text: string): string | undefined {
  const format = formatOf(text);
  if (!(REPORT_FORMATS as readonly string[]).includes(format)) return `not one of ${REPORT_FORMATS.join(", ")}`;
  return text.endsWith("=") ? "the name of a file is missing" : undefined;
}

function formatOf(text: string): string {
  const equals = text.indexOf("=");
  return equals < 0 ? text : text.slice(0, equals);
}

/** The reports asked for; throws a usage error for two reports in one place. */
export function reportTargetsOf(reports: readonly string[]): readonly ReportTarget[] {
  const targets = reports.map(parseReportTarget);
  const places = new Set<string>();
  for (const { file } of targets) {
    const place = file ?? "-";
    if (places.has(place))
      throw new UsageError(
        file === undefined ? "--report: two reports for stdout" : `--report: two reports for ${file}`,
        "name a file for each: --report FORMAT=FILE",
      );
    places.add(place);
  }
  return targets;
}

/**
 * Whether stdout belongs to a report, so that a command prints its own text to stderr. GitHub's workflow commands are
 * read from any output and stand beside the text.
 */
export function reportOwnsStdout(targets: readonly ReportTarget[]): boolean {
  return targets.some(({ format, file }) => file === undefined && format !== "github");
}
