/** What a node should hold in iptables-save's spelling, chain by chain, for the diff. */
import { ownChainsOf, type IptablesProgram } from "../backends/iptables/index.js";
import type { ExpectedTable } from "../diff/iptables/expected.js";
import { serviceHashOf } from "../diff/iptables/kube-chains.js";
import { printRuleSave } from "../rulesets/iptables/print-save.js";
import type { Rule } from "../rulesets/iptables/types.js";
import { ChainTexts } from "./iptables-chain-texts.js";
import { BUILT_IN_CHAINS } from "./iptables-save.js";

/** The tables after kube-proxy's first sync; nothing is kept of them. */
export function expectedTables({ tables, jumps, family }: IptablesProgram): ExpectedTable[] {
  return tables.map((table): ExpectedTable => {
    const { byChain } = table;
    const own = jumps.filter((jump) => jump.table === table.name);
    return {
      name: table.name,
      *lineChains() {
        yield* BUILT_IN_CHAINS[table.name];
        if (byChain) yield* byChain.otherChains;
        else for (const chains of table.chains()) yield* chains;
        for (const { rule } of own) if (rule.target.kind === "jump") yield rule.target.chain;
      },
      eachLine(visit) {
        const visitRule = (rule: Rule) => visit(rule.chain, printRuleSave(rule, family));
        // Each jump is put in front of the earlier ones, so they read in reverse.
        for (const { rule } of own.toReversed()) visitRule(rule);
        for (const rules of byChain ? byChain.otherRules() : table.rules()) rules.forEach(visitRule);
      },
      *ownChains() {
        const texts = byChain && new ChainTexts(byChain, family);
        for (const ofPort of byChain?.ownChains() ?? []) {
          const chains = ownChainsOf(ofPort);
          const owner = serviceHashOf(ofPort.owner.plan.names.cluster);
          yield chains.map((chain) => ({
            name: chain.name,
            owner,
            text: () => texts!.textOf(chain),
            filling: texts!.fillingOf(chain),
          }));
        }
      },
    };
  });
}
