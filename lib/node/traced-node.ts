/** What was compiled for a node, as a node that packets can be traced through. */
import type { Compiled } from "../pipeline/artifacts.js";
import type { IptablesProgram } from "../backends/iptables/index.js";
import { ipvsIptablesProgram } from "../render/ipvs-iptables.js";
import type { Rule, Ruleset } from "../rulesets/iptables/types.js";
import type { NodeFacts, TracedNode } from "../trace/types.js";

const BUILT_IN_CHAINS = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
} as const;

/** The node after kube-proxy's first sync on a host that held nothing. */
export function tracedNodeOf(compiled: Compiled, facts: NodeFacts): TracedNode {
  switch (compiled.mode) {
    case "iptables":
      return { iptables: [rulesetOf(compiled.program)], facts };
    case "ipvs":
      return {
        iptables: [rulesetOf(ipvsIptablesProgram(compiled.compiled, "save"))],
        ipvs: [compiled.compiled.state],
        facts,
      };
    case "nftables":
      return { nftables: [{ kind: "nftables", tables: [compiled.program] }], facts };
  }
}

/** A program's rules with the built-in chains and the jumps in them, as a kernel holds them. */
function rulesetOf({ tables, jumps, family }: IptablesProgram): Ruleset {
  return {
    kind: "iptables",
    family,
    tables: tables.map(({ name, chains, rules }) => {
      // Each jump was put in front of the earlier ones.
      const own = jumps.flatMap((jump) => (jump.table === name ? jump.rule : [])).reverse();
      const declared = new Set<string>([...chains()].flat());
      for (const { target } of own) if (target.kind === "jump") declared.add(target.chain);
      const all: Rule[] = [...own];
      for (const group of rules()) for (const rule of group) all.push(rule);
      return {
        name,
        chains: [
          ...BUILT_IN_CHAINS[name].map((chain) => ({ name: chain, policy: "ACCEPT" })),
          ...Array.from(declared, (chain) => ({ name: chain })),
        ],
        rules: all,
      };
    }),
  };
}
