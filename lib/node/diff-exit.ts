/** The exit status that the reports of a comparison ask for. */
import { isCovered } from "../diff/coverage.js";
import type { DiffReport } from "../diff/types.js";
import type { DiffResult } from "../results/diff-result.js";

/**
 * 2 when something wanted was not compared, else 1 when anything differs, else 0.
 * `allowPartial`: 1 or 0 by what was compared.
 */
export function diffExit(reports: readonly DiffReport[], allowPartial = false): 0 | 1 | 2 {
  if (!allowPartial && reports.some(({ coverage }) => !isCovered(coverage))) return 2;
  return reports.some(({ summary }) => summary.changes > 0) ? 1 : 0;
}

/** Errors that mean: a part of the capture was not compared. */
const PARTIAL: ReadonlySet<string> = new Set(["capture-incomplete", "unreadable-line", "capture-empty"]);

/** The result for somebody who takes a part for an answer: what only makes it one is a warning. */
export function takePartial(result: DiffResult): DiffResult {
  if (!result.report || (result.report.coverage.compared === 0 && result.report.changes.length === 0)) return result;
  const diagnostics = result.diagnostics.map((diagnostic) =>
    PARTIAL.has(diagnostic.code) && diagnostic.severity === "error"
      ? { ...diagnostic, severity: "warning" as const }
      : diagnostic,
  );
  return { ...result, diagnostics };
}
