/** kube-proxy's configuration with its defaults filled in: what the backends ask. */

export type ProxyMode = "iptables" | "ipvs" | "nftables";

export type DetectLocalMode = "ClusterCIDR" | "NodeCIDR" | "BridgeInterface" | "InterfaceNamePrefix";

/** Source: KubeProxyConfiguration kubeproxy.config.k8s.io/v1alpha1. Durations are whole seconds. */
export interface ProxyConfig {
  readonly mode: ProxyMode;
  readonly bindAddress: string;
  readonly hostnameOverride: string;
  readonly clusterCIDR: string;
  readonly detectLocalMode: DetectLocalMode;
  readonly bridgeInterface: string;
  readonly interfaceNamePrefix: string;
  readonly nodePortAddresses: readonly string[];
  readonly featureGates: Readonly<Record<string, boolean>>;
  readonly conntrackTcpBeLiberal: boolean;
  readonly iptables: {
    readonly masqueradeBit: number;
    readonly masqueradeAll: boolean;
    readonly localhostNodePorts: boolean;
  };
  readonly ipvs: {
    readonly scheduler: string;
    readonly excludeCIDRs: readonly string[];
    readonly strictARP: boolean;
    readonly tcpTimeoutSeconds: number;
    readonly tcpFinTimeoutSeconds: number;
    readonly udpTimeoutSeconds: number;
  };
  readonly nftables: { readonly masqueradeBit: number; readonly masqueradeAll: boolean };
}

export const DEFAULT_PROXY_CONFIG: ProxyConfig = {
  mode: "iptables",
  bindAddress: "0.0.0.0",
  hostnameOverride: "",
  clusterCIDR: "",
  detectLocalMode: "ClusterCIDR",
  bridgeInterface: "",
  interfaceNamePrefix: "",
  nodePortAddresses: [],
  featureGates: {},
  conntrackTcpBeLiberal: false,
  iptables: { masqueradeBit: 14, masqueradeAll: false, localhostNodePorts: true },
  ipvs: {
    scheduler: "",
    excludeCIDRs: [],
    strictARP: false,
    tcpTimeoutSeconds: 0,
    tcpFinTimeoutSeconds: 0,
    udpTimeoutSeconds: 0,
  },
  nftables: { masqueradeBit: 14, masqueradeAll: false },
};

/** Facts of the node that no manifest tells; set by options. */
export interface NodeFeatures {
  /** nfacct counters are available to kube-proxy. */
  readonly nfacct: boolean;
  /** iptables knows --random-fully (1.6.2 and newer). */
  readonly randomFully: boolean;
  /** net.netfilter.nf_conntrack_tcp_be_liberal is set. */
  readonly tcpBeLiberal: boolean;
}

export const DEFAULT_NODE_FEATURES: NodeFeatures = { nfacct: false, randomFully: true, tcpBeLiberal: false };
