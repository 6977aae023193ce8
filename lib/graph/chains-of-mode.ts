/** What the stations of a service port are called in each mode. */
import { endpointChainName, hashInput, serviceChainNames } from "../backends/iptables/chain-names.js";
import { endpointNameBase, serviceNameBase, servicePortPath } from "../backends/nftables/names.js";
import type { ProxyMode } from "../config/proxy-config.js";
import type { Endpoint } from "../endpoints/types.js";
import type { ServicePort } from "../services/types.js";

export interface ChainNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
  /** Undefined where an endpoint has no chain of its own. */
  readonly endpoint: (endpoint: Endpoint) => string | undefined;
}

/** `endpointChains`: in nftables mode, whether endpoints have chains of their own. */
export function chainNamesOf(mode: Exclude<ProxyMode, "ipvs">, port: ServicePort, endpointChains: boolean): ChainNames {
  if (mode === "iptables") {
    const input = hashInput(port);
    return { ...serviceChainNames(input), endpoint: (endpoint) => endpointChainName(input, endpoint.target) };
  }
  const path = servicePortPath(port);
  const base = serviceNameBase(path);
  const own = endpointChains || port.affinitySeconds !== undefined;
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
    endpoint: (endpoint) => (own ? `endpoint-${endpointNameBase(path, endpoint)}` : undefined),
  };
}
