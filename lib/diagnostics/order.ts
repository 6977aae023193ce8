/** The order in which diagnostics are shown. */
import type { Diagnostic } from "./diagnostic.js";
import { resolvePlace } from "./resolve-place.js";

const SEVERITIES: Readonly<Record<Diagnostic["severity"], number>> = { error: 0, warning: 1, note: 2 };

/**
 * By file, line and column; then by severity, code and message. Equal ones once. Those without a place come last, and of
 * them the errors: what ends on the screen is what kept the question from being answered.
 */
export function orderDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyed = withoutAnswer(diagnostics).map((diagnostic) => {
    const place = resolvePlace(diagnostic);
    const key: (string | number)[] = [
      place ? 0 : 1,
      place?.file ?? "",
      place?.line ?? 0,
      place?.column ?? 0,
      (place ? 1 : -1) * SEVERITIES[diagnostic.severity],
      diagnostic.code,
      diagnostic.message,
    ];
    return { diagnostic, key };
  });
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed
    .filter(({ key }, i) => i === 0 || compareKeys(keyed[i - 1]!.key, key) !== 0)
    .map(({ diagnostic }) => diagnostic);
}

/** Where the question itself is at fault, nothing was answered: what would be noted of an answer is left out. */
function withoutAnswer(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isQuestion = diagnostics.some(({ severity, at }) => severity === "error" && at === undefined);
  return isQuestion ? diagnostics.filter(({ severity }) => severity !== "note") : diagnostics;
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]!;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
