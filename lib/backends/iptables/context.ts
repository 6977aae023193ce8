/** What is the same for every service port of one document. */
import type { HeaderClause } from "../../rulesets/iptables/types.js";
import type { BackendInput } from "../input.js";
import { findLocalDetector, type LocalDetector } from "../local-detector.js";
import { nodePortAddressesOf, type NodePortAddresses } from "../node-port-addresses.js";

export interface RuleContext {
  readonly input: BackendInput;
  readonly mark: number;
  readonly masqueradeAll: boolean;
  /** Clauses for traffic of local pods and for all other traffic; undefined without local detection. */
  readonly ifLocal: HeaderClause | undefined;
  readonly ifNotLocal: HeaderClause | undefined;
  readonly nodePortAddresses: NodePortAddresses;
  /** iptables.localhostNodePorts where it has an effect: IPv4, and node ports accepted on 127.0.0.0. */
  readonly localhostNodePorts: boolean;
  readonly nfacct: boolean;
  /** Comments on endpoint rules are left out. */
  readonly largeCluster: boolean;
}

/** Total of endpoints from which on a cluster counts as large. Source: pkg/proxy/iptables, largeClusterEndpointsThreshold. */
const LARGE_CLUSTER_ENDPOINTS = 1000;

/** `totalEndpoints`: of all service ports of the family, whatever their state. */
export function makeRuleContext(input: BackendInput, totalEndpoints: number): RuleContext {
  const detector = findLocalDetector(input);
  const nodePortAddresses = nodePortAddressesOf(input, false);
  return {
    input,
    mark: 2 ** input.config.iptables.masqueradeBit,
    masqueradeAll: input.config.iptables.masqueradeAll,
    ifLocal: detector && detectorClause(detector, false),
    ifNotLocal: detector && detectorClause(detector, true),
    nodePortAddresses,
    localhostNodePorts: input.config.iptables.localhostNodePorts && nodePortAddresses.containsIPv4Loopback,
    nfacct: input.nodeFeatures.nfacct && input.features.nfacctCounters,
    largeCluster: totalEndpoints > LARGE_CLUSTER_ENDPOINTS,
  };
}

function detectorClause(detector: LocalDetector, negated: boolean): HeaderClause {
  if (detector.kind === "source") return { kind: "source", address: detector.cidr, negated };
  return { kind: "in-interface", name: detector.prefix ? `${detector.name}+` : detector.name, negated };
}
