/**
 * What each Kubernetes release changes in kube-proxy, the endpoint controllers and the API server: one row a release.
 * With `feature-gates.ts` the only place that knows release numbers. A new minor adds its row at the end.
 */
import type { Features } from "./feature-types.js";

/** Features that a gate decides, or the way the node is watched. */
export type GatedFeature =
  | "ignoresServicesForOtherProxy"
  | "ignoresSlicesLabelledForOtherProxy"
  | "loadBalancerIPMode"
  | "allowServiceExternalIPs"
  | "topologyZoneHints"
  | "topologyNeedsAnnotation"
  | "topologyNodeHints"
  | "nftServiceCIDRs"
  | "nftLocalhostNodePorts"
  | "ipvsMode";

/** Facts of a release from which gated features follow. */
export interface ReleaseFacts extends Omit<Features, GatedFeature> {
  /** The annotation service.kubernetes.io/topology-mode is not looked at. */
  readonly topologyHintsAlways: boolean;
  /** kube-proxy watches slices without those labelled for another proxy. */
  readonly watchesOwnSlicesOnly: boolean;
}

/** From this patch on (0 when left out) until a later row says otherwise. */
export interface ReleaseRow {
  readonly minor: number;
  readonly patch?: number;
  readonly changes: Partial<ReleaseFacts>;
}

/** The first minor whose rules are known in modes ipvs and nftables. */
export const OTHER_MODES_SINCE = 31;

/** In help and schemas; any release that is known. */
export const EXAMPLE_RELEASE = "1.34";

/** The oldest release that is known, complete. */
export const FIRST_RELEASE: { readonly minor: number; readonly facts: ReleaseFacts } = {
  minor: 28,
  facts: {
    ignoresServicesLabelledHeadless: true,
    externalPolicyOnClusterIPServices: false,
    zeroSourceRangeMeansAll: false,
    zeroNodePortCIDRByPrefix: false,
    nodePortAddressesPrimary: false,
    canonicalServiceIPs: false,
    canonicalEndpointIPs: false,
    canonicalHairpinSource: true,
    duplicatesPreferNotTerminating: false,
    sortsWithinSliceBeforeDeduplicating: true,
    sliceFamilyDecides: false,
    topologyHintsAlways: false,
    topologyNeedsNodeZone: true,
    nodeIPOfBothFamilies: false,
    invalidDropFollowsTcpBeLiberal: false,
    nfacctCounters: false,
    alwaysRandomFully: false,
    unsetModeDeprecated: false,
    ipvsDeprecated: false,
    nftSplitPreDNATChains: false,
    nftMatchesInterfaceByName: false,
    nftMasqueradeRuleHasPort: true,
    nftHairpinSet: false,
    nftSingleEndpointDNAT: false,
    nftCutsComments: false,
    nftNodePortAddressKeywords: false,
    watchesOwnSlicesOnly: true,
    namedPortsOfSidecars: false,
    canonicalPodIPs: false,
    emptyZoneHints: false,
    trafficDistribution: false,
    preferSameZoneAndNode: false,
    relaxedServiceNames: false,
    strictIPAndCIDRSyntax: false,
    canonicalSliceAddresses: false,
    refusesLoadBalancerPort10250: true,
    loadBalancerStatusNeedsType: false,
    externalPolicyDefaultsOnClusterIP: false,
    preferCloseDeprecated: false,
  },
};

/**
 * In order of release. Source: the version tables of kube-proxy's three modes and of the EndpointSlice controller; for
 * 1.37 pull requests 139247, 139516, 140723, 140960 and 138427 of kubernetes/kubernetes.
 */
export const RELEASE_ROWS: readonly ReleaseRow[] = [
  {
    minor: 29,
    changes: {
      externalPolicyOnClusterIPServices: true,
      canonicalHairpinSource: false,
      nodeIPOfBothFamilies: true,
      invalidDropFollowsTcpBeLiberal: true,
      loadBalancerStatusNeedsType: true,
      externalPolicyDefaultsOnClusterIP: true,
    },
  },
  { minor: 30, changes: { canonicalServiceIPs: true } },
  {
    minor: 31,
    changes: {
      nodePortAddressesPrimary: true,
      canonicalEndpointIPs: true,
      canonicalHairpinSource: true,
      sortsWithinSliceBeforeDeduplicating: false,
      nfacctCounters: true,
      emptyZoneHints: true,
      trafficDistribution: true,
    },
  },
  {
    minor: 33,
    changes: {
      sliceFamilyDecides: true,
      topologyHintsAlways: true,
      topologyNeedsNodeZone: false,
      namedPortsOfSidecars: true,
      canonicalPodIPs: true,
      emptyZoneHints: false,
      canonicalSliceAddresses: true,
      refusesLoadBalancerPort10250: false,
    },
  },
  { minor: 33, patch: 6, changes: { nftSplitPreDNATChains: true, nftMatchesInterfaceByName: true } },
  {
    minor: 34,
    changes: {
      zeroSourceRangeMeansAll: true,
      zeroNodePortCIDRByPrefix: true,
      // The fix of 1.33.6 reached this branch with its second patch.
      nftMatchesInterfaceByName: false,
      nftMasqueradeRuleHasPort: false,
      preferSameZoneAndNode: true,
    },
  },
  { minor: 34, patch: 2, changes: { nftMatchesInterfaceByName: true } },
  { minor: 35, changes: { ipvsDeprecated: true, preferCloseDeprecated: true } },
  {
    minor: 36,
    changes: {
      ignoresServicesLabelledHeadless: false,
      watchesOwnSlicesOnly: false,
      duplicatesPreferNotTerminating: true,
      nftHairpinSet: true,
      relaxedServiceNames: true,
      strictIPAndCIDRSyntax: true,
    },
  },
  {
    minor: 37,
    changes: {
      alwaysRandomFully: true,
      unsetModeDeprecated: true,
      nftSingleEndpointDNAT: true,
      nftCutsComments: true,
      nftNodePortAddressKeywords: true,
    },
  },
];
