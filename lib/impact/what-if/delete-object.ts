/** Objects that are deleted, with what hangs on them. */
import type { Cluster } from "../../cluster/types.js";
import { workloadOf } from "../../doctor/workload-of.js";
import { SERVICE_NAME_LABEL } from "../../endpoints/slice-parts.js";
import type { KubeObject } from "../../kube/types.js";
import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import { failNodes } from "./lose-nodes.js";
import { fullName, idOf, notFound } from "./names.js";
import { removePods } from "./scale.js";
import type { Draft } from "./types.js";

type ListName =
  | "services"
  | "pods"
  | "nodes"
  | "endpointSlices"
  | "endpoints"
  | "workloads"
  | "configMaps"
  | "namespaces"
  | "networkPolicies"
  | "adminPolicies";

/** Kinds by lower-case name, with kubectl's plurals and short names. */
const KINDS: Readonly<Record<string, { readonly kind: string; readonly list: ListName }>> = Object.fromEntries(
  (
    [
      ["Service", "services", "svc"],
      ["Pod", "pods", "po"],
      ["Node", "nodes", "no"],
      ["EndpointSlice", "endpointSlices", "endpointslices"],
      ["Endpoints", "endpoints", "ep"],
      ["Deployment", "workloads", "deploy"],
      ["StatefulSet", "workloads", "sts"],
      ["DaemonSet", "workloads", "ds"],
      ["ReplicaSet", "workloads", "rs"],
      ["ConfigMap", "configMaps", "cm"],
      ["Namespace", "namespaces", "ns"],
      ["NetworkPolicy", "networkPolicies", "netpol"],
      ["AdminNetworkPolicy", "adminPolicies", "anp"],
      ["BaselineAdminNetworkPolicy", "adminPolicies", "banp"],
      ["ClusterNetworkPolicy", "adminPolicies", "cnp"],
    ] as const
  ).flatMap(([kind, list, short]) => {
    const lower = kind.toLowerCase();
    const plural = lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
    return [lower, plural, short].map((word) => [word, { kind, list }]);
  }),
);

const CLUSTER_WIDE: ReadonlySet<ListName> = new Set(["nodes", "namespaces", "adminPolicies"]);

export function deleteObject(draft: Draft, kindText: string, name: string): void {
  const found = KINDS[kindText.toLowerCase()];
  if (!found) {
    const near = nearest(kindText.toLowerCase(), Object.keys(KINDS));
    return void draft.diagnostics.push({
      code: "unknown-target",
      severity: "error",
      message: `${quoted(kindText)} is no kind that can be deleted here`,
      notes: [near ? `did you mean ${near}?` : "kinds: Service, Pod, Node, Deployment, NetworkPolicy and the like"],
    });
  }
  const { kind, list } = found;
  const isWide = CLUSTER_WIDE.has(list);
  const full = isWide ? name : fullName(name);
  const nameOf = (object: KubeObject) => (isWide ? object.metadata.name : idOf(object));
  const objects = draft.cluster[list] as readonly KubeObject[];
  const object = objects.find((one) => one.kind === kind && nameOf(one) === full);
  if (!object) {
    const known = objects.filter((one) => one.kind === kind).map(nameOf);
    return void draft.diagnostics.push(notFound(kind, full, known));
  }
  if (list === "nodes") return failNodes(draft, new Set([full]));
  if (list === "namespaces") deleteNamespace(draft, full);
  if (list === "services") deleteSlicesOf(draft, full);
  if (list === "pods") return removePods(draft, new Set(draft.cluster.pods.filter((pod) => idOf(pod) === full)));
  if (list === "workloads") deletePodsOf(draft, kind, object);
  draft.cluster = { ...draft.cluster, [list]: objectsWithout(draft.cluster[list], object) };
}

function objectsWithout(list: readonly object[], object: object): readonly object[] {
  return list.filter((one) => one !== object);
}

function deleteSlicesOf(draft: Draft, service: string): void {
  const { endpointSlices, endpoints } = draft.cluster;
  draft.cluster = {
    ...draft.cluster,
    endpointSlices: endpointSlices.filter(
      ({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.labels?.[SERVICE_NAME_LABEL]}` !== service,
    ),
    endpoints: endpoints.filter((one) => idOf(one) !== service),
  };
}

function deletePodsOf(draft: Draft, kind: string, { metadata }: KubeObject): void {
  const namespace = metadata.namespace ?? "default";
  removePods(
    draft,
    new Set(
      draft.cluster.pods.filter(
        (pod) => (pod.metadata.namespace ?? "default") === namespace && workloadOf(pod) === `${kind} ${metadata.name}`,
      ),
    ),
  );
}

function deleteNamespace(draft: Draft, namespace: string): void {
  const isIn = ({ metadata }: KubeObject) => (metadata.namespace ?? "default") === namespace;
  removePods(draft, new Set(draft.cluster.pods.filter(isIn)));
  const lists: readonly ListName[] = [
    "services",
    "endpointSlices",
    "endpoints",
    "workloads",
    "configMaps",
    "networkPolicies",
  ];
  for (const list of lists)
    draft.cluster = {
      ...draft.cluster,
      [list]: (draft.cluster[list] as readonly KubeObject[]).filter((object) => !isIn(object)),
    } satisfies Cluster;
}
