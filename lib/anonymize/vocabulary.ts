/** Words that are public: those of Kubernetes' API and of the tools, and names that every cluster has. They stay. */

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** Names that every cluster has, and that other code looks for. */
const CLUSTER = words(`
  default kubernetes kube-system kube-public kube-node-lease kube-dns kube-proxy coredns CoreDNS node-local-dns nodelocaldns
  kube-apiserver kube-controller-manager kube-scheduler kubeadm-config kubelet-config kubelet kube-proxy-config openshift-kube-proxy proxy-config etcd pause metrics-server
  svc pod cluster.local localhost config.conf kubeconfig.conf conf
  cilium cilium-agent cilium-config calico calico-node canal flannel kube-flannel kube-flannel-ds kube-router antrea antrea-agent
  weave-net ovnkube-node k3s kindnet eviction amazon-vpc-cni aws-node
  endpointslice-controller endpointslice-controller.k8s.io endpointslicemirroring-controller endpointslicemirroring-controller.k8s.io
  http https grpc dns dns-tcp
`);

/** Values of API fields. */
const VALUES = words(`
  true false True False Unknown None null
  ClusterIP NodePort LoadBalancer ExternalName ClientIP Cluster Local VIP Proxy
  SingleStack PreferDualStack RequireDualStack IPv4 IPv6 FQDN TCP UDP SCTP tcp udp sctp ICMP
  PreferClose PreferSameZone PreferSameNode Auto auto Disabled disabled Enabled enabled
  Pod Node Service Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob Endpoints EndpointSlice Namespace
  ConfigMap List ServiceCIDR NetworkPolicy AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy
  KubeProxyConfiguration ClusterConfiguration InitConfiguration
  Pending Running Succeeded Failed Ready Initialized ContainersReady PodScheduled PodReadyToStartContainers
  DisruptionTarget MemoryPressure DiskPressure PIDPressure NetworkUnavailable KubeletReady CrashLoopBackOff ImagePullBackOff ErrImagePull
  ContainerCreating PodInitializing CreateContainerConfigError CreateContainerError OOMKilled Error Completed Evicted
  ContainersNotReady ReadinessGatesNotReady PodCompleted NodeLost NodeNotReady Unschedulable
  InternalIP ExternalIP Hostname InternalDNS ExternalDNS
  Always OnFailure Never ClusterFirst ClusterFirstWithHostNet Default
  In NotIn Exists DoesNotExist NoSchedule NoExecute PreferNoSchedule Equal
  Ingress Egress Accept Deny Pass Allow Admin Baseline
  OrderedReady Parallel RollingUpdate OnDelete Recreate
  iptables ipvs nftables userspace kernelspace rr wrr lc wlc lblc lblcr sed nq
  ClusterCIDR NodeCIDR BridgeInterface InterfaceNamePrefix
  linux windows amd64 arm64
  ndots edns0 OVNKubernetes strict
`);

/** Of a Corefile. */
const COREFILE = words(`
  errors health ready log cache loop reload loadbalance forward prometheus rewrite hosts template file lameduck ttl fallthrough
  pods insecure verified noendpoints endpoint_pod_names namespaces labels upstream max_concurrent stop exact suffix prefix regex
  substring answer auto continue continue import etc resolv conf prefer_udp force_tcp expire success denial prefetch serve_stale
  bind tls dns64 autopath kubernetes k8s_external zone parent answer rcode match NXDOMAIN NOERROR ANY IN A AAAA SRV PTR CNAME
`);

/** In the comments of rules. */
const COMMENTS = words(`
  traffic to masquerade service for no has endpoints IP with vmap that reject packets or drop NodePort ClusterIPs ClusterIP
  destinations rules ports connections subject services outside of nodeports invalid hairpin from clusterIP are and LoadBalancerSourceRanges
  IPs ExternalIP kube-proxy helper short-circuit portals external load forwarding firewall balancer this rule
  health externally-visible check LOCAL the route requiring postrouting port must localnet loadbalancer last NOTE be block incoming
  localnet NodePorts is not destination source ip hairpinning conntrack handle marked by allow set packets
  node local IPVS KUBE NF deprecated legacy canary chain kubelet DST SRC ipvs access restrict KUBE-MARK-MASQ
  no-endpoint-services no-endpoint-nodeports in an a on pod loopback addresses use accept cali
  dst cluster filter SNAT Kubernetes Active Reject flanneld masq nodeport purpose solving lb portal externalTrafficPolicy old rejected accepted will dropped
  KUBE-PROXY-FIREWALL sourceRange cidr packet Drop unallocated
`);

