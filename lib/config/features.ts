/**
 * What each Kubernetes release changes in kube-proxy and in the endpoint controllers, as named features.
 * The only place that compares release numbers; everything else asks a feature by its name.
 */
import { NEWEST_MINOR, type KubeVersion } from "./kube-version.js";

/** Feature gates of kube-proxy whose value changes rules: on, off, or not there. */
interface GateRow {
  readonly name: string;
  /** Default by minor; later minors repeat the last entry. `lock`: the gate cannot be changed any more. */
  readonly defaults: readonly { readonly since: number; readonly on: boolean; readonly lock?: boolean }[];
}

const GATES = {
  topologyAwareHints: {
    name: "TopologyAwareHints",
    defaults: [
      { since: 27, on: true },
      { since: 33, on: true, lock: true },
    ],
  },
  serviceTrafficDistribution: {
    name: "ServiceTrafficDistribution",
    defaults: [
      { since: 30, on: false },
      { since: 31, on: true },
      { since: 33, on: true, lock: true },
    ],
  },
  preferSameTrafficDistribution: {
    name: "PreferSameTrafficDistribution",
    defaults: [
      { since: 33, on: false },
      { since: 34, on: true },
      { since: 35, on: true, lock: true },
    ],
  },
  loadBalancerIPMode: {
    name: "LoadBalancerIPMode",
    defaults: [
      { since: 29, on: false },
      { since: 30, on: true },
      { since: 32, on: true, lock: true },
    ],
  },
  allowServiceExternalIPs: { name: "AllowServiceExternalIPs", defaults: [{ since: 36, on: true }] },
  multiCIDRServiceAllocator: {
    name: "MultiCIDRServiceAllocator",
    defaults: [
      { since: 31, on: false },
      { since: 33, on: true },
      { since: 34, on: true, lock: true },
    ],
  },
} as const satisfies Record<string, GateRow>;

export interface Features {
  /* Services and slices that are seen */
  /**
   * A Service labelled service.kubernetes.io/service-proxy-name is ignored. The proxier itself programs it, as the
   * recorded texts show; only the watch of a kube-proxy started as usual leaves it out (`watchSelectors`).
   */
  readonly ignoresServicesForOtherProxy: boolean;
  /** A Service labelled service.kubernetes.io/headless is ignored. */
  readonly ignoresServicesLabelledHeadless: boolean;
  /** An EndpointSlice labelled service.kubernetes.io/service-proxy-name is ignored. */
  readonly ignoresSlicesLabelledForOtherProxy: boolean;
  /** externalTrafficPolicy Local counts for a ClusterIP Service with externalIPs. */
  readonly externalPolicyOnClusterIPServices: boolean;
  /** Load-balancer ingress with an ipMode other than VIP is skipped. */
  readonly loadBalancerIPMode: boolean;
  /** externalIPs are programmed at all. */
  readonly allowServiceExternalIPs: boolean;
  /** A source range of prefix length 0 empties the list. */
  readonly zeroSourceRangeMeansAll: boolean;
  /** Any nodePortAddresses entry of prefix length 0 means all addresses, not only the literal 0.0.0.0/0 and ::/0. */
  readonly zeroNodePortCIDRByPrefix: boolean;
  /** nodePortAddresses: [primary]. */
  readonly nodePortAddressesPrimary: boolean;

  /* Text form of addresses */
  readonly canonicalServiceIPs: boolean;
  readonly canonicalEndpointIPs: boolean;
  /** The hairpin rule's source is canonical although the DNAT target is raw. */
  readonly canonicalHairpinSource: boolean;

  /* Endpoints */
  /** Of two endpoints with one address, the later one that is not terminating wins; else the later local one. */
  readonly duplicatesPreferNotTerminating: boolean;
  /** Slice ports and endpoints are visited sorted before duplicates are dropped. */
  readonly sortsWithinSliceBeforeDeduplicating: boolean;
  /** A slice's addressType alone decides the family; before, each endpoint's first address is checked too. */
  readonly sliceFamilyDecides: boolean;
  readonly topologyZoneHints: boolean;
  /** The topology annotation is needed for zone hints. */
  readonly topologyNeedsAnnotation: boolean;
  /** A node without a zone never uses zone hints (an empty hint name does not match it). */
  readonly topologyNeedsNodeZone: boolean;
  readonly topologyNodeHints: boolean;

  /* Node */
  /** The node IP is known for both families; before, only for the primary one. */
  readonly nodeIPOfBothFamilies: boolean;

  /* iptables mode */
  /** nf_conntrack_tcp_be_liberal removes the INVALID drop. */
  readonly invalidDropFollowsTcpBeLiberal: boolean;
  readonly nfacctCounters: boolean;

  /* ipvs mode */
  readonly ipvsDeprecated: boolean;

