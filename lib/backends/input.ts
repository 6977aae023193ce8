/** What every backend compiles from: the service ports of one IP family on one node. */
import type { NodeView } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { NodeFeatures, ProxyConfig } from "../config/proxy-config.js";
import type { EndpointSelection } from "../endpoints/types.js";
import type { IPFamily } from "../net/ip.js";
import type { KnownChains } from "./iptables/endpoint-chains.js";
import type { ServicePort } from "../services/types.js";

export interface ServicePortWithEndpoints {
  readonly port: ServicePort;
  readonly endpoints: EndpointSelection;
}

export interface BackendInput {
  readonly family: IPFamily;
  readonly config: ProxyConfig;
  readonly features: Features;
  readonly nodeFeatures: NodeFeatures;
  readonly node: NodeView;
  /** Service CIDRs of the cluster, both families, in order; empty when not known. */
  readonly serviceCIDRs: readonly string[];
  /** Sorted by namespace, service, port name, protocol. Iterated once. */
  readonly servicePorts: Iterable<ServicePortWithEndpoints>;
  /** Endpoints of the whole cluster, when servicePorts holds only a part of its services; decides large-cluster mode. */
  readonly clusterEndpoints?: number;
  /** Chains that nodes of the same cluster share, when several are asked about; kept up to date. */
  readonly knownChains?: KnownChains | undefined;
  /** Names of endpoints' chains are asked for service port by service port, once: iptables mode does not keep them. */
  readonly namesPass?: boolean | undefined;
}
