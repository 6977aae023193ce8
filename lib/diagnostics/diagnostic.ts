/** Trouble in the input as a value. */
import type { Place } from "../source/origin.js";
import type { Span } from "../source/source.js";
import type { DiagnosticCode } from "./codes.js";

export type Severity = "error" | "warning" | "note";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What was found and what was expected, one line. */
  readonly message: string;
  /** Where: a field of an object (turned into a span when printed), a span, or only a file. */
  readonly at?: Place | Span | { readonly file: string; readonly line?: number; readonly column?: number };
  /** What kube-proxy or the API server does with it, and what to change. */
  readonly notes?: readonly string[];
}
