/** Diagnostics as JSON. */
import { jsonText } from "../util/json-text.js";
import { positionOf } from "../source/position.js";
import type { Diagnostic } from "./diagnostic.js";
import { resolvePlace } from "./resolve-place.js";

/** A JSON array, one object for each: code, severity, message, file, line, column, endLine, endColumn, notes. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  return jsonText(diagnostics.map(toJson), 2);
}

function toJson(diagnostic: Diagnostic): object {
  const { code, severity, message, notes } = diagnostic;
  const place = resolvePlace(diagnostic);
  const end = place?.span && positionOf(place.span.source, place.span.end);
  return {
    code,
    severity,
    message,
    ...(place && { file: place.file }),
    ...(place?.line !== undefined && { line: place.line }),
    ...(place?.column !== undefined && { column: place.column }),
    ...(end && { endLine: end.line, endColumn: end.column }),
    notes: notes ?? [],
  };
}
