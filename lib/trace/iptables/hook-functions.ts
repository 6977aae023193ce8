/** The built-in chains of an iptables rule set, where the kernel calls them. */
import type { Ruleset, TableName } from "../../rulesets/iptables/types.js";
import type { HookFunction, HookName } from "../branch.js";
import type { MatchContext } from "./match-clause.js";
import { prepareTable } from "./program.js";
import { walkChain } from "./walk.js";

/** Source: Linux include/uapi/linux/netfilter_ipv4.h, enum nf_ip_hook_priorities. */
const PRIORITIES: Readonly<Record<TableName, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };
const SOURCE_NAT_PRIORITY = 100;

const HOOKS: readonly (readonly [string, HookName])[] = [
  ["PREROUTING", "prerouting"],
  ["INPUT", "input"],
  ["FORWARD", "forward"],
  ["OUTPUT", "output"],
  ["POSTROUTING", "postrouting"],
];

/** One hook function for each built-in chain that exists; they look at packets of the rule set's family. */
export function iptablesHookFunctions(ruleset: Ruleset, context: MatchContext): HookFunction[] {
  const family = ruleset.family === "IPv6" ? "IPv6" : "IPv4";
  return ruleset.tables.flatMap((table) => {
    const program = prepareTable(table, family, context);
    return HOOKS.flatMap(([name, hook]): HookFunction[] => {
      const chain = program.get(name);
      if (!chain || (chain.rules.length === 0 && chain.policy !== "DROP")) return [];
      const isNat = table.name === "nat";
      const isSourceNat = isNat && (hook === "input" || hook === "postrouting");
      return [
        {
          hook,
          priority: isSourceNat ? SOURCE_NAT_PRIORITY : PRIORITIES[table.name],
          type: isNat ? "nat" : "filter",
          run: (state, hits) =>
            ruleset.family !== "unknown" && state.family !== ruleset.family
              ? [{ probability: 1, state, hits }]
              : walkChain(table.name, program, chain, state, hits),
        },
      ];
    });
  });
}
