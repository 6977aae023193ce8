/** The iptables rules around IPVS in the form the iptables renderers take. */
import type { IptablesProgram, TableProgram } from "../backends/iptables/index.js";
import type { CompiledIPVS } from "../backends/ipvs/index.js";
import { printRuleRestore } from "../rulesets/iptables/print-restore.js";

/**
 * The compiled rules as a program: for `renderIptablesRestore` (nat, then filter, as kube-proxy writes them), and with
 * `order` "save" for `renderIptablesSave` and `saveTables` (filter, then nat, as iptables-save does).
 */
export function ipvsIptablesProgram(compiled: CompiledIPVS, order: "restore" | "save" = "restore"): IptablesProgram {
  const program = (name: TableProgram["name"]): TableProgram => {
    const table = compiled.iptables.tables.find((t) => t.name === name)!;
    return { name, chains: () => [table.chains.map((chain) => chain.name)], rules: () => [table.rules] };
  };
  return {
    kind: "iptables",
    family: compiled.state.family,
    largeCluster: false,
    tables: order === "restore" ? [program("nat"), program("filter")] : [program("filter"), program("nat")],
    jumps: compiled.jumps,
    plans: [],
  };
}

/** The jumps as the iptables commands that kube-proxy runs, in its order. */
export function* renderIpvsJumps({ jumps, state }: CompiledIPVS): Generator<string> {
  const program = state.family === "IPv4" ? "iptables" : "ip6tables";
  for (const { table, rule } of jumps) yield `${program} -t ${table} ${printRuleRestore(rule).replace("-A ", "-I ")}`;
}
