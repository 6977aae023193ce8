/** A diagnostic as text. */
import { codeFrame } from "../source/code-frame.js";
import { printable } from "../util/printable.js";
import type { Diagnostic } from "./diagnostic.js";
import { resolvePlace } from "./resolve-place.js";

/**
 * One or more lines without a line end at the end: `file:line:column: severity: message [code]`, the line of the
 * source with a caret, and the notes. Nothing of the input is echoed raw. Places are to be located first
 * (lib/readers/locate-diagnostics.ts); one that is not points to the start of its object.
 */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const place = resolvePlace(diagnostic);
  const where = place ? `${[place.file, place.line, place.column].filter((p) => p !== undefined).join(":")}: ` : "";
  const { severity, message, code } = diagnostic;
  // "a.yaml: error: cannot be read", not "a.yaml: error: a.yaml cannot be read".
  const told = place && message.startsWith(`${place.file} `) ? message.slice(place.file.length + 1) : message;
  const lines = [`${where}${severity}: ${told} [${code}]`].map(printable);
  const frame = place?.span && codeFrame(place.span);
  if (frame !== undefined) lines.push(frame);
  for (const note of diagnostic.notes ?? []) lines.push(`note: ${printable(note)}`);
  return lines.join("\n");
}
