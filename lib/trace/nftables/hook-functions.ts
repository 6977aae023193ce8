/** The base chains of an nftables rule set, where the kernel calls them. */
import type { NftChain, NftFamily, NftRuleset } from "../../rulesets/nftables/types.js";
import type { HookFunction, HookName } from "../branch.js";
import type { NodeAddresses } from "../local-addresses.js";
import type { PacketState } from "../packet-state.js";
import { prepareNftTable, type NftProgram } from "./program.js";
import { walkBaseChain } from "./walk.js";

/** Before it `ct state` is invalid, whatever the packet. Source: Linux nf_ip_hook_priorities, nft_ct_get_eval. */
const CONNTRACK = -200;

const HOOKS = new Set<string>(["prerouting", "input", "forward", "output", "postrouting"] satisfies HookName[]);

/**
 * One hook function for each base chain of the families ip, ip6 and inet. Chains at the ingress and egress hooks, and of
 * the other families, are not looked at, and a dormant table has none. Of one priority the chain that was made last, and so is listed
 * last, comes first. Source: Linux nf_hook_entries_grow.
 */
export function nftHookFunctions(
  ruleset: NftRuleset,
  addresses: NodeAddresses,
  remembers: NftProgram["remembers"],
): HookFunction[] {
  const functions = ruleset.tables.flatMap((table) => {
    if (table.dormant) return [];
    if (table.family !== "ip" && table.family !== "ip6" && table.family !== "inet") return [];
    const program = prepareNftTable(table, addresses, remembers);
    return table.chains.flatMap((chain: NftChain): HookFunction[] => {
      if (!chain.base || !HOOKS.has(chain.base.hook)) return [];
      const { hook, priority, type } = chain.base;
      return [
        {
          hook: hook as HookName,
          priority,
          type: type === "nat" ? "nat" : "filter",
          run: (state, hits) => {
            if (!isOfFamily(table.family, state)) return [{ probability: 1, state, hits }];
            if (priority >= CONNTRACK || (hook !== "prerouting" && hook !== "output"))
              return walkBaseChain(program, chain, state, hits);
            const { connection } = state;
            const ends = walkBaseChain(program, chain, { ...state, connection: "invalid" }, hits);
            return ends.map((end) => ({ ...end, state: { ...end.state, connection } }));
          },
        },
      ];
    });
  });
  return functions.reverse();
}

function isOfFamily(family: NftFamily, state: PacketState): boolean {
  return family === "inet" || (family === "ip") === (state.family === "IPv4");
}
