/** What each mode of kube-proxy programs for one input, as a node that packets can be traced through. */
import { compileIptables } from "../backends/iptables/index.js";
import { compileIpvs } from "../backends/ipvs/index.js";
import type { BackendInput } from "../backends/input.js";
import { compileNftables } from "../backends/nftables/index.js";
import type { ProxyMode } from "../config/proxy-config.js";
import { renderIptablesSave } from "../render/iptables-save.js";
import { ipvsIptablesProgram } from "../render/ipvs-iptables.js";
import { parseIptables } from "../rulesets/iptables/parse.js";
import type { Ruleset } from "../rulesets/iptables/types.js";
import { sourceFromText } from "../source/source.js";
import type { NodeFacts, TracedNode } from "../trace/index.js";

/** Rules from the text of iptables-save. */
export function rulesetOfSave(text: string, family: "IPv4" | "IPv6"): Ruleset {
  const { rulesets, diagnostics } = parseIptables([sourceFromText(family === "IPv6" ? "ip6tables" : "iptables", text)]);
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return { kind: "iptables", family, tables: rulesets.flatMap((ruleset) => ruleset.tables) };
}

/** The node after kube-proxy's first sync in a mode. `facts`: beside the addresses that the input tells. */
export function compiledNode(input: BackendInput, mode: ProxyMode, facts: Partial<NodeFacts> = {}): TracedNode {
  const told = { localAddresses: input.node.interfaceAddresses, ...facts };
  const { family } = input;
  switch (mode) {
    case "iptables":
      return {
        iptables: [rulesetOfSave([...renderIptablesSave(compileIptables(input))].join("\n"), family)],
        facts: told,
      };
    case "ipvs": {
      const compiled = compileIpvs(input);
      const save = [...renderIptablesSave(ipvsIptablesProgram(compiled, "save"))].join("\n");
      return { iptables: [rulesetOfSave(save, family)], ipvs: [compiled.state], facts: told };
    }
    case "nftables":
      return { nftables: [{ kind: "nftables", tables: [compileNftables(input)] }], facts: told };
  }
}
