/** What kube-proxy decides for one service port before it writes a chain. */
import type { Endpoint } from "../../endpoints/types.js";
import type { DnatTarget, NftChain, NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortWithEndpoints } from "../input.js";
import { endpointNameBase, inOnePiece, REJECT, serviceNameBase, servicePortPath } from "./names.js";

/** The chain of one endpoint. Of the endpoint itself nothing is kept: there may be 150,000. */
export interface EndpointChain extends NftChain {
  readonly kind: "endpoint";
  readonly protocol: ServicePortPlan["protocol"];
  readonly address: string;
  readonly port: number;
  /** Set of clients that stick to this endpoint. */
  readonly affinitySet: string | undefined;
}

/** What a policy chooses among: chains of endpoints, or the addresses of endpoints that have none of their own. */
export type PolicyTargets =
  | { readonly kind: "chains"; readonly chains: readonly EndpointChain[] }
  | { readonly kind: "endpoints"; readonly addresses: readonly DnatTarget[] };

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
  readonly cluster: PolicyTargets;
  readonly local: PolicyTargets;
  /** Of the endpoints any chain may send to, in their order; undefined when endpoints have no chains of their own. */
  readonly endpointChains: readonly EndpointChain[] | undefined;
}

const REJECTED: Verdict = { kind: "goto", chain: REJECT };
const DROPPED: Verdict = { kind: "drop" };
const NO_TARGETS: PolicyTargets = { kind: "chains", chains: [] };

/** Decides chains and verdicts. `everyEndpoint`: each has a chain, also without affinity. */
export function planServicePort(
  { port, endpoints }: ServicePortWithEndpoints,
  everyEndpoint: boolean,
): ServicePortPlan {
  const { hasAny, reachable } = endpoints;
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  const origin: NftOrigin = { label: port.name, ref: port };
  const protocol = port.protocol.toLowerCase() as ServicePortPlan["protocol"];
  const affinity = port.affinitySeconds !== undefined;
  const planEndpoint = (endpoint: Endpoint): EndpointChain => {
    const base = endpointNameBase(path, endpoint);
    const affinitySet = affinity ? `affinity-${base}` : undefined;
    const { ip: address, port: number } = endpoint;
    return {
      kind: "endpoint",
      name: inOnePiece("endpoint-" + base),
      origin,
      protocol,
      address,
      port: number,
      affinitySet,
    };
  };
  const endpointChains = everyEndpoint || affinity ? reachable.map(planEndpoint) : undefined;
  const cluster = port.usesClusterEndpoints ? endpoints.cluster : [];
  const local = port.usesLocalEndpoints ? endpoints.local : [];
  const noLocal = endpoints.local.length === 0;
  const clusterChain = cluster.length > 0 ? inOnePiece("service-" + base) : undefined;
  const localChain = local.length > 0 ? inOnePiece("local-" + base) : undefined;
  const firewalled = port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0;
  return {
    port,
    protocol,
    origin,
    hasAny,
    hasInternal: hasAny && !(port.internalPolicyLocal && noLocal),
    hasExternal: hasAny && !(port.externalPolicyLocal && noLocal),
    clusterChain,
    localChain,
    externalChain: hasAny && port.externallyAccessible ? inOnePiece("external-" + base) : undefined,
    firewallChain: firewalled ? inOnePiece("firewall-" + base) : undefined,
    internalTarget: port.internalPolicyLocal ? localChain : clusterChain,
    externalTarget: port.externalPolicyLocal ? localChain : clusterChain,
    refusal: hasAny ? DROPPED : REJECTED,
    cluster: targetsOf(cluster, reachable, endpointChains),
    local: targetsOf(local, reachable, endpointChains),
    endpointChains,
  };
}

/** `chains`: of `reachable`, in its order. */
function targetsOf(
  wanted: readonly Endpoint[],
  reachable: readonly Endpoint[],
  chains: readonly EndpointChain[] | undefined,
): PolicyTargets {
  if (!chains) return { kind: "endpoints", addresses: wanted.map(({ ip, port }) => ({ address: ip, port })) };
  if (wanted.length === 0) return NO_TARGETS;
  if (isSameList(wanted, reachable)) return { kind: "chains", chains };
  const chainOf = new Map(reachable.map(({ target }, i) => [target, chains[i]!]));
  return { kind: "chains", chains: wanted.flatMap(({ target }) => chainOf.get(target) ?? []) };
}

function isSameList(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a === b || (a.length === b.length && a.every((e, i) => e === b[i]));
}
