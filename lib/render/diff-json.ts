/** The JSON form of diff reports, schema svcrules.dev/diff/v1. */
import { jsonText } from "../util/json-text.js";
import type { DiffReport } from "../diff/types.js";

/** One report as an object, several as an array; lines without line ends. */
export function diffJsonLines(reports: readonly DiffReport[]): string[] {
  return jsonText(reports.length === 1 ? reports[0] : reports, 2).split("\n");
}
