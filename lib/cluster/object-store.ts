/** Kept objects by kind, namespace and name. Objects of one kind and namespace come together: the last map is at hand. */
import type { KubeObject } from "../kube/types.js";
import type { KeptKind, ObjectList } from "./collect-kinds.js";
import type { Cluster } from "./types.js";

type NamesOfKind = Map<string, KubeObject>;

export interface ObjectStore {
  readonly lists: Map<KeptKind, Map<string, NamesOfKind>>;
  last: { readonly kept: KeptKind; readonly namespace: string | undefined; readonly names: NamesOfKind } | undefined;
}

export function createObjectStore(): ObjectStore {
  return { lists: new Map(), last: undefined };
}

/** The objects of a kind and namespace by name; undefined is the namespace of objects that have none. */
export function namesOf(store: ObjectStore, kept: KeptKind, namespace: string | undefined): NamesOfKind {
  const { lists, last } = store;
  if (last?.kept === kept && last.namespace === namespace) return last.names;
  let namespaces = lists.get(kept);
  if (!namespaces) lists.set(kept, (namespaces = new Map()));
  let names = namespaces.get(namespace ?? "");
  if (!names) namespaces.set(namespace ?? "", (names = new Map()));
  store.last = { kept, namespace, names };
  return names;
}

export type SortedLists = { [List in ObjectList]: KubeObject[] } & Omit<Cluster, "facts" | "proxyConfigurations">;

/** Every list by namespace and name. */
export function sortedLists({ lists }: ObjectStore): SortedLists {
  const sorted: Record<ObjectList, KubeObject[]> = {
    services: [],
    pods: [],
    nodes: [],
    endpointSlices: [],
    endpoints: [],
    workloads: [],
    customResources: [],
    configMaps: [],
    namespaces: [],
    networkPolicies: [],
    adminPolicies: [],
    foreignPolicies: [],
    serviceCIDRs: [],
  };
  const merged = new Map<ObjectList, Map<string, KubeObject[]>>();
  for (const [{ list }, namespaces] of lists) {
    let ofList = merged.get(list);
    if (!ofList) merged.set(list, (ofList = new Map()));
    for (const [namespace, names] of namespaces)
      ofList.set(namespace, [...(ofList.get(namespace) ?? []), ...names.values()]);
  }
  for (const [list, namespaces] of merged)
    for (const namespace of [...namespaces.keys()].sort()) {
      const objects = namespaces.get(namespace)!.sort(byNameAndKind);
      for (const object of objects) sorted[list].push(object);
    }
  return sorted as SortedLists;
}

function byNameAndKind(a: KubeObject, b: KubeObject): number {
  const [x, y] = [a.metadata.name, b.metadata.name];
  if (x !== y) return x < y ? -1 : 1;
  return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
}
