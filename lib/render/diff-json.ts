/** The JSON forms of diff reports, schema svcrules.dev/diff/v1. */
import type { DiffReport } from "../diff/types.js";
import { jsonLines } from "./json-lines.js";
import { jsonText } from "../util/json-text.js";

/** One report as an object, several as an array; lines without line ends, each alone or several joined. */
export function diffJsonLines(reports: readonly DiffReport[]): Iterable<string> {
  return jsonLines(reports.length === 1 ? reports[0] : reports);
}

/** One line for each report. */
export function* diffJsonRecords(reports: readonly DiffReport[]): Iterable<string> {
  for (const report of reports) yield jsonText(report);
}