  /* nftables mode */
  /** Base chains filter-*-pre-dnat and filter priorities 0 (layout B). */
  readonly nftSplitPreDNATChains: boolean;
  /** iifname for interface matches; before, iif. */
  readonly nftMatchesInterfaceByName: boolean;
  /** The cluster-IP masquerade rule repeats protocol and port. */
  readonly nftMasqueradeRuleHasPort: boolean;
  /** One global masquerade rule, hairpin set, no endpoint chains without affinity. */
  readonly nftHairpinSet: boolean;
  /** Containers are flushed and refilled by a full sync. */
  readonly nftFlushesContainers: boolean;
  /** ServiceCIDR objects are read. */
  readonly nftServiceCIDRs: boolean;

  /* EndpointSlice controller (the API server's release; taken as the same) */
  readonly namedPortsOfSidecars: boolean;
  readonly canonicalPodIPs: boolean;
  /** A ready endpoint without zone gets a zone hint with an empty name. */
  readonly emptyZoneHints: boolean;
  readonly trafficDistribution: boolean;
  readonly preferSameZoneAndNode: boolean;

  /* API server */
  readonly relaxedServiceNames: boolean;
  readonly strictIPAndCIDRSyntax: boolean;
  /** IPv6 addresses in new EndpointSlices must be in canonical form. */
  readonly canonicalSliceAddresses: boolean;
  readonly refusesLoadBalancerPort10250: boolean;
  readonly loadBalancerStatusNeedsType: boolean;
  readonly externalPolicyDefaultsOnClusterIP: boolean;
  readonly preferCloseDeprecated: boolean;
}

/** The value of a gate: set by the configuration unless locked, else the default; undefined when the release lacks it. */
function gate(row: GateRow, minor: number, set: Readonly<Record<string, boolean>>): boolean | undefined {
  const entry = row.defaults.filter((d) => d.since <= minor).at(-1);
  if (!entry) return undefined;
  return entry.lock ? entry.on : (set[row.name] ?? entry.on);
}

/**
 * The features of a release.
 * `gates`: featureGates of the KubeProxyConfiguration. `watchSelectors`: leave out what kube-proxy does not watch.
 * Source: the version tables of kube-proxy's three modes and of the EndpointSlice controller, 1.28 to 1.36.
 */
export function featuresOf(
  version: KubeVersion,
  gates: Readonly<Record<string, boolean>> = {},
  watchSelectors = false,
): Features {
  const { minor } = version;
  const patch = version.patch ?? Infinity;
  const since = (m: number) => minor >= m;
  const trafficDistributionGate = gate(GATES.serviceTrafficDistribution, minor, gates);
  return {
    ignoresServicesForOtherProxy: watchSelectors,
    ignoresServicesLabelledHeadless: !since(36),
    ignoresSlicesLabelledForOtherProxy: watchSelectors && !since(36),
    externalPolicyOnClusterIPServices: since(29),
    loadBalancerIPMode: gate(GATES.loadBalancerIPMode, minor, gates) ?? false,
    allowServiceExternalIPs: gate(GATES.allowServiceExternalIPs, minor, gates) ?? true,
    zeroSourceRangeMeansAll: since(34),
    zeroNodePortCIDRByPrefix: since(34),
    nodePortAddressesPrimary: since(31),

    canonicalServiceIPs: since(30),
    canonicalEndpointIPs: since(31),
    canonicalHairpinSource: !since(29) || since(31),

    duplicatesPreferNotTerminating: since(36),
    sortsWithinSliceBeforeDeduplicating: !since(31),
    sliceFamilyDecides: since(33),
    topologyZoneHints: gate(GATES.topologyAwareHints, minor, gates) ?? true,
    topologyNeedsAnnotation: !since(33) && !(trafficDistributionGate ?? false),
    topologyNeedsNodeZone: !since(33),
    topologyNodeHints: gate(GATES.preferSameTrafficDistribution, minor, gates) ?? false,

    nodeIPOfBothFamilies: since(29),

    invalidDropFollowsTcpBeLiberal: since(29),
    nfacctCounters: since(31),

    ipvsDeprecated: since(35),

    nftSplitPreDNATChains: since(34) || (minor === 33 && patch >= 6),
    nftMatchesInterfaceByName: since(35) || (minor === 34 && patch >= 2) || (minor === 33 && patch >= 6),
    nftMasqueradeRuleHasPort: !since(34),
    nftHairpinSet: since(36),
    nftFlushesContainers: !since(33),
    nftServiceCIDRs: gate(GATES.multiCIDRServiceAllocator, minor, gates) ?? false,

    namedPortsOfSidecars: since(33),
    canonicalPodIPs: since(33),
    emptyZoneHints: minor === 31 || minor === 32,
    trafficDistribution: since(31),
    preferSameZoneAndNode: since(34),

    relaxedServiceNames: since(36),
    strictIPAndCIDRSyntax: since(36),
    canonicalSliceAddresses: since(33),
    refusesLoadBalancerPort10250: !since(33),
    loadBalancerStatusNeedsType: since(29),
    externalPolicyDefaultsOnClusterIP: since(29),
    preferCloseDeprecated: since(35),
  };
}

/** The newest release known. */
export const NEWEST_VERSION: KubeVersion = { minor: NEWEST_MINOR, text: `1.${NEWEST_MINOR}` };
