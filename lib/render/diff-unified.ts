/** Both sides of a comparison as a unified diff. */
import { structuredPatch } from "diff";
import type { DiffSection } from "../diff/types.js";
import { printable } from "../util/printable.js";

const CONTEXT_LINES = 3;

/** One file of the diff for each chain or set, labelled with the service it belongs to. `node`: names the actual side. */
export function* renderDiffUnified(sections: readonly DiffSection[], node: string): Generator<string> {
  for (const { name, owner, expected, actual } of sections) {
    const text = (lines: readonly string[]) => lines.map((line) => printable(line) + "\n").join("");
    const { hunks } = structuredPatch("", "", text(expected), text(actual), "", "", { context: CONTEXT_LINES });
    if (hunks.length === 0) continue;
    const label = printable(owner === undefined ? name : `${name} (${owner})`);
    yield `--- expected: ${label}`;
    yield `+++ ${printable(node || "node")}: ${label}`;
    for (const { oldStart, oldLines, newStart, newLines, lines } of hunks) {
      yield `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`;
      yield* lines;
    }
  }
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${lines === 0 ? start - 1 : start},${lines}`;
}
