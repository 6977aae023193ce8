/** Every check, by id. One file each; a new one is a new file and a line here. */
import type { Check } from "../types.js";
import { clusterDNSWithoutEndpoints } from "./cluster-dns-without-endpoints.js";
import { clusterIPCollision } from "./cluster-ip-collision.js";
import { deprecatedProxyMode } from "./deprecated-proxy-mode.js";
import { deprecatedServiceSetting } from "./deprecated-service-setting.js";
import { duplicateEndpointAddress } from "./duplicate-endpoint-address.js";
import { duplicateRules } from "./duplicate-rules.js";
import { endpointFamilyMismatch } from "./endpoint-family-mismatch.js";
import { endpointsInOneZone } from "./endpoints-in-one-zone.js";
import { endpointsOnOneNode } from "./endpoints-on-one-node.js";
import { endpointsOverwritten } from "./endpoints-overwritten.js";
import { endpointsWithoutService } from "./endpoints-without-service.js";
import { externalAddressCollision } from "./external-address-collision.js";
import { externalIPIsNodeIP } from "./external-ip-is-node-ip.js";
import { externalNameIsAddress } from "./external-name-is-address.js";
import { forwardPolicyDrop } from "./forward-policy-drop.js";
import { hostPortCollision } from "./host-port-collision.js";
import { hostPortIsNodePort } from "./host-port-is-node-port.js";
import { hostPortsBeforeServices } from "./host-ports-before-services.js";
import { ineffectiveServiceField } from "./ineffective-service-field.js";
import { invalidPacketsDropped } from "./invalid-packets-dropped.js";
import { iptablesVariantsMixed } from "./iptables-variants-mixed.js";
import { jumpToUndefinedChain } from "./jump-to-undefined-chain.js";
import { kernelSetting } from "./kernel-setting.js";
import { kubeJumpsMissing } from "./kube-jumps-missing.js";
import { leftoverModeRules } from "./leftover-mode-rules.js";
import { leftoverOldChains } from "./leftover-old-chains.js";
import { loadBalancerProxyProtocol } from "./load-balancer-proxy-protocol.js";
import { localDetectionMissing } from "./local-detection-missing.js";
import { localDetectionNotProgrammed } from "./local-detection-not-programmed.js";
import { localEndpointNotRecognised } from "./local-endpoint-not-recognised.js";
import { localPolicyUncoveredNodes } from "./local-policy-uncovered-nodes.js";
import { markCollision } from "./mark-collision.js";
import { masqueradeMarkKept } from "./masquerade-mark-kept.js";
import { masqueradeNotRandom } from "./masquerade-not-random.js";
import { namedTargetPortMissing } from "./named-target-port-missing.js";
import { namedTargetPortProtocol } from "./named-target-port-protocol.js";
import { nftLocalPolicyDrop } from "./nft-local-policy-drop.js";
import { nftTableMissing } from "./nft-table-missing.js";
import { noReadinessProbe } from "./no-readiness-probe.js";
import { nodeLocalDNSAddress } from "./node-local-dns-address.js";
import { nodeLocalDNSNotrack } from "./node-local-dns-notrack.js";
import { nodeNameMismatch } from "./node-name-mismatch.js";
import { nodePortAddressesMatchNothing } from "./node-port-addresses-match-nothing.js";
import { nodePortCollision } from "./node-port-collision.js";
import { podSubdomainWithoutService } from "./pod-subdomain-without-service.js";
import { podsCrashLooping } from "./pods-crash-looping.js";
import { podsEnded } from "./pods-ended.js";
import { podsImagePullFailing } from "./pods-image-pull-failing.js";
import { podsNotReady } from "./pods-not-ready.js";
import { podsPending } from "./pods-pending.js";
import { policyAllowsClusterIP } from "./policy-allows-cluster-ip.js";
import { policyBlocksDNS } from "./policy-blocks-dns.js";
import { policyClientAddressesLost } from "./policy-client-addresses-lost.js";
import { policyIsolatesFromEveryone } from "./policy-isolates-from-everyone.js";
import { policyRefused } from "./policy-refused.js";
import { policyUsesServicePort } from "./policy-uses-service-port.js";
import { referenceToMissingService } from "./reference-to-missing-service.js";
import { selectorMatchesJob } from "./selector-matches-job.js";
import { selectorMatchesNothing } from "./selector-matches-nothing.js";
import { selectorMatchesOtherNamespace } from "./selector-matches-other-namespace.js";
import { selectorMatchesSeveralWorkloads } from "./selector-matches-several-workloads.js";
import { serviceOfAnotherProxy } from "./service-of-another-proxy.js";
import { serviceTrafficMasqueraded } from "./service-traffic-masqueraded.js";
import { sessionAffinityLimits } from "./session-affinity-limits.js";
import { shortNameInOtherNamespace } from "./short-name-in-other-namespace.js";
import { sliceNeverUsed } from "./slice-never-used.js";
import { slicePortNameMismatch } from "./slice-port-name-mismatch.js";
import { sourceRangesBypassed } from "./source-ranges-bypassed.js";
import { staleUDPConntrack } from "./stale-udp-conntrack.js";
import { statefulSetServiceMissing } from "./statefulset-service-missing.js";
import { statefulSetServiceNotHeadless } from "./statefulset-service-not-headless.js";
import { targetPortNotDeclared } from "./target-port-not-declared.js";
import { topologyHintsIgnored } from "./topology-hints-ignored.js";
import { workloadScaledToZero } from "./workload-scaled-to-zero.js";

