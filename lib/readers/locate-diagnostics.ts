/** Places in objects turned into spans of their text, just before diagnostics are shown. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { locate } from "./locate.js";

/** The diagnostics with every field of an object replaced by where it is written. */
export function locateDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { at } = diagnostic;
    return at && "origin" in at ? { ...diagnostic, at: locate(at) } : diagnostic;
  });
}
