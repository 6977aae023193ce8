/** The whole tables nat and filter as iptables-save (1.8.9, nf_tables) prints them on a node that holds nothing else. */
import type { IptablesProgram, TableProgram } from "../backends/iptables/index.js";
import type { Jump } from "../backends/iptables/jumps.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";

/** Chains of the kernel, in the order iptables-save prints them. */
export const BUILT_IN_CHAINS: Readonly<Record<TableProgram["name"], readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

/** One table: its chains in the order iptables-save prints them, each with its rules as lines. */
export interface SavedTable {
  readonly name: TableProgram["name"];
  /** Built-in chains first, then the others by name. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

/** The tables as a kernel would hold them after kube-proxy's first sync. */
export function saveTables(program: IptablesProgram): SavedTable[] {
  return program.tables.map((table) => saveTable(table, program));
}

function saveTable(table: TableProgram, { jumps, family }: IptablesProgram): SavedTable {
  const builtIn = BUILT_IN_CHAINS[table.name];
  const ownJumps = jumps.filter((jump) => jump.table === table.name);
  const linesOf = new Map<string, string[]>(builtIn.map((chain) => [chain, jumpLines(ownJumps, chain, family)]));
  const declared = new Set<string>([...table.chains()].flat());
  for (const { rule } of ownJumps) if (rule.target.kind === "jump") declared.add(rule.target.chain);
  for (const chain of [...declared].sort()) linesOf.set(chain, []);
  for (const rules of table.rules())
    for (const rule of rules) linesOf.get(rule.chain)!.push(printRuleSave(rule, family));
  return { name: table.name, chains: linesOf };
}

/** Each jump is put in front of the earlier ones, so they read in reverse. */
function jumpLines(jumps: readonly Jump[], chain: string, family: IptablesProgram["family"]): string[] {
  return jumps
    .filter(({ rule }) => rule.chain === chain)
    .map(({ rule }) => printRuleSave(rule, family))
    .reverse();
}

export function* renderIptablesSave(program: IptablesProgram): Iterable<string> {
  for (const { name, chains } of saveTables(program)) {
    yield `*${name}`;
    for (const chain of chains.keys())
      yield `:${chain} ${BUILT_IN_CHAINS[name].includes(chain) ? "ACCEPT" : "-"} [0:0]`;
    for (const lines of chains.values()) yield* lines;
    yield "COMMIT";
  }
}
