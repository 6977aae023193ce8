/** Of what is said again and again of one file, the first are shown. */
import type { Diagnostic } from "./diagnostic.js";

/** Lines of a file that are wrong in the same way and told one by one. */
export const MOST_REPEATS = 20;

/**
 * The diagnostics, in their order, with those of one file that say the same left out behind the first; one at the place of the
 * next says how many there are.
 */
export function countRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  if (diagnostics.length <= MOST_REPEATS) return [...diagnostics];
  const counts = new Map<string, number>();
  const keys = diagnostics.map((diagnostic) => {
    const key = [fileOf(diagnostic), diagnostic.severity, diagnostic.code, diagnostic.message].join("\0");
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return key;
  });
  const seen = new Map<string, number>();
  return diagnostics.flatMap((diagnostic, i) => {
    // Of no file, such as one of each node of a fleet: what says the same is shown once anyway.
    if (diagnostic.at === undefined) return [diagnostic];
    const before = seen.get(keys[i]!) ?? 0;
    seen.set(keys[i]!, before + 1);
    const left = counts.get(keys[i]!)! - MOST_REPEATS;
    if (before < MOST_REPEATS || left === 1) return [diagnostic];
    if (before > MOST_REPEATS) return [];
    const { notes: _, ...first } = diagnostic;
    return [{ ...first, message: `${left.toLocaleString("en")} more from here on: ${diagnostic.message}` }];
  });
}

function fileOf({ at }: Diagnostic): string | undefined {
  if (at === undefined) return undefined;
  if ("file" in at) return at.file;
  return ("source" in at ? at : at.origin).source.name;
}
