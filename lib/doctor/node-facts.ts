/** What checks ask about the Nodes, told once: a cluster may have as many of them as Services have endpoints. */
import { ZONE_LABEL } from "../endpoints/node-zones.js";
import type { Node } from "../kube/types.js";

export interface NodeFacts {
  readonly byName: ReadonlyMap<string, Node>;
  /** As the Nodes' statuses write them. */
  readonly addresses: readonly string[];
  /** Names of nodes by zone; by "" those without one. */
  readonly zones: ReadonlyMap<string, readonly string[]>;
  /** Nodes that take ordinary pods: ready, not of the control plane. */
  readonly workers: readonly Node[];
  readonly workerZones: ReadonlySet<string>;
  /** The first Node that may be the machine of this name: by the first part of both names, or by its hostname label. */
  readonly twinOf: (nodeName: string) => Node | undefined;
}

const CONTROL_PLANE = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

export function zoneOf(node: Node | undefined): string {
  return node?.metadata.labels?.[ZONE_LABEL] ?? "";
}

export function tellNodes(nodes: readonly Node[]): NodeFacts {
  const workers = nodes.filter(isWorker);
  const zones = new Map<string, string[]>();
  for (const node of nodes) {
    const names = zones.get(zoneOf(node));
    if (names) names.push(node.metadata.name);
    else zones.set(zoneOf(node), [node.metadata.name]);
  }
  return {
    byName: new Map(nodes.map((node) => [node.metadata.name, node])),
    addresses: nodes.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)),
    zones,
    workers,
    workerZones: new Set(workers.map(zoneOf)),
    twinOf: findTwins(nodes),
  };
}

function isWorker({ metadata, status }: Node): boolean {
  return (
    !CONTROL_PLANE.some((label) => metadata.labels?.[label] !== undefined) &&
    (status?.conditions ?? []).every(({ type, status: state }) => type !== "Ready" || state === "True")
  );
}

/** "Node-1.example.com" and "node-1" may well be one machine. */
function shortName(name: string): string {
  return name.toLowerCase().split(".")[0]!;
}

function findTwins(nodes: readonly Node[]): (nodeName: string) => Node | undefined {
  const byShortName = firstPlaces(nodes, ({ metadata }) => shortName(metadata.name));
  const byHostname = firstPlaces(nodes, ({ metadata }) => metadata.labels?.["kubernetes.io/hostname"]);
  return (nodeName) =>
    nodes[Math.min(byShortName.get(shortName(nodeName)) ?? Infinity, byHostname.get(nodeName) ?? Infinity)];
}

function firstPlaces(nodes: readonly Node[], wordOf: (node: Node) => string | undefined): Map<string, number> {
  const places = new Map<string, number>();
  for (const [i, node] of nodes.entries()) {
    const word = wordOf(node);
    if (word !== undefined && !places.has(word)) places.set(word, i);
  }
  return places;
}
