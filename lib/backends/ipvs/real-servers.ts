/** The real servers of a service port. */
import type { ServicePortWithEndpoints } from "../input.js";
import type { Endpoint } from "../../endpoints/types.js";
import { sortRealServers } from "../../rulesets/ipvs/order.js";
import type { RealServer } from "../../rulesets/ipvs/types.js";

export interface RealServers {
  /** Behind the cluster IP. */
  readonly internal: readonly RealServer[];
  /** Behind external IPs, load-balancer IPs and node ports. */
  readonly external: readonly RealServer[];
}

/** Endpoints are one for each target already. */
function realServersOf(endpoints: readonly Endpoint[]): readonly RealServer[] {
  return sortRealServers(endpoints.map(({ ip, port }) => ({ address: ip, port, forwarding: "masquerade", weight: 1 })));
}

/**
 * What each kind of frontend of a service port forwards to, by address and port.
 * A Local policy takes the local endpoints and falls back on the cluster's when there is none: the virtual server
 * stays usable for pods of this node. This differs from iptables mode.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, syncEndpoint.
 */
export function selectRealServers({ port, endpoints }: ServicePortWithEndpoints): RealServers {
  const cluster = realServersOf(endpoints.cluster);
  if (!port.internalPolicyLocal && !port.externalPolicyLocal) return { internal: cluster, external: cluster };
  const local = endpoints.local.length > 0 ? realServersOf(endpoints.local) : cluster;
  return {
    internal: port.internalPolicyLocal ? local : cluster,
    external: port.externalPolicyLocal ? local : cluster,
  };
}
