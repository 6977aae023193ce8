/** Captured tables as rule trees. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Source } from "../../source/source.js";
import { printable } from "../../util/printable.js";
import { parseRule } from "./parse-rule.js";
import { ALL_OF_IT, type Captures } from "./capture.js";
import { readCaptures } from "./read-captures.js";
import type { CapturedTable } from "./capture.js";
import type { Chain, Match, Rule, Ruleset, Table } from "./types.js";

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
        const rule = captured.withoutInterfaces ? withUnknownInterfaces(parsed.rule) : parsed.rule;
        rules.push({ ...rule, ...(counted && { counters: counted }), at });
      }
    }
  }
  if (captured.withoutInterfaces && rules.length > 0) diagnostics.push(withoutInterfaces(captured));
  return { table: { name: captured.name ?? "filter", chains, rules }, diagnostics };
}

/**
 * A rule whose interfaces a listing does not show has an unknown match, but for kube-proxy's own jumps and chains: it
 * names no interface there, save where it marks traffic of pods for masquerading by their interface.
 */
export function withUnknownInterfaces<R extends Pick<Rule, "chain" | "target" | "clauses">>(rule: R): R {
  const { chain, target, clauses } = rule;
  const isOwn = chain.startsWith("KUBE-") || (target.kind === "jump" && target.chain.startsWith("KUBE-"));
  const detects =
    target.kind === "jump" &&
    /^KUBE-(SVC|SVL|EXT)-/.test(chain) &&
    !clauses.some(({ kind }) => kind === "source") &&
    (target.chain === "KUBE-MARK-MASQ" || chain.startsWith("KUBE-EXT-"));
  return isOwn && !detects ? rule : { ...rule, clauses: [...clauses, UNKNOWN_INTERFACES] };
}

const UNKNOWN_INTERFACES: Match = { kind: "unknown", module: "listed", tokens: ["--words", '"interfaces not shown"'] };

/** Whether the rule holds for every packet, if not for an interface that is not shown. */
export function lacksInterfacesOnly({ clauses }: Pick<Rule, "clauses">): boolean {
  return (
    clauses.includes(UNKNOWN_INTERFACES) && clauses.every((it) => it === UNKNOWN_INTERFACES || it.kind === "comment")
  );
}

function withoutInterfaces({ file, startLine }: CapturedTable): Diagnostic {
  return {
    code: "capture-without-interfaces",
    severity: "warning",
    message: "this listing was taken without -v and shows no interfaces: whether its rules apply is not known",
    at: { file, line: startLine },
    notes: ["take it with -v (iptables -t nat -nvL), or better: iptables-save > node.txt"],
  };
}

/** What to say of rules that no table is known for. */
export function unknownTable({ chains, file, startLine }: CapturedTable): Diagnostic {
  const [only, ...more] = chains.keys();
  const isOne = only?.startsWith("KUBE-") === true && more.length === 0;
  return {
    code: "capture-table-unknown",
    severity: "error",
    message: isOne
      ? `this is chain ${printable(only)} alone, and nothing tells of which table, so it is not compared`
      : "nothing tells which table these rules belong to, so they are not compared",
    at: { file, line: startLine },
    notes: [isOne ? ALL_OF_IT : 'put a line such as "Table: nat" in front of them'],
  };
}
