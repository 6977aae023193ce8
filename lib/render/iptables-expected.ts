/** What a node should hold, rule by rule in iptables-save's spelling, for the diff. */
import type { IptablesProgram } from "../backends/iptables/index.js";
import type { ExpectedTable } from "../diff/iptables/expected.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import { BUILT_IN_CHAINS } from "./iptables-save.js";

/** The tables after kube-proxy's first sync; nothing is kept of them. */
export function expectedTables({ tables, jumps, family }: IptablesProgram): ExpectedTable[] {
  return tables.map((table) => {
    const own = jumps.filter((jump) => jump.table === table.name);
    return {
      name: table.name,
      isGrouped: true,
      *chains() {
        yield* BUILT_IN_CHAINS[table.name];
        for (const chains of table.chains()) yield* chains;
        for (const { rule } of own) if (rule.target.kind === "jump") yield rule.target.chain;
      },
      eachRule(visit) {
        // Each jump is put in front of the earlier ones, so they read in reverse.
        for (const { rule } of own.toReversed()) visit(rule.chain, printRuleSave(rule, family));
        for (const rules of table.rules()) for (const rule of rules) visit(rule.chain, printRuleSave(rule, family));
      },
    };
  });
}
