/**
 * Every diagnostic code with its explanation and an example; kebab-case, stable once released.
 * `docs/diagnostics.md` is made from this table.
 */
export interface CodeExplanation {
  readonly explanation: string;
  /** A line or two of input, or a command, that brings it. */
  readonly example: string;
}

export const DIAGNOSTIC_CODES = {
  /* Inputs */
  "input-not-found": {
    explanation: "A file or directory named on the command line does not exist or cannot be read.",
    example: "svcrules compile nope/",
  },
  "no-input": {
    explanation: "No INPUT was given and ./manifests does not exist.",
    example: "svcrules compile   (in an empty directory)",
  },
  "no-objects": {
    explanation: "The inputs hold no Kubernetes object that svcrules reads.",
    example: "svcrules compile empty-directory/",
  },
} as const satisfies Record<string, CodeExplanation>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
