/** `--report FORMAT[=FILE]`. */
import { REPORT_FORMATS, type ReportFormat } from "../report/formats.js";

export interface ReportTarget {
  readonly format: ReportFormat;
  /** Undefined: stdout. */
  readonly file: string | undefined;
}

/** Reads a checked FORMAT[=FILE]; FILE "-" is stdout. */
export function parseReportTarget(text: string): ReportTarget {
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
