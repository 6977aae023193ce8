/** Named differences between Kubernetes releases, as the stages ask for them. */

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
  /** MASQUERADE has --random-fully whatever the node's iptables is; in ipvs mode, too. */
  readonly alwaysRandomFully: boolean;

  /** kube-proxy warns when its configuration sets no mode. */
  readonly unsetModeDeprecated: boolean;

  /* ipvs mode */
  readonly ipvsDeprecated: boolean;
  /** Gate KubeProxyIPVS: without it kube-proxy does not start in this mode. */
  readonly ipvsMode: boolean;

  /* nftables mode */
  /** Base chains filter-*-pre-dnat and filter priorities 0 (layout B). */
  readonly nftSplitPreDNATChains: boolean;
  /** iifname for interface matches; before, iif. */
  readonly nftMatchesInterfaceByName: boolean;
  /** The cluster-IP masquerade rule repeats protocol and port. */
  readonly nftMasqueradeRuleHasPort: boolean;
  /** One global masquerade rule, hairpin set, no endpoint chains without affinity. */
  readonly nftHairpinSet: boolean;
  /** ServiceCIDR objects are read. */
  readonly nftServiceCIDRs: boolean;
  /** A chain with one endpoint and no affinity translates to it directly, without a numgen map. */
  readonly nftSingleEndpointDNAT: boolean;
  /** Comments of elements are cut to the bytes that nft takes. */
  readonly nftCutsComments: boolean;
  /** nodePortAddresses may hold `primary`, `localhost` and `all` beside CIDRs. */
  readonly nftNodePortAddressKeywords: boolean;
  /** Node ports on loopback addresses are rejected, or served by kube-proxy itself where they are asked for. */
  readonly nftLocalhostNodePorts: boolean;

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
