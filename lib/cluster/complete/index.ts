/** A Cluster as the API server and the controllers would have left it: defaults, addresses, ports, pods. */
import type { Features } from "../../config/features.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Cluster } from "../types.js";
import { defaultEndpoints, defaultEndpointSlice, defaultNode, defaultPod, defaultService } from "./defaults.js";
import { completePods } from "./pods.js";
import { findServiceRanges } from "./service-ranges.js";
import { completeServices } from "./services.js";
import { noSimulation, simulationNote, type SimulationSummary } from "./summary.js";

export type { SimulationSummary } from "./summary.js";

export interface CompletionOptions {
  /** Whether what manifests lack is made up; otherwise each missing value is an error. */
  readonly simulate: boolean;
  /** Service ranges from the command line; empty: from the input, else 10.96.0.0/12. */
  readonly serviceCIDR: readonly string[];
  readonly features: Features;
}

export interface CompletionResult {
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
  readonly simulated: SimulationSummary;
}

/**
 * Fills in what the API server fills in and, for manifests that no cluster has seen, what a cluster would have added:
 * cluster IPs, node ports, pods of workloads, the state of pods. What is made up is marked `simulated`, hangs on names
 * alone, and is told in one note. In objects of a live cluster nothing is made up.
 */
export function completeCluster(cluster: Cluster, options: CompletionOptions): CompletionResult {
  const { simulate, features } = options;
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const live = cluster.facts.fromLiveCluster || cluster.facts.clusterInfoDump;
  const counts = noSimulation();
  const ranges = findServiceRanges(cluster, options.serviceCIDR, report);
  const services = cluster.services.map((service) => defaultService(service, features));
  const pods = live ? cluster.pods : completePods(cluster, ranges, { simulate, counts, report });
  const completed: Cluster = {
    ...cluster,
    services: completeServices(services, { simulate, live, ranges, counts, report }),
    pods: mapChanged(pods, defaultPod),
    nodes: mapChanged(cluster.nodes, defaultNode),
    endpointSlices: mapChanged(cluster.endpointSlices, defaultEndpointSlice),
    endpoints: mapChanged(cluster.endpoints, defaultEndpoints),
  };
  const note = simulationNote(counts);
  if (note) report(note);
  return { cluster: completed, diagnostics, simulated: counts };
}

/** The list itself when no item changes, so that large dumps are not copied. */
function mapChanged<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let out: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    const changed = change(item);
    if (changed !== item) out ??= list.slice();
    if (out) out[i] = changed;
  }
  return out ?? list;
}
