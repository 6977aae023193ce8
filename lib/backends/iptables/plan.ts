/** What kube-proxy decides for one service port before it writes a rule. */
import type { Endpoint } from "../../endpoints/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortWithEndpoints } from "../input.js";
import { endpointChainName, hashInput, serviceChainNames, type ServiceChainNames } from "./chain-names.js";

/** Endpoints and, at the same index, their chains: two arrays, not an object for each of 150,000. */
export interface EndpointChains {
  readonly endpoints: readonly Endpoint[];
  readonly chains: readonly string[];
}

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

const NO_ENDPOINTS: EndpointChains = { endpoints: [], chains: [] };

/** Decides which chains a service port has and which of its traffic is refused. */
export function planServicePort({ port, endpoints }: ServicePortWithEndpoints): ServicePortPlan {
  const { cluster, local, reachable, hasAny } = endpoints;
  const input = hashInput(port);
  const names = serviceChainNames(input);
  const refusal = (policyLocal: boolean): Refusal | undefined => {
    if (!hasAny) return { reason: `${port.name} has no endpoints`, verdict: "reject" };
    if (policyLocal && local.length === 0) return { reason: `${port.name} has no local endpoints`, verdict: "drop" };
    return undefined;
  };
  const chains = reachable.map((endpoint) => endpointChainName(input, endpoint.target));
  const subset = (wanted: readonly Endpoint[]): EndpointChains => {
    if (wanted === reachable) return { endpoints: reachable, chains };
    if (wanted.length === 0) return NO_ENDPOINTS;
    const chainOf = new Map(reachable.map((endpoint, i) => [endpoint, chains[i]!]));
    return {
      endpoints: wanted,
      chains: wanted.map((e) => chainOf.get(e) ?? endpointChainName(input, e.target)),
    };
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
    reachable: subset(reachable),
  };
}
