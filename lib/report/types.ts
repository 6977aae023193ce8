/** What all reports are made of; types only. */

export type FindingSeverity = "error" | "warning" | "note";

/** Lines and columns count from 1; `endColumn` is the column after the last character. */
export interface FindingPlace {
  /** As the user named it, with forward slashes. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export interface Finding {
  /** What kind of finding it is, in kebab-case: a diagnostic code, a kind of change, an outcome of a check. */
  readonly id: string;
  readonly severity: FindingSeverity;
  /** One line. */
  readonly message: string;
  readonly where?: FindingPlace;
  /** "ns/name". */
  readonly service?: string;
  readonly notes: readonly string[];
  /** Several lines that show it, e.g. a unified diff; a function where the lines of all findings take much memory. */
  readonly detail?: string | (() => string);
  /** Whether this finding makes the run end with another status than 0. */
  readonly fails: boolean;
  /** What was looked at when it was found: one of the report's checks. */
  readonly check?: string;
  /** What tells it from others in every run, whatever line it stands on; file, service and message when left out. */
  readonly identity?: readonly string[];
}

export interface Report {
  readonly tool: { readonly name: string; readonly version: string };
  /** The command that made it, e.g. "check". */
  readonly command: string;
  /** Everything that was looked at, in order; what has no failing finding passed. */
  readonly checks: readonly string[];
  readonly findings: readonly Finding[];
  /** One sentence for ids that neither diagnostics nor changes explain. */
  readonly explanations?: Readonly<Record<string, string>>;
}

/** Limits of where a report is shown. */
export interface ReportLimits {
  /** Most bytes of UTF-8; what is left out is counted in the report. */
  readonly mostBytes?: number;
}
