/** Captured tables as rule trees. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";
import { printable } from "../../util/printable.js";
import { parseRule } from "./parse-rule.js";
import { readCaptures, type Captures } from "./read-captures.js";
import type { CapturedTable } from "./capture.js";
import type { Chain, Rule, Ruleset, Table } from "./types.js";

export interface ParsedCaptures extends Captures {
  /** One for each family found; tables in the order read. A table that is captured twice is there twice. */
  readonly rulesets: readonly Ruleset[];
}

/**
 * Reads captures of iptables tools into rule trees; every rule knows its file and line.
 * A line that cannot be read is a diagnostic and left out. See `readCaptures` for the forms.
 */
export function parseIptables(sources: readonly Source[]): ParsedCaptures {
  const captures = readCaptures(sources);
  const diagnostics: Diagnostic[] = [...captures.diagnostics];
  const byFamily = new Map<Ruleset["family"], Table[]>();
  for (const captured of captures.tables) {
    if (!captured.name) {
      diagnostics.push(unknownTable(captured));
      continue;
    }
    const parsed = parseTable(captured);
    diagnostics.push(...parsed.diagnostics);
    const tables = byFamily.get(captured.family);
    if (tables) tables.push(parsed.table);
    else byFamily.set(captured.family, [parsed.table]);
  }
  const rulesets = [...byFamily].map(([family, tables]): Ruleset => ({ kind: "iptables", family, tables }));
  return { ...captures, rulesets, diagnostics };
}

/** The tree of one captured table. A table without a name is taken for filter. */
export function parseTable(captured: CapturedTable): {
  readonly table: Table;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const chains: Chain[] = [];
  const rules: Rule[] = [];
  const isChain = (name: string) => captured.chains.has(name);
  for (const { name, policy, counters, texts, lines, ruleCounters } of captured.chains.values()) {
    chains.push({ name, ...(policy !== undefined && { policy }), ...(counters && { counters }) });
    for (const [i, text] of texts.entries()) {
      const at = { file: captured.file, line: lines[i]! };
      const parsed = parseRule(text, isChain);
      if ("problem" in parsed)
        diagnostics.push({
          code: "unreadable-line",
          severity: "error",
          message: `${parsed.problem}: ${printable(text.slice(0, 200))}`,
          at,
        });
      else {
        const counted = ruleCounters?.[i];
        rules.push({ ...parsed.rule, ...(counted && { counters: counted }), at });
      }
    }
  }
  return { table: { name: captured.name ?? "filter", chains, rules }, diagnostics };
}

/** What to say of rules that no table is known for. */
export function unknownTable(captured: CapturedTable): Diagnostic {
  return {
    code: "capture-table-unknown",
    severity: "error",
    message: "nothing tells which table these rules belong to, so they are not compared",
    at: { file: captured.file, line: captured.startLine },
    notes: ['put a line such as "Table: nat" in front of them'],
  };
}
