/** What of the rules of iptables mode is not the same on every node, told without making those that are. */
import type { ServicePortWithEndpoints } from "../../backends/input.js";
import { compileIptables } from "../../backends/iptables/index.js";
import { findLocalDetector } from "../../backends/local-detector.js";
import type { Cluster } from "../../cluster/types.js";
import type { Features } from "../../config/features.js";
import type { IPFamily } from "../../net/ip.js";
import { backendInput, servicePortsOf } from "../../pipeline/compile.js";
import type { Situation } from "../../pipeline/situation.js";
import { createHash } from "../../platform/hash.js";
import { renderIptablesRestore } from "../../render/iptables-restore.js";

/**
 * Whether rules of the service port may hang on which node they are for: on the endpoints that are there, on its name and
 * zone, or on its address (which source ranges may hold).
 */
function isByNode({ port, endpoints }: ServicePortWithEndpoints, features: Features): boolean {
  // Of two endpoints at one address the local one is taken.
  if (!features.duplicatesPreferNotTerminating) return true;
  if (port.usesLocalEndpoints || port.sourceRanges.length > 0) return true;
  return endpoints.all.some(({ zoneHints, nodeHints }) => zoneHints !== undefined || nodeHints !== undefined);
}

/**
 * All of the situation that rules of iptables mode hang on, save by `isByNode`: nodes for which it is the same have the
 * same rules but for those. Of the node itself only how local traffic is told from other traffic enters every rule.
 */
export function situationOfNodes(situation: Situation): unknown {
  return { ...situation, node: undefined, localDetector: findLocalDetector(situation) };
}

/** The cluster with those Services only of which a service port of the families is by node. */
export function servicesByNode(cluster: Cluster, situation: Situation, families: readonly IPFamily[]): Cluster {
  const names = new Set<string>();
  for (const family of families)
    for (const servicePort of servicePortsOf(cluster, { ...situation, family }))
      if (isByNode(servicePort, situation.features))
        names.add(`${servicePort.port.namespace}/${servicePort.port.service}`);
  const services = cluster.services.filter(({ metadata }) =>
    names.has(`${metadata.namespace ?? "default"}/${metadata.name}`),
  );
  // Nothing need be looked up for them.
  return services.length > 0 ? { ...cluster, services } : { ...cluster, services, endpointSlices: [], pods: [] };
}

/** Where more of the Services are by node, comparing is as fast. */
const MOST_BY_NODE = { count: 100, share: 0.25 };

/** Whether the rules of all Services are by node, and of so many that comparing is as fast. */
export function areAllByNode({ services }: Cluster, { duplicatesPreferNotTerminating }: Features): boolean {
  return !duplicatesPreferNotTerminating && services.length > MOST_BY_NODE.count;
}

/** Whether few enough Services are by node. `byNode`: what `servicesByNode` gave. */
export function mayBeByNode(byNode: Cluster, cluster: Cluster): boolean {
  return byNode.services.length <= Math.max(MOST_BY_NODE.count, cluster.services.length * MOST_BY_NODE.share);
}

/**
 * A digest of the rules that are by node: nodes of one cluster for which everything else of the situation is the same
 * get the same rules where it is. `byNode`: what `servicesByNode` gave for one of them.
 */
export function digestByNode(byNode: Cluster, situation: Situation, families: readonly IPFamily[]): string {
  const hash = createHash("sha256");
  for (const family of families) {
    // How large the cluster is does not hang on the node.
    const input = { ...backendInput(byNode, situation, {}, family), clusterEndpoints: 0 };
    hash.update(`${family} ${JSON.stringify(findLocalDetector(input))}\n`);
    for (const lines of renderIptablesRestore(compileIptables(input))) hash.update(`${lines}\n`);
  }
  return hash.digest("hex");
}
