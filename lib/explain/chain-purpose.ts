/** What kube-proxy's chains, sets and maps are for; and whose other chains are. */
import { SETS, setName } from "../backends/ipvs/sets.js";

const KNOWN: ReadonlyMap<string, string> = new Map([
  /* iptables and IPVS mode */
  ["KUBE-SERVICES", "tells the services apart by address and port"],
  ["KUBE-EXTERNAL-SERVICES", "external addresses and node ports of services without endpoints"],
  ["KUBE-NODEPORTS", "tells the services apart by node port"],
  ["KUBE-NODE-PORT", "node ports: which are masqueraded, and health checks"],
  ["KUBE-LOAD-BALANCER", "load-balancer addresses: which are masqueraded"],
  ["KUBE-FORWARD", "lets forwarded service traffic pass"],
  ["KUBE-PROXY-FIREWALL", "drops what source ranges of load balancers do not allow"],
  ["KUBE-SOURCE-RANGES-FIREWALL", "lets the source ranges of load balancers pass"],
  ["KUBE-IPVS-FILTER", "keeps clients from other ports of service addresses on kube-ipvs0"],
  ["KUBE-IPVS-OUT-FILTER", "keeps the node from load balancers whose source ranges leave it out"],
  ["KUBE-FIREWALL", "keeps other hosts from 127.0.0.0/8; kubelet has it too"],
  ["KUBE-POSTROUTING", "gives marked packets an address of the node as source"],
  ["KUBE-MARK-MASQ", "marks packets that are to be masqueraded"],
  ["KUBE-MARK-DROP", "marked packets to drop; kube-proxy and kubelet before 1.28"],
  ["KUBE-PROXY-CANARY", "is there so that kube-proxy notices when rules are flushed"],
  ["KUBE-KUBELET-CANARY", "is there so that kubelet notices when rules are flushed"],
  ["KUBE-IPTABLES-HINT", "kubelet's hint to others which iptables flavour is in use"],
  /* nftables mode */
  ["services", "looks up addresses and node ports of services"],
  ["masquerading", "gives marked and hairpin packets an address of the node as source"],
  ["mark-for-masquerade", "marks packets that are to be masqueraded"],
  ["reject-chain", "refuses packets to services without endpoints"],
  ["cluster-ips-check", "refuses other ports of cluster IPs"],
  ["firewall-check", "looks up load-balancer addresses with source ranges"],
  ["service-endpoints-check", "looks up addresses of services without endpoints"],
  ["nodeport-endpoints-check", "looks up node ports of services without endpoints"],
  ["cluster-ips", "set of all cluster IPs"],
  ["nodeport-ips", "set of the node's addresses that take node ports"],
  ["hairpin-connections", "set of endpoints of this node that reach themselves through a service"],
  ["service-ips", "map from address, protocol and port to the chain of a service"],
  ["service-nodeports", "map from protocol and node port to the chain of a service"],
  ["firewall-ips", "map of load-balancer addresses with source ranges"],
  ["no-endpoint-services", "map of service addresses that have no usable endpoint"],
  ["no-endpoint-nodeports", "map of node ports that have no usable endpoint"],
  /* the kernel's */
  ["PREROUTING", "packets that arrive"],
  ["INPUT", "packets for the node itself"],
  ["FORWARD", "packets on their way through the node"],
  ["OUTPUT", "packets that the node sends"],
  ["POSTROUTING", "packets that leave"],
]);

const BY_PREFIX: readonly (readonly [string, string])[] = [
  ["KUBE-SVC-", "chooses among the endpoints for the Cluster policy"],
  ["KUBE-SVL-", "chooses among the endpoints on this node, for the Local policy"],
  ["KUBE-EXT-", "entry for external addresses and node ports"],
  ["KUBE-FW-", "lets the source ranges of the load balancer pass"],
  ["KUBE-SEP-", "sends to one endpoint"],
  ["KUBE-XLB-", "load-balancer rules of kube-proxy before 1.24"],
  ["service-", "chooses among the endpoints for the Cluster policy"],
  ["local-", "chooses among the endpoints on this node, for the Local policy"],
  ["external-", "entry for external addresses and node ports"],
  ["firewall-", "drops sources outside the ranges of the load balancer"],
  ["endpoint-", "sends to one endpoint"],
  ["affinity-", "set of clients that stay with one endpoint"],
  ["cali-", "belongs to Calico"],
  ["CILIUM_", "belongs to Cilium"],
  ["FLANNEL-", "belongs to Flannel"],
  ["CNI-", "belongs to a CNI plugin"],
  ["DOCKER", "belongs to Docker"],
  ["ufw-", "belongs to ufw"],
  ["KUBE-ROUTER", "belongs to kube-router"],
  ["KUBE-NWPLCY-", "belongs to kube-router"],
  ["KUBE-POD-FW-", "belongs to kube-router"],
];

/** Purpose of a chain, set or map by its name; undefined when the name says nothing. */
export function chainPurpose(name: string): string | undefined {
  const known = KNOWN.get(name) ?? ipSetPurpose(name);
  if (known !== undefined) return known;
  return BY_PREFIX.find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** Purpose of an ip set of IPVS mode, from the comment kube-proxy gives its rules. */
export function ipSetPurpose(name: string): string | undefined {
  for (const key of Object.keys(SETS) as (keyof typeof SETS)[])
    if (setName(key, "IPv4") === name || setName(key, "IPv6") === name)
      return SETS[key].comment.replace(/^Kubernetes /, "");
  return undefined;
}

/** Chains, sets and maps that do not depend on services. */
export function isStaticName(name: string): boolean {
  return KNOWN.has(name) || ipSetPurpose(name) !== undefined;
}
