/** Clients that are no pods, of Services with externalTrafficPolicy Local: what they send is not masqueraded. */
import type { Clause } from "../../rulesets/iptables/types.js";
import { ENDPOINT_PREFIX } from "./kube-chains.js";
import type { Side } from "./side.js";

export interface OutsideClients {
  /** That of the pods, in which these clients are not: "10.244.0.0/16". */
  readonly network: string;
  /** Chains of the endpoints that they get. */
  readonly chains: ReadonlySet<string>;
}

/** Undefined where there are no such Services, or where no rule tells the network of the pods. */
export function outsideClients(wanted: Side): OutsideClients | undefined {
  const networks = new Set<string>();
  const chains = new Set<string>();
  for (const chain of wanted.tables.get("nat")?.chains.keys() ?? []) {
    if (!chain.startsWith("KUBE-EXT-")) continue;
    const rules = wanted.rulesOf("nat", chain);
    const local = `KUBE-SVL-${chain.slice("KUBE-EXT-".length)}`;
    if (!rules.some(({ target }) => target.kind === "jump" && target.chain === local)) continue;
    for (const { clauses } of rules) for (const network of podNetworks(clauses)) networks.add(network);
    for (const { target } of wanted.rulesOf("nat", local))
      if (target.kind === "jump" && target.chain.startsWith(ENDPOINT_PREFIX)) chains.add(target.chain);
  }
  const [network] = networks;
  return networks.size === 1 ? { network: network!, chains } : undefined;
}

/** Of kube-proxy's rule by which pods get endpoints of all nodes. */
function podNetworks(clauses: readonly Clause[]): string[] {
  return clauses.flatMap((clause) => (clause.kind === "source" && !clause.negated ? [clause.address] : []));
}
