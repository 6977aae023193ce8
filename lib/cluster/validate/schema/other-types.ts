/**
 * Fields that the generated table does not hold: discovery.k8s.io/v1beta1 and kubeproxy.config.k8s.io/v1alpha1.
 * "duration": text such as "30s". Fields of a KubeProxyConfiguration that `lib/config` reads are "any" here, since it
 * says itself when they do not fit.
 * Written as kube-types.ts.
 */
export const OTHER_TYPES = `
EndpointSliceV1Beta1 addressType:string apiVersion:string endpoints:[]EndpointV1Beta1 kind:string metadata:ObjectMeta ports:[]DiscoveryEndpointPort
EndpointV1Beta1 addresses:[]string conditions:EndpointConditions hints:EndpointHints hostname:string nodeName:string targetRef:ObjectReference topology:{}string zone:string
KubeProxyConfiguration apiVersion:string bindAddress:any bindAddressHardFail:bool clientConnection:ClientConnectionConfiguration clusterCIDR:any configSyncPeriod:duration conntrack:KubeProxyConntrackConfiguration detectLocal:DetectLocalConfiguration detectLocalMode:any enableProfiling:bool featureGates:any healthzBindAddress:string hostnameOverride:any iptables:KubeProxyIPTablesConfiguration ipvs:KubeProxyIPVSConfiguration kind:string logging:any metadata:any metricsBindAddress:string mode:any nftables:KubeProxyNFTablesConfiguration nodePortAddresses:any oomScoreAdj:int32 portRange:string showHiddenMetricsForVersion:string udpIdleTimeout:duration windowsRunAsService:bool winkernel:KubeProxyWinkernelConfiguration
ClientConnectionConfiguration acceptContentTypes:string burst:int32 contentType:string kubeconfig:string qps:number
DetectLocalConfiguration bridgeInterface:any interfaceNamePrefix:any
KubeProxyConntrackConfiguration maxPerCore:int32 min:int32 tcpBeLiberal:any tcpCloseWaitTimeout:duration tcpEstablishedTimeout:duration udpStreamTimeout:duration udpTimeout:duration
KubeProxyIPTablesConfiguration localhostNodePorts:any masqueradeAll:any masqueradeBit:any minSyncPeriod:duration syncPeriod:duration
KubeProxyIPVSConfiguration excludeCIDRs:any minSyncPeriod:duration scheduler:any strictARP:any syncPeriod:duration tcpFinTimeout:any tcpTimeout:any udpTimeout:any
KubeProxyNFTablesConfiguration masqueradeAll:any masqueradeBit:any minSyncPeriod:duration syncPeriod:duration
KubeProxyWinkernelConfiguration enableDSR:bool forwardHealthCheckVip:bool networkName:string rootHnsEndpointName:string sourceVip:string
`;
