/** What kube-proxy decides for one service port before it writes a chain. */
import type { Endpoint } from "../../endpoints/types.js";
import type { NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortWithEndpoints } from "../input.js";
import { endpointNameBase, REJECT, serviceNameBase, servicePortPath } from "./names.js";

export interface EndpointPlan {
  readonly endpoint: Endpoint;
  /** Undefined when the endpoint has no chain of its own. */
  readonly chain: string | undefined;
  /** Set of clients that stick to this endpoint. */
  readonly affinitySet: string | undefined;
}

export interface ServicePortPlan {
  readonly port: ServicePort;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly origin: NftOrigin;
  readonly hasAny: boolean;
  /** Traffic to the cluster IP is forwarded. */
  readonly hasInternal: boolean;
  /** Traffic to external addresses and node ports is forwarded. */
  readonly hasExternal: boolean;
  /** Chain names, undefined for chains that are not there. */
  readonly clusterChain: string | undefined;
  readonly localChain: string | undefined;
  readonly externalChain: string | undefined;
  readonly firewallChain: string | undefined;
  readonly internalTarget: string | undefined;
  readonly externalTarget: string | undefined;
  /** What happens to traffic that is not forwarded. */
  readonly refusal: Verdict;
  readonly cluster: readonly EndpointPlan[];
  readonly local: readonly EndpointPlan[];
  readonly reachable: readonly EndpointPlan[];
}

const REJECTED: Verdict = { kind: "goto", chain: REJECT };
const DROPPED: Verdict = { kind: "drop" };

/** Decides chains and verdicts. `endpointChains`: every endpoint has a chain, also without affinity. */
export function planServicePort(
  { port, endpoints }: ServicePortWithEndpoints,
  endpointChains: boolean,
): ServicePortPlan {
  const { hasAny, reachable } = endpoints;
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  const affinity = port.affinitySeconds !== undefined;
  const planEndpoint = (endpoint: Endpoint): EndpointPlan => {
    if (!endpointChains && !affinity) return { endpoint, chain: undefined, affinitySet: undefined };
    const name = endpointNameBase(path, endpoint);
    return { endpoint, chain: `endpoint-${name}`, affinitySet: affinity ? `affinity-${name}` : undefined };
  };
  const reachablePlans = reachable.map(planEndpoint);
  const subset = (wanted: readonly Endpoint[]): readonly EndpointPlan[] => {
    if (isSameList(wanted, reachable)) return reachablePlans;
    const planOf = new Map(reachablePlans.map((plan) => [plan.endpoint.target, plan]));
    return wanted.map((endpoint) => planOf.get(endpoint.target) ?? planEndpoint(endpoint));
  };
  const cluster = port.usesClusterEndpoints ? subset(endpoints.cluster) : [];
  const local = port.usesLocalEndpoints ? subset(endpoints.local) : [];
  const noLocal = endpoints.local.length === 0;
  const clusterChain = cluster.length > 0 ? `service-${base}` : undefined;
  const localChain = local.length > 0 ? `local-${base}` : undefined;
  const firewalled = port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0;
  return {
    port,
    protocol: port.protocol.toLowerCase() as ServicePortPlan["protocol"],
    origin: { label: port.name, ref: port },
    hasAny,
    hasInternal: hasAny && !(port.internalPolicyLocal && noLocal),
    hasExternal: hasAny && !(port.externalPolicyLocal && noLocal),
    clusterChain,
    localChain,
    externalChain: hasAny && port.externallyAccessible ? `external-${base}` : undefined,
    firewallChain: firewalled ? `firewall-${base}` : undefined,
    internalTarget: port.internalPolicyLocal ? localChain : clusterChain,
    externalTarget: port.externalPolicyLocal ? localChain : clusterChain,
    refusal: hasAny ? DROPPED : REJECTED,
    cluster,
    local,
    reachable: reachablePlans,
  };
}

function isSameList(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a === b || (a.length === b.length && a.every((e, i) => e === b[i]));
}
