/** What kube-proxy decides for one service port before it writes a chain. */
import type { Endpoint } from "../../endpoints/types.js";
import type { DnatTarget, NftChain, NftOrigin, Verdict } from "../../rulesets/nftables/types.js";
import type { ServicePort } from "../../services/types.js";
import type { ServicePortWithEndpoints } from "../input.js";
import type { ColumnsPart, EndpointColumns } from "./endpoint-columns.js";
import { AFFINITY_PREFIX, ENDPOINT_PREFIX, inOnePiece, REJECT, serviceNameBase, servicePortPath } from "./names.js";

/** The chain of one endpoint, made when it is asked for. */
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
  /** `chains`: indexes of `chained`. */
  | { readonly kind: "chains"; readonly chains: readonly number[] }
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
  /** The endpoints any chain may send to, in their order; undefined when they have no chains of their own. */
  readonly chained: ColumnsPart | undefined;
  /** What names of endpoint chains are made of, beside the endpoint. */
  readonly path: string;
}

const REJECTED: Verdict = { kind: "goto", chain: REJECT };
const DROPPED: Verdict = { kind: "drop" };
const NO_TARGETS: PolicyTargets = { kind: "chains", chains: [] };

/** Decides chains and verdicts. `everyEndpoint`: each has a chain, also without affinity. Those that have are added to the columns. */
export function planServicePort(
  { port, endpoints }: ServicePortWithEndpoints,
  everyEndpoint: boolean,
  columns: EndpointColumns,
): ServicePortPlan {
  const { hasAny, reachable } = endpoints;
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  const origin: NftOrigin = { label: port.name, ref: port };
  const protocol = port.protocol.toLowerCase() as ServicePortPlan["protocol"];
  const hasChains = everyEndpoint || port.affinitySeconds !== undefined;
  const chained = hasChains ? columns.add(path, reachable) : undefined;
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
    cluster: targetsOf(cluster, reachable, hasChains),
    local: targetsOf(local, reachable, hasChains),
    chained,
    path,
  };
}

/** What follows "endpoint-" and "affinity-" in the names of the endpoint at `i` of `chained`. */
export function endpointBase({ chained }: ServicePortPlan, i: number): string {
  const { columns, first, stem } = chained!;
  return columns.baseAt(first + i, stem);
}

/** `base`: what follows "endpoint-" and "affinity-" in names. */
export function endpointChainOf(plan: ServicePortPlan, base: string, address: string, port: number): EndpointChain {
  const affinitySet = plan.port.affinitySeconds === undefined ? undefined : AFFINITY_PREFIX + base;
  const { origin, protocol } = plan;
  return { kind: "endpoint", name: inOnePiece(ENDPOINT_PREFIX + base), origin, protocol, address, port, affinitySet };
}

/** `hasChains`: those that `reachable` has, in its order. */
function targetsOf(wanted: readonly Endpoint[], reachable: readonly Endpoint[], hasChains: boolean): PolicyTargets {
  if (!hasChains) return { kind: "endpoints", addresses: wanted.map(({ ip, port }) => ({ address: ip, port })) };
  if (wanted.length === 0) return NO_TARGETS;
  if (isSameList(wanted, reachable)) return { kind: "chains", chains: firstIndexes(wanted.length) };
  const indexOf = new Map(reachable.map(({ target }, i) => [target, i]));
  return { kind: "chains", chains: wanted.flatMap(({ target }) => indexOf.get(target) ?? []) };
}

/** 0, 1 and so on; the same list for all service ports with as many endpoints. */
const FIRST_INDEXES: number[][] = [];
const firstIndexes = (count: number): number[] => (FIRST_INDEXES[count] ??= Array.from({ length: count }, (_, i) => i));

function isSameList(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a === b || (a.length === b.length && a.every((e, i) => e === b[i]));
}
