/** Rules of a capture that cannot be read. */
import { printable } from "../../util/printable.js";
import { parseRule } from "../../rulesets/iptables/parse-rule.js";
import type { TableName } from "../../rulesets/iptables/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Side } from "./side.js";

export interface UnreadableRule {
  readonly chain: string;
  readonly text: string;
  readonly diagnostic: Diagnostic;
}

/** Each in the chains named, with the diagnostic that says it. */
export function findUnreadable(
  side: Side,
  chains: readonly { readonly table: TableName; readonly chain: string }[],
): UnreadableRule[] {
  const found: UnreadableRule[] = [];
  for (const { table, chain } of chains)
    for (const [i, text] of side.chain(table, chain)!.texts.entries()) {
      if (looksWhole(text)) continue;
      const parsed = parseRule(text);
      if (!("problem" in parsed)) continue;
      const at = side.placeOf(table, chain, i);
      const message = `${parsed.problem}: ${printable(text.slice(0, 200))}`;
      found.push({
        chain,
        text,
        diagnostic: { code: "unreadable-line", severity: "error", message, ...(at && { at }) },
      });
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