/** Words of iptables, ipset, ipvsadm, nft and ip; a name that is one of them stays in captures. */
const TOOLS = words(`
  A D E F I L M N O P R S X Z a b c d e f g h i j m n o p r s t u v w x y
  nat filter mangle raw security ACCEPT DROP RETURN REJECT QUEUE MASQUERADE DNAT SNAT MARK LOG NFLOG NOTRACK CT CONNMARK TCPMSS TRACE
  REDIRECT PREROUTING INPUT FORWARD OUTPUT POSTROUTING COMMIT Chain policy references pkts bytes target prot opt in out source
  ADDRTYPE Completed Generated iptables-save iptables-nft-save iptables-legacy-save ip6tables-save anywhere
  match-set src dst comment addrtype src-type dst-type mark xor or and set-xmark statistic mode random probability recent rcheck seconds
  reap rsource update rdest hitcount mask physdev limit ctstate state NEW ESTABLISHED RELATED INVALID DNAT UNTRACKED
  random-fully to-destination to-source to-ports reject-with icmp-port-unreachable icmp6-port-unreachable tcp-reset multiport dports
  sports dport sport nfacct nfacct-name goto jump BROADCAST LOCAL MULTICAST UNICAST persistent
  create add Name Type Revision Header Size References Number entries Members hash ip port net family inet inet6 hashsize maxelem
  bitmap range list set timeout bucketsize initval memory mac iface counters skbinfo
  Virtual Server version size Prot LocalAddress Scheduler Flags RemoteAddress Forward Weight ActiveConn InActConn Masq Route Tunnel
  table chain map element rule hook priority prerouting input forward output postrouting type flags elements verdict ipv4_addr ipv6_addr
  inet_proto inet_service ifname interval dynamic constant concat concatenation prefix daddr saddr l4proto meta ct status dnat snat
  fib oif oifname iif iifname counter return masquerade fully-random numgen mod vmap th icmp icmpv6 nfproto accept drop reject
  continue queue protocol payload left right op expr field key value data metainfo release_name json_schema_version handle
  expires timeout update dstnat srcnat log level last used seconds ether link netdev bridge arp exp mh key match
  index nftables ip6 inc xt match target verdict quota limit rate burst over second minute hour day hex
  mtu qdisc noqueue noop state UP DOWN UNKNOWN group default qlen link loopback scope global host brd valid_lft preferred_lft forever
  dynamic noprefixroute mngtmpaddr deprecated tentative permanent secondary inet peer dev proto kernel via metric onlink table main
  lo eth0 ens3 ens4 ens5 enp0s3 docker0 cni0 cbr0 br0 flannel.1 kube-ipvs0 kube-bridge nodelocaldns vxlan.calico cilium_host dummy0
  ifindex ifname operstate linkmode group txqlen link_type address broadcast addr_info local prefixlen label valid_life_time
  preferred_life_time link_index link_netnsid master NO-CARRIER LOWER_UP
  cluster-ips nodeport-ips hairpin-connections service-ips service-nodeports firewall-ips services reject-chain firewall-check
  cluster-ips-check service-endpoints-check nodeport-endpoints-check mark-for-masquerade masquerading
  filter-prerouting filter-input filter-forward filter-output filter-prerouting-pre-dnat filter-output-post-dnat filter-output-pre-dnat
  nat-prerouting nat-output nat-postrouting localhost-nodeport-reject-ports localhost-nodeport-reject-tcp localhost-nodeport-reject-udp
  all dpt dpts spt spts new name addr Port Table NOARP ipv4 ipv6 kernel conf hostname netfilter ip_forward rp_filter vs
  bridge-nf-call-iptables bridge-nf-call-ip6tables nf_conntrack_count nf_conntrack_max nf_conntrack_tcp_timeout_established
  ASSURED UNREPLIED SYN_SENT SYN_RECV FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE ct_state_invalid_dropped_pkts
  iptables_localhost_nps_accepted_pkts localhost_nps_accepted_pkts localhost-nodeport-rejected-tcp localhost-nodeport-rejected-udp
  localhost-nodeport-rejected-sctp localhost-nodeport-reject-sctp Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec nf_tables
`);

/** Stay wherever they stand. */
export const PUBLIC_WORDS: ReadonlySet<string> = new Set([...CLUSTER, ...VALUES]);

/** Stay in a Corefile. */
export const COREFILE_WORDS: ReadonlySet<string> = new Set([...COREFILE, "cluster", "local", "in-addr", "ip6", "arpa"]);

/** Keys of labels that say nothing of anybody. */
export const LABEL_KEYS: ReadonlySet<string> = new Set(
  words(
    "app component name role tier version k8s-app pod-template-hash controller-revision-hash pod-template-generation",
  ),
);

/** Values of some fields, by the field's key, that are words of Kubernetes only there. */
export const FIELD_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  nodePortAddresses: new Set(["primary", "all"]),
  scheduler: new Set(["dh", "sh", "mh"]),
  options: new Set(["timeout", "attempts", "rotate", "use-vc", "single-request", "single-request-reopen", "trust-ad"]),
};

/** Stay in the comment of a rule. */
export const COMMENT_WORDS: ReadonlySet<string> = new Set(COMMENTS);

/** Cannot be told from the grammar of what a tool printed. */
export const TOOL_WORDS: ReadonlySet<string> = new Set([...TOOLS, ...COMMENTS]);
