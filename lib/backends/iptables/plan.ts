/** What kube-proxy decides for one service port before it writes a rule. */
import type { Endpoint } from "../../endpoints/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortWithEndpoints } from "../input.js";
import { hashInput, serviceChainNames, type ServiceChainNames } from "./chain-names.js";
import { chainsOf, knownOrNew, LateChains, type EndpointChains, type KnownChains } from "./endpoint-chains.js";

export interface Refusal {
  readonly reason: string;
  readonly verdict: "reject" | "drop";
}

export interface ServicePortPlan {
  readonly port: ServicePort;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly names: ServiceChainNames;
  readonly hasAny: boolean;
  /** Set when traffic to the cluster IP is refused. */
  readonly internalRefusal: Refusal | undefined;
  /** Set when traffic to external addresses and node ports is refused. */
  readonly externalRefusal: Refusal | undefined;
  readonly internalChain: string;
  readonly externalChain: string;
  readonly hasClusterChain: boolean;
  readonly hasLocalChain: boolean;
  readonly hasExternalChain: boolean;
  readonly hasFirewallChain: boolean;
  readonly cluster: EndpointChains;
  readonly local: EndpointChains;
  readonly reachable: EndpointChains;
}

const NO_ENDPOINTS: EndpointChains = { ips: [], chains: [], port: 0, targets: undefined };

/** How endpoint chains get their names: the same ones, whichever way. */
export interface ChainNaming {
  readonly knownChains?: KnownChains | undefined;
  /** They are asked for once, in the order of the service ports: made then, and let go. Not where they are known. */
  readonly namesPass?: boolean | undefined;
}

/** Decides which chains a service port has and which of its traffic is refused. */
export function planServicePort(
  { port, endpoints }: ServicePortWithEndpoints,
  { knownChains, namesPass = false }: ChainNaming = {},
): ServicePortPlan {
  const { cluster, local, reachable, hasAny } = endpoints;
  const input = hashInput(port);
  const names = serviceChainNames(input);
  const isLate = namesPass && !knownChains;
  const refusal = (policyLocal: boolean): Refusal | undefined => {
    if (!hasAny) return { reason: `${port.name} has no endpoints`, verdict: "reject" };
    if (policyLocal && local.length === 0) return { reason: `${port.name} has no local endpoints`, verdict: "drop" };
    return undefined;
  };
  const all = isLate ? new LateChains(port, reachable) : knownOrNew(reachable, input, knownChains);
  const subset = (wanted: readonly Endpoint[]): EndpointChains => {
    if (wanted === reachable) return all;
    if (wanted.length === 0) return NO_ENDPOINTS;
    if (isLate) return new LateChains(port, wanted, all);
    return chainsOf(wanted, input, new Map(reachable.map(({ target }, i) => [target, all.chains[i]!])));
  };
  return {
    port,
    protocol: port.protocol.toLowerCase() as ServicePortPlan["protocol"],
    names,
    hasAny,
    internalRefusal: refusal(port.internalPolicyLocal),
    externalRefusal: refusal(port.externalPolicyLocal),
    internalChain: port.internalPolicyLocal ? names.local : names.cluster,
    externalChain: port.externalPolicyLocal ? names.local : names.cluster,
    hasClusterChain: cluster.length > 0 && port.usesClusterEndpoints,
    hasLocalChain: local.length > 0 && port.usesLocalEndpoints,
    hasExternalChain: hasAny && port.externallyAccessible,
    hasFirewallChain: hasAny && port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0,
    cluster: subset(cluster),
    local: subset(local),
    reachable: all,
  };
}

/** Lets go of names that pass; asked for again, they are hashed again. */
export function forgetChainNames({ cluster, local, reachable }: ServicePortPlan): void {
  for (const chains of [cluster, local, reachable]) chains.forgetNames?.();
}
