/** Which node a pod that is made up runs on. */
import type { Node } from "../../kube/types.js";
import { stableHash } from "../../util/stable-hash.js";

/** Where pods run when the input has no Node. No Node object is made for it, so that no endpoint becomes local by it. */
export const SIMULATED_NODE = "simulated-node";

type Selector = Readonly<Record<string, string>> | undefined;

export interface Scheduler {
  /**
   * The nodes a selector allows, by name: workers, or all when none is a worker. An empty list: no node has the labels.
   * Undefined stands for the simulated node.
   */
  nodesFor(selector: Selector): readonly (Node | undefined)[];
  /** As `nodesFor`, control-plane nodes included: one pod of a DaemonSet runs on each. */
  allNodesFor(selector: Selector): readonly (Node | undefined)[];
}

const CONTROL_PLANE = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/** A scheduler over the Nodes of the input, which are sorted by name. */
export function createScheduler(nodes: readonly Node[]): Scheduler {
  const workers = nodes.filter(({ metadata }) => !CONTROL_PLANE.some((label) => hasLabel(metadata.labels, label)));
  const memo = new Map<string, readonly Node[]>();
  const fitting = (candidates: readonly Node[], selector: Selector, kind: string) => {
    if (nodes.length === 0) return [undefined];
    const pairs = Object.entries(selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (pairs.length === 0) return candidates;
    const key = kind + JSON.stringify(pairs);
    let found = memo.get(key);
    if (!found) memo.set(key, (found = candidates.filter((node) => pairs.every(([k, v]) => hasValue(node, k, v)))));
    return found;
  };
  return {
    nodesFor(selector) {
      const found = fitting(workers, selector, "workers");
      return found.length > 0 ? found : fitting(nodes, selector, "all");
    },
    allNodesFor: (selector) => fitting(nodes, selector, "all"),
  };
}

/** The node of the i-th pod of a workload: one after the other, from a place that hangs on the workload's name. */
export function pickNode<T>(nodes: readonly T[], key: string, i: number): T {
  return nodes[(stableHash(key) + i) % nodes.length]!;
}

function hasLabel(labels: Selector, key: string): boolean {
  return labels !== undefined && Object.hasOwn(labels, key);
}

/** Labels that every kubelet sets count as set on Nodes written by hand. */
function hasValue({ metadata }: Node, key: string, value: string): boolean {
  const labels = metadata.labels;
  if (labels && Object.hasOwn(labels, key)) return labels[key] === value;
  switch (key) {
    case "kubernetes.io/hostname":
      return value === metadata.name;
    case "kubernetes.io/os":
      return value === "linux";
    case "kubernetes.io/arch":
      return true;
    default:
      return false;
  }
}