export const CHECKS: readonly Check[] = [
  clusterDNSWithoutEndpoints,
  clusterIPCollision,
  deprecatedProxyMode,
  deprecatedServiceSetting,
  duplicateEndpointAddress,
  duplicateRules,
  endpointFamilyMismatch,
  endpointsInOneZone,
  endpointsOnOneNode,
  endpointsOverwritten,
  endpointsWithoutService,
  externalAddressCollision,
  externalIPIsNodeIP,
  externalNameIsAddress,
  forwardPolicyDrop,
  hostPortCollision,
  hostPortIsNodePort,
  hostPortsBeforeServices,
  ineffectiveServiceField,
  invalidPacketsDropped,
  iptablesVariantsMixed,
  jumpToUndefinedChain,
  kernelSetting,
  kubeJumpsMissing,
  leftoverModeRules,
  leftoverOldChains,
  loadBalancerProxyProtocol,
  localDetectionMissing,
  localDetectionNotProgrammed,
  localEndpointNotRecognised,
  localPolicyUncoveredNodes,
  markCollision,
  masqueradeMarkKept,
  masqueradeNotRandom,
  namedTargetPortMissing,
  namedTargetPortProtocol,
  nftLocalPolicyDrop,
  nftTableMissing,
  noReadinessProbe,
  nodeLocalDNSAddress,
  nodeLocalDNSNotrack,
  nodeNameMismatch,
  nodePortAddressesMatchNothing,
  nodePortCollision,
  podSubdomainWithoutService,
  podsCrashLooping,
  podsEnded,
  podsImagePullFailing,
  podsNotReady,
  podsPending,
  policyAllowsClusterIP,
  policyBlocksDNS,
  policyClientAddressesLost,
  policyIsolatesFromEveryone,
  policyRefused,
  policyUsesServicePort,
  referenceToMissingService,
  selectorMatchesJob,
  selectorMatchesNothing,
  selectorMatchesOtherNamespace,
  selectorMatchesSeveralWorkloads,
  serviceOfAnotherProxy,
  serviceTrafficMasqueraded,
  sessionAffinityLimits,
  shortNameInOtherNamespace,
  sliceNeverUsed,
  slicePortNameMismatch,
  sourceRangesBypassed,
  staleUDPConntrack,
  statefulSetServiceMissing,
  statefulSetServiceNotHeadless,
  targetPortNotDeclared,
  topologyHintsIgnored,
  workloadScaledToZero,
];
