/** A cluster's DNS as far as its objects tell: the zone, and what pods are told to ask. */
import type { Cluster } from "../cluster/types.js";
import type { ServiceEndpoints } from "../endpoints/types.js";
import type { Service } from "../kube/types.js";
import { findDNSConfig, findKubeletDNSServers } from "./dns-config.js";
import type { NodeDNS } from "./resolv-conf.js";
import { buildZoneData, type ZoneData } from "./zone-data.js";

/** kubeadm's tenth service address. */
export const ASSUMED_SERVER = "10.96.0.10";

export interface ClusterDNS {
  readonly data: ZoneData;
  readonly node: NodeDNS;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * The DNS of a cluster.
 * `endpointsOf`: createEndpointResolver's function. `domain`: the user's choice. `node`: the node's own resolv.conf.
 */
export function findClusterDNS(
  cluster: Cluster,
  endpointsOf: (service: Service) => ServiceEndpoints,
  options: { readonly domain?: string; readonly node?: Pick<NodeDNS, "nameservers" | "searches" | "options"> } = {},
): ClusterDNS {
  const config = findDNSConfig(cluster, options.domain);
  const data = buildZoneData(cluster, config, (service) => {
    const { source, slices } = endpointsOf(service);
    return source === "unknown" || (source === "pods" && cluster.pods.length === 0) ? undefined : slices;
  });
  const told = findKubeletDNSServers(cluster);
  const servers = told.length > 0 ? told : data.serverAddresses;
  const notes = [...config.notes];
  if (servers.length === 0)
    notes.push(
      `the input tells no nameserver of pods (ConfigMap kubelet-config, Service kube-dns): ${ASSUMED_SERVER} is assumed`,
    );
  return {
    data,
    node: {
      clusterDNS: servers.length > 0 ? servers : [ASSUMED_SERVER],
      clusterDomain: config.domains[0]!,
      ...(options.node ?? { nameservers: [], searches: [], options: {} }),
    },
    notes,
  };
}
