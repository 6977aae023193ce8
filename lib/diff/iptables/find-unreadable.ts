/** Rules of a capture that cannot be read. */
import { printable } from "../../util/printable.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { SideTables } from "./side.js";

/** A diagnostic for each; chains that are just as expected are not looked at. */
export function findUnreadable(expected: SideTables, actual: SideTables): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [name, { chains, file }] of actual) {
    const wanted = expected.get(name)?.chains;
    for (const [chain, held] of chains) {
      if (wanted?.get(chain) === held) continue;
      for (const [i, text] of held.texts.entries()) {
        if (looksWhole(text)) continue;
        const parsed = parseRule(text);
        if (!("problem" in parsed)) continue;
        const line = held.lines?.[i];
        found.push({
          code: "unreadable-line",
          severity: "error",
          message: `${parsed.problem}: ${printable(text.slice(0, 200))}`,
          ...(file !== undefined && { at: { file, ...(line !== undefined && { line }) } }),
        });
      }
    }
  }
  return found;
}

/** A line with a target and closed quotes; the few others are read to tell. */
function looksWhole(text: string): boolean {
  if (!text.includes(" -j ") || text.includes("\\")) return false;
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 0;
}
