/** What was made up, counted. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

export interface SimulationSummary {
  readonly clusterIPs: number;
  readonly nodePorts: number;
  readonly healthCheckNodePorts: number;
  /** Pods made for workloads. */
  readonly pods: number;
  /** Workloads they were made for. */
  readonly workloads: number;
  /** Pods of the input that were given a status. */
  readonly podStatuses: number;
  /** The name of the node they run on, when the input has no Node. */
  readonly simulatedNode: string | undefined;
}

export type SimulationCounts = { -readonly [Field in keyof SimulationSummary]: SimulationSummary[Field] };

export function noSimulation(): SimulationCounts {
  return {
    clusterIPs: 0,
    nodePorts: 0,
    healthCheckNodePorts: 0,
    pods: 0,
    workloads: 0,
    podStatuses: 0,
    simulatedNode: undefined,
  };
}

function count(n: number, one: string, many = `${one}s`): string[] {
  return n === 0 ? [] : [`${n} ${n === 1 ? one : many}`];
}

/** One note on everything that was made up; undefined when nothing was. */
export function simulationNote(summary: SimulationSummary): Diagnostic | undefined {
  const workloads = summary.workloads === 1 ? "1 workload" : `${summary.workloads} workloads`;
  const parts = [
    ...count(summary.clusterIPs, "cluster IP"),
    ...count(summary.nodePorts, "node port"),
    ...count(summary.healthCheckNodePorts, "health-check node port"),
    ...count(summary.pods, "pod").map((text) => `${text} of ${workloads}`),
    ...count(summary.podStatuses, "pod status", "pod statuses"),
  ];
  if (parts.length === 0) return undefined;
  const node = summary.simulatedNode;
  return {
    code: "simulated",
    severity: "note",
    message: `made up, since no cluster has seen these manifests: ${parts.join(", ")}`,
    notes: [
      ...(node === undefined ? [] : [`the input has no Node: the pods count as running on "${node}"`]),
      "the same names always get the same values; --no-simulate makes errors of them",
    ],
  };
}
