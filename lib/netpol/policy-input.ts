/** What policies are judged with, from a Cluster. */
import type { Cluster } from "../cluster/types.js";
import type { PolicyInput } from "./types.js";

/** All policies of the cluster, with what their selectors ask about. */
export function policyInputOf(cluster: Cluster): PolicyInput {
  const { networkPolicies, namespaces, nodes, adminPolicies, foreignPolicies, facts } = cluster;
  return {
    networkPolicies,
    namespaces,
    nodes,
    adminPolicies,
    foreignPolicies,
    policiesUnknown: facts.clusterInfoDump,
  };
}
