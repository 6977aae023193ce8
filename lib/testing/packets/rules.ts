/** The rules that compile prints for the cluster of the packet tests, loaded and as the reasoning sees them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GATES } from "../../config/feature-gates.js";
import { backendInput } from "../../pipeline/compile.js";
import { compile, loadCluster, settleSituation, sourceFromText, type CompileOptions } from "../../index.js";
import type { IPFamily } from "../../net/ip.js";
import type { NodeFacts, TracedNode } from "../../trace/index.js";
import { loadSave, type IptablesFlavour } from "../kernel/iptables.js";
import { loadNft } from "../kernel/nft.js";
import type { Namespace } from "../kernel/namespace.js";
import { compiledNode } from "../traced-node.js";
import { GATEWAY } from "./network.js";

export interface RulesKind {
  /** A column of the table of outcomes. */
  readonly name: string;
  readonly mode: "iptables" | "nftables";
  readonly flavour?: IptablesFlavour;
  readonly masqueradeAll: boolean;
  /** 1.36 when left out. */
  readonly kubeVersion?: string;
  /** More assignments to the kube-proxy configuration. */
  readonly set?: readonly string[];
}

export const RULES_KINDS: readonly RulesKind[] = [
  { name: "iptables (nf_tables)", mode: "iptables", flavour: "nft", masqueradeAll: false },
  { name: "iptables (legacy)", mode: "iptables", flavour: "legacy", masqueradeAll: false },
  { name: "nftables", mode: "nftables", masqueradeAll: false },
  // Other base chains, and masquerading in every service's and endpoint's chain.
  { name: "nftables, 1.31", mode: "nftables", masqueradeAll: false, kubeVersion: "1.31" },
  // Services with one endpoint are translated without a map.
  { name: "nftables, 1.37", mode: "nftables", masqueradeAll: false, kubeVersion: "1.37" },
  {
    name: "nftables, 1.37, localhost gate",
    mode: "nftables",
    masqueradeAll: false,
    kubeVersion: "1.37",
    set: [`featureGates.${GATES.nftLocalhostNodePorts.name}=true`],
  },
  { name: "iptables, masqueradeAll", mode: "iptables", flavour: "nft", masqueradeAll: true },
  { name: "nftables, masqueradeAll", mode: "nftables", masqueradeAll: true },
];

const CLUSTER = fileURLToPath(new URL("../../../golden/packets/cluster.yaml", import.meta.url));

function optionsOf(
  { mode, masqueradeAll, kubeVersion = "1.36", set = [] }: RulesKind,
  family: IPFamily,
): CompileOptions {
  return {
    mode,
    node: "node-1",
    kubeVersion,
    ipFamily: family === "IPv6" ? "ipv6" : "ipv4",
    set: ["clusterCIDR=10.244.0.0/16,fd00:10:244::/48", `${mode}.masqueradeAll=${masqueradeAll}`, ...set],
  };
}

const sources = () => [sourceFromText("cluster.yaml", readFileSync(CLUSTER, "utf8"))];

/** Loads what compile prints, both IP families, into the node's namespace. */
export async function loadRules(kind: RulesKind, node: Namespace): Promise<void> {
  for (const family of ["IPv4", "IPv6"] satisfies IPFamily[]) {
    const format = kind.mode === "iptables" ? "save" : "restore";
    const { text, diagnostics } = await compile(sources(), { ...optionsOf(kind, family), format });
    if (text === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
    if (kind.flavour) loadSave(node, { flavour: kind.flavour, family }, text);
    else loadNft(node, text);
  }
}

/** The same rules to reason about. */
export function rulesToTrace(kind: RulesKind, family: IPFamily, facts: Partial<NodeFacts> = {}): TracedNode {
  const { cluster } = loadCluster(sources(), {});
  const { situation, diagnostics } = settleSituation(cluster, optionsOf(kind, family));
  if (!situation) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const input = backendInput(cluster, situation);
  const localAddresses = [...input.node.interfaceAddresses, GATEWAY.IPv4, GATEWAY.IPv6];
  return compiledNode(input, kind.mode, { localAddresses, ...facts });
}
