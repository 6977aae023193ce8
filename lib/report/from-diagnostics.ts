/** Diagnostics as findings. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { orderDiagnostics } from "../diagnostics/order.js";
import { resolvePlace } from "../diagnostics/resolve-place.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { positionOf } from "../source/position.js";
import type { Finding, FindingPlace } from "./types.js";

/** In order of file and line, equal ones once. With `strict`, warnings fail as errors do. */
export function findingsOfDiagnostics(diagnostics: readonly Diagnostic[], strict = false): Finding[] {
  return orderDiagnostics(locateDiagnostics(diagnostics)).map((diagnostic): Finding => {
    const { code, severity, message, notes = [] } = diagnostic;
    const where = placeOf(diagnostic);
    return {
      id: code,
      severity,
      message,
      ...(where && { where }),
      notes,
      fails: severity === "error" || (strict && severity === "warning"),
    };
  });
}

function placeOf(diagnostic: Diagnostic): FindingPlace | undefined {
  const place = resolvePlace(diagnostic);
  if (!place) return undefined;
  const { file, line, column, span } = place;
  if (!span) return { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  const end = positionOf(span.source, span.end);
  return { file, line, column, endLine: end.line, endColumn: end.column };
}
