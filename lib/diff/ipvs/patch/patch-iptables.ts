/** `iptables-restore --noflush` text. */
import { compareJumps } from "../compare-jumps.js";
import { differsInRules } from "../compare-rules.js";
import { chooseTable } from "../normal-rules.js";
import { leftoverChains } from "../find-leftovers.js";
import type { ExpectedIPVS, IPVSCapture } from "../types.js";
import { isCutChain, type CapturedTable } from "../../../rulesets/iptables/capture.js";
import { isPlainName } from "../../../rulesets/ipvs/typed-entry.js";
import { printRuleRestore } from "../../../rulesets/iptables/print-restore.js";
import type { Rule, Table } from "../../../rulesets/iptables/types.js";

/**
 * For each table given: chains that differ are emptied and filled, missing jumps put in front, second copies of jumps
 * deleted, and chains of other modes removed where nothing else jumps to them.
 */
export function patchIptables(expected: ExpectedIPVS, { tables }: IPVSCapture): string[] {
  if (!tables) return [];
  return expected.iptables.tables.flatMap((table) => {
    const held = chooseTable(expected, table, tables);
    const lines = held ? patchTable(expected, table, held) : [];
    return lines.length > 0 ? [`*${table.name}`, ...lines, "COMMIT"] : [];
  });
}

function patchTable(expected: ExpectedIPVS, table: Table, held: CapturedTable): string[] {
  const names = table.chains.map(({ name }) => name);
  const differing = names.filter((name) => !isCutChain(held, name) && differsInRules(expected, table, name, held));
  const rewritten = new Set(differing);
  const { missing, duplicates } = compareJumps(expected, held);
  const leftovers = removable(held, leftoverChains(held, new Set(names)), rewritten);
  return [
    ...differing.map((name) => `:${name} - [0:0]`),
    ...leftovers.map((name) => `:${name} - [0:0]`),
    ...table.rules.filter(({ chain }) => rewritten.has(chain)).map(printRuleRestore),
    ...missing.map((rule) => withVerb("-I", rule)),
    ...duplicates.map((rule) => withVerb("-D", rule)),
    ...leftovers.map((name) => `-X ${name}`),
  ];
}

function withVerb(verb: "-I" | "-D", rule: Rule): string {
  return verb + printRuleRestore(rule).slice("-A".length);
}

/** Leftover chains that no chain but leftovers and rewritten ones jumps to: iptables removes no chain in use. */
function removable(held: CapturedTable, leftovers: readonly string[], rewritten: ReadonlySet<string>): string[] {
  if (leftovers.length === 0) return [];
  const candidates = new Set(leftovers);
  const used = new Set<string>();
  for (const { name, texts } of held.chains.values()) {
    if (candidates.has(name) || rewritten.has(name)) continue;
    for (const text of texts) {
      const target = / -[jg] (\S+)/.exec(text)?.[1];
      if (target !== undefined) used.add(target);
    }
  }
  return leftovers.filter((name) => !used.has(name) && isPlainName(name));
}
