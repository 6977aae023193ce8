/** The ip sets of IPVS mode: names, types and the comments of the rules that match them. */
import type { IPFamily } from "../../net/ip.js";

export interface SetDefinition {
  readonly name: string;
  readonly type: "hash:ip" | "hash:ip,port" | "hash:ip,port,ip" | "hash:ip,port,net" | "bitmap:port";
  readonly comment: string;
}

/** In kube-proxy's own order. Source: kube-proxy pkg/proxy/ipvs/proxier.go (ipsetInfo) and ipset.go; same in every release known. */
export const SETS = {
  loopBack: {
    name: "KUBE-LOOP-BACK",
    type: "hash:ip,port,ip",
    comment: "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
  },
  clusterIP: {
    name: "KUBE-CLUSTER-IP",
    type: "hash:ip,port",
    comment: "Kubernetes service cluster ip + port for masquerade purpose",
  },
  externalIP: {
    name: "KUBE-EXTERNAL-IP",
    type: "hash:ip,port",
    comment: "Kubernetes service external ip + port for masquerade and filter purpose",
  },
  externalIPLocal: {
    name: "KUBE-EXTERNAL-IP-LOCAL",
    type: "hash:ip,port",
    comment: "Kubernetes service external ip + port with externalTrafficPolicy=local",
  },
  loadBalancer: {
    name: "KUBE-LOAD-BALANCER",
    type: "hash:ip,port",
    comment: "Kubernetes service lb portal",
  },
  loadBalancerFirewall: {
    name: "KUBE-LOAD-BALANCER-FW",
    type: "hash:ip,port",
    comment: "Kubernetes service load balancer ip + port for load balancer with sourceRange",
  },
  loadBalancerLocal: {
    name: "KUBE-LOAD-BALANCER-LOCAL",
    type: "hash:ip,port",
    comment: "Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
  },
  loadBalancerSourceIP: {
    name: "KUBE-LOAD-BALANCER-SOURCE-IP",
    type: "hash:ip,port,ip",
    comment: "Kubernetes service load balancer ip + port + source IP for packet filter purpose",
  },
  loadBalancerSourceCIDR: {
    name: "KUBE-LOAD-BALANCER-SOURCE-CIDR",
    type: "hash:ip,port,net",
    comment: "Kubernetes service load balancer ip + port + source cidr for packet filter purpose",
  },
  nodePortTCP: {
    name: "KUBE-NODE-PORT-TCP",
    type: "bitmap:port",
    comment: "Kubernetes nodeport TCP port for masquerade purpose",
  },
  nodePortLocalTCP: {
    name: "KUBE-NODE-PORT-LOCAL-TCP",
    type: "bitmap:port",
    comment: "Kubernetes nodeport TCP port with externalTrafficPolicy=local",
  },
  nodePortUDP: {
    name: "KUBE-NODE-PORT-UDP",
    type: "bitmap:port",
    comment: "Kubernetes nodeport UDP port for masquerade purpose",
  },
  nodePortLocalUDP: {
    name: "KUBE-NODE-PORT-LOCAL-UDP",
    type: "bitmap:port",
    comment: "Kubernetes nodeport UDP port with externalTrafficPolicy=local",
  },
  nodePortSCTP: {
    name: "KUBE-NODE-PORT-SCTP-HASH",
    type: "hash:ip,port",
    comment: "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  },
  nodePortLocalSCTP: {
    name: "KUBE-NODE-PORT-LOCAL-SCTP-HASH",
    type: "hash:ip,port",
    comment: "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  },
  healthCheckNodePort: {
    name: "KUBE-HEALTH-CHECK-NODE-PORT",
    type: "bitmap:port",
    comment: "Kubernetes health check node port",
  },
  ipvsIPs: {
    name: "KUBE-IPVS-IPS",
    type: "hash:ip",
    comment: "Addresses on the ipvs interface",
  },
} as const satisfies Record<string, SetDefinition>;

export type SetKey = keyof typeof SETS;

export const SET_KEYS = Object.keys(SETS) as readonly SetKey[];

/** The kernel refuses longer names. Source: IPSET_MAXNAMELEN, which counts the closing zero. */
const MAX_NAME_LENGTH = 31;

/**
 * The name of a set in a family: "KUBE-" becomes "KUBE-6-" for IPv6 and the end is cut off.
 * Source: kube-proxy pkg/proxy/ipvs/ipset.go, NewIPSet.
 */
export function setName(key: SetKey, family: IPFamily): string {
  const { name } = SETS[key];
  return family === "IPv4" ? name : `KUBE-6-${name.slice("KUBE-".length)}`.slice(0, MAX_NAME_LENGTH);
}
