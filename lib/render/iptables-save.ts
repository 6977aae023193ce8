/** The whole tables nat and filter as iptables-save (1.8.9, nf_tables) prints them on a node that holds nothing else. */
import type { IptablesProgram, OwnChain, TableProgram } from "../backends/iptables/index.js";
import type { IPFamily } from "../net/ip.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { orderOfNames } from "../util/order-of-names.js";

/** Chains of the kernel, in the order iptables-save prints them. */
export const BUILT_IN_CHAINS: Readonly<Record<TableProgram["name"], readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

/**
 * The tables as a kernel would hold them after kube-proxy's first sync: built-in chains first, then the others by name.
 * Several lines at a time, the last without its newline. Chains of one service port are made when their turn comes, so
 * that the text of a large cluster is never held.
 */
export function* renderIptablesSave(program: IptablesProgram): Iterable<string> {
  for (const table of program.tables) yield* savedTable(table, program);
}

function* savedTable(table: TableProgram, { jumps, family }: IptablesProgram): Iterable<string> {
  const { name, byChain } = table;
  const builtIn = BUILT_IN_CHAINS[name];
  // Each jump is put in front of the earlier ones, so they read in reverse.
  const ownJumps = jumps.filter((jump) => jump.table === name).toReversed();
  const texts = new Map<string, string>();
  const add = (rules: readonly Rule[]) => {
    for (const rule of rules) {
      const held = texts.get(rule.chain);
      texts.set(rule.chain, (held === undefined ? "" : held + "\n") + printRuleSave(rule, family));
    }
  };
  add(ownJumps.map(({ rule }) => rule));
  for (const rules of byChain ? byChain.otherRules() : table.rules()) add(rules);
  const declared = new Set(byChain ? byChain.otherChains : [...table.chains()].flat());
  for (const { rule } of ownJumps) if (rule.target.kind === "jump") declared.add(rule.target.chain);
  const own: OwnChain[] = [];
  for (const chains of byChain?.ownChains() ?? []) for (const chain of chains) own.push(chain);
  const names = [...declared];
  for (const chain of own) names.push(chain.name);
  const order = orderOfNames(names);

  yield `*${name}`;
  for (const chain of builtIn) yield `:${chain} ACCEPT [0:0]`;
  for (const i of order) yield `:${names[i]!} - [0:0]`;
  for (const chain of builtIn) if (texts.has(chain)) yield texts.get(chain)!;
  for (const i of order) {
    const text =
      i < declared.size ? texts.get(names[i]!) : rulesText(byChain!.rulesOf(own[i - declared.size]!), family);
    if (text) yield text;
  }
  yield "COMMIT";
}

/** The lines of rules, the last without its newline. */
export function rulesText(rules: readonly Rule[], family: IPFamily): string {
  let text = "";
  for (let i = 0; i < rules.length; i++) text += (i > 0 ? "\n" : "") + printRuleSave(rules[i]!, family);
  return text;
}
