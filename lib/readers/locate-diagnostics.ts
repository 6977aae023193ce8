/** Places in objects turned into spans of their text, just before diagnostics are shown. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { keepLastRange, locate } from "./locate.js";

/** The diagnostics with every field of an object replaced by where it is written. */
export function locateDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const read = keepLastRange();
  return diagnostics.map((diagnostic) => {
    const { at } = diagnostic;
    return at && "origin" in at ? { ...diagnostic, at: locate(at, read) } : diagnostic;
  });
}
