/** Nodes that are drained or fail. */
import { ZONE_LABEL } from "../../endpoints/node-zones.js";
import type { Pod } from "../../kube/types.js";
import { sliceEndpoints } from "../../kube/endpoint-table.js";
import { idOf, notFound } from "./names.js";
import { createPlacer } from "./place-pods.js";
import type { Draft } from "./types.js";

/** Its pods leave, save those of DaemonSets and of the node itself; it stays a node with kube-proxy's rules. */
export function drainNode(draft: Draft, node: string): void {
  const known = nodeNames(draft);
  if (!known.includes(node)) return void draft.diagnostics.push(notFound("node", node, known));
  losePods(draft, new Set([node]), (pod) => !isOfNode(pod));
}

/** Nodes and pods of the zone are gone. */
export function failZone(draft: Draft, zone: string): void {
  const zoneOf = (labels: Record<string, string> | undefined) => labels?.[ZONE_LABEL];
  const zones = [...new Set(draft.cluster.nodes.flatMap(({ metadata }) => zoneOf(metadata.labels) ?? []))].sort();
  const lost = draft.cluster.nodes.filter(({ metadata }) => zoneOf(metadata.labels) === zone);
  if (lost.length === 0) return void draft.diagnostics.push(notFound("Node of zone", zone, zones));
  failNodes(draft, new Set(lost.map(({ metadata }) => metadata.name)));
}

/** The nodes and all their pods are gone. */
export function failNodes(draft: Draft, names: ReadonlySet<string>): void {
  losePods(draft, names, () => true);
  const nodes = draft.cluster.nodes.filter(({ metadata }) => !names.has(metadata.name));
  draft.cluster = { ...draft.cluster, nodes };
}

/** Nodes of the input, and those that only pods and endpoints name. */
function nodeNames({ cluster }: Draft): string[] {
  if (cluster.nodes.length > 0) return cluster.nodes.map(({ metadata }) => metadata.name);
  const names = new Set(cluster.pods.flatMap(({ spec }) => spec.nodeName ?? []));
  for (const slice of cluster.endpointSlices)
    for (const { nodeName } of sliceEndpoints(slice)) if (nodeName) names.add(nodeName);
  return [...names].sort();
}

/** Static pods and pods of DaemonSets, which a drain leaves where they are. */
function isOfNode({ metadata }: Pod): boolean {
  return !!metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet" || kind === "Node");
}

/** Pods that were made up for manifests run elsewhere afterwards; those of a cluster are gone. */
function losePods(draft: Draft, nodes: ReadonlySet<string>, leaves: (pod: Pod) => boolean): void {
  for (const node of nodes) draft.leftNodes.add(node);
  const place = createPlacer(draft);
  let turn = 0;
  const pods = draft.cluster.pods.flatMap((pod): Pod[] => {
    if (!nodes.has(pod.spec.nodeName ?? "") || !leaves(pod)) return [pod];
    const moved = pod.simulated && !isOfNode(pod) ? place(pod, turn++) : undefined;
    draft.fates.set(idOf(pod), "gone");
    if (!moved) return [];
    draft.freshPods.add(moved);
    return [moved];
  });
  draft.cluster = { ...draft.cluster, pods };
}
