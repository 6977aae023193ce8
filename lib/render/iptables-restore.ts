import type { IptablesProgram } from "../backends/iptables/index.js";
import { printRuleRestore } from "../rulesets/iptables/print-restore.js";
import type { Rule } from "../rulesets/iptables/types.js";

/**
 * The document kube-proxy pipes to `iptables-restore --noflush --counters`, some lines at a time, the last without its
 * newline: a large cluster has hundreds of thousands.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, a full sync.
 */
export function* renderIptablesRestore(program: IptablesProgram): Iterable<string> {
  for (const table of program.tables) {
    yield `*${table.name}`;
    for (const chains of table.chains()) if (chains.length > 0) yield declarationsOf(chains);
    for (const rules of table.rules()) if (rules.length > 0) yield textOf(rules);
    yield "COMMIT";
  }
}

/** The lines that declare chains, one or more, the last without its newline. */
export function declarationsOf(chains: readonly string[]): string {
  return `:${chains.join(" - [0:0]\n:")} - [0:0]`;
}

function textOf(rules: readonly Rule[]): string {
  let text = printRuleRestore(rules[0]!);
  for (let i = 1; i < rules.length; i++) text += "\n" + printRuleRestore(rules[i]!);
  return text;
}
