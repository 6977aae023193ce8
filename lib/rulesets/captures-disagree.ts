/** What is said where one part of a node was captured twice, and the two are not the same. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";

interface Place {
  readonly file: string;
  readonly line?: number;
}

/** `what`: the part in a noun, e.g. "table nat". Which of the two the node holds now nothing tells, so neither is taken. */
export function capturesDisagree(what: string, at: Place, earlier: Place): Diagnostic {
  const line = (place: Place) => (place.line === undefined ? place.file : `${place.file}:${place.line}`);
  return {
    code: "captures-disagree",
    severity: "error",
    message: `${what}: captured here and at ${line(earlier)}, and the two are not the same`,
    at: { file: at.file, ...(at.line !== undefined && { line: at.line }) },
    notes: [
      "give one capture of each part of a node; what changed between two: svcrules diff --before FILE --after FILE",
    ],
  };
}
