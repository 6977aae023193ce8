/** Lines that cannot be read: some are shown, all are counted. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

/** Of a file, before the rest is counted. */
const MOST_SHOWN = 20;
/** How readers count those that they did not show. */
const COUNTED = /^(\d+) more (lines|objects) of this file could not be read$/;

/** The diagnostics with at most 20 unreadable lines a file and severity, and behind each lot how many more there are. */
export function countUnreadable(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const counts = new Map<string, { shown: number; more: number; readonly like: Diagnostic; readonly file: string }>();
  const kept: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const file = fileOf(diagnostic);
    if (diagnostic.code !== "unreadable-line" || file === undefined) {
      kept.push(diagnostic);
      continue;
    }
    const key = `${diagnostic.severity} ${file}`;
    const count = counts.get(key) ?? { shown: 0, more: 0, like: diagnostic, file };
    counts.set(key, count);
    const counted = COUNTED.exec(diagnostic.message)?.[1];
    if (counted !== undefined) count.more += Number(counted);
    else if (count.shown === MOST_SHOWN) count.more++;
    else {
      count.shown++;
      kept.push(diagnostic);
    }
  }
  for (const { more, like, file } of counts.values())
    if (more > 0)
      kept.push({
        code: "unreadable-line",
        severity: like.severity,
        message: `${more} more line${more > 1 ? "s" : ""} of this file could not be read`,
        at: { file },
      });
  return kept;
}

function fileOf({ at }: Diagnostic): string | undefined {
  return at && "file" in at ? at.file : undefined;
}
