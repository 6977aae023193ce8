import type { IptablesProgram } from "../backends/iptables/index.js";
import { printRuleRestore } from "../rulesets/iptables/print-restore.js";

/**
 * The document kube-proxy pipes to `iptables-restore --noflush --counters`, line by line without newlines.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, a full sync.
 */
export function* renderIptablesRestore(program: IptablesProgram): Iterable<string> {
  for (const table of program.tables) {
    yield `*${table.name}`;
    for (const chain of table.chains()) yield `:${chain} - [0:0]`;
    for (const rules of table.rules()) for (const rule of rules) yield printRuleRestore(rule);
    yield "COMMIT";
  }
}
