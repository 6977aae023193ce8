/** Which kinds are kept, under which apiVersions, and how each is made smaller. */
import { trimAdminPolicy } from "./trim/admin-policy.js";
import { trimEndpointSlice } from "./trim/endpoint-slice.js";
import { trimEndpoints } from "./trim/endpoints.js";
import { trimNetworkPolicy } from "./trim/network-policy.js";
import { trimNode } from "./trim/node.js";
import { trimPod } from "./trim/pod.js";
import type { Pool } from "./trim/pool.js";
import { trimService } from "./trim/service.js";
import { compact, fieldsOf, stringMapOf, stringsOf, type Fields } from "./trim/shape.js";
import { trimWorkload } from "./trim/workload.js";
import type { EndpointSlice, KubeObject, Service } from "../kube/types.js";
import { nearest } from "../util/nearest.js";
import type { Cluster } from "./types.js";

/** The lists of a Cluster that hold named objects. */
export type ObjectList = Exclude<keyof Cluster, "facts" | "proxyConfigurations">;

export interface KeptKind {
  readonly list: ObjectList;
  readonly namespaced: boolean;
  /** Undefined: every version, as an extension of the API has those its owner gives it. */
  readonly versions?: readonly string[];
  /** The object that is kept. */
  readonly make: (head: ObjectHead, raw: Fields, pool: Pool) => KubeObject;
}

/** What every object has. */
type ObjectHead = Required<Pick<KubeObject, "apiVersion" | "kind" | "metadata" | "origin">>;

export const withHead =
  (trim: (raw: Fields, pool: Pool) => object): KeptKind["make"] =>
  ({ apiVersion, kind, metadata, origin }, raw, pool) => ({ apiVersion, kind, metadata, ...trim(raw, pool), origin });

// The most there are of: one literal takes a fraction of the time and room of a spread.
const makeService = (head: ObjectHead, raw: Fields): Service => {
  const { apiVersion, kind, metadata, origin } = head;
  const { spec, status } = trimService(raw);
  return { apiVersion, kind, metadata, spec, status, origin };
};
const makeEndpointSlice = (head: ObjectHead, raw: Fields, pool: Pool): EndpointSlice => {
  const { apiVersion, kind, metadata, origin } = head;
  const { addressType, endpoints, ports } = trimEndpointSlice(raw, pool);
  return { apiVersion, kind, metadata, addressType, endpoints, ports, origin };
};

const workload = (versions: readonly string[]): KeptKind => ({
  list: "workloads",
  namespaced: true,
  versions,
  make: withHead(trimWorkload),
});

const adminPolicy: KeptKind = { list: "adminPolicies", namespaced: false, make: withHead(trimAdminPolicy) };
const foreignPolicy = (namespaced: boolean): KeptKind => ({
  list: "foreignPolicies",
  namespaced,
  make: withHead(() => ({})),
});

const CALICO = { NetworkPolicy: foreignPolicy(true), GlobalNetworkPolicy: foreignPolicy(false) };
const ANTREA = { NetworkPolicy: foreignPolicy(true), ClusterNetworkPolicy: foreignPolicy(false) };

/** By API group ("" is the core group) and kind. */
const KINDS: Readonly<Record<string, Readonly<Record<string, KeptKind>>>> = {
  "": {
    Service: { list: "services", namespaced: true, versions: ["v1"], make: makeService },
    Pod: { list: "pods", namespaced: true, versions: ["v1"], make: withHead(trimPod) },
    Node: { list: "nodes", namespaced: false, versions: ["v1"], make: withHead(trimNode) },
    Endpoints: { list: "endpoints", namespaced: true, versions: ["v1"], make: withHead(trimEndpoints) },
    Namespace: { list: "namespaces", namespaced: false, versions: ["v1"], make: withHead(() => ({})) },
    ConfigMap: {
      list: "configMaps",
      namespaced: true,
      versions: ["v1"],
      make: withHead((raw) => compact({ data: stringMapOf(raw["data"]) })),
    },
    ReplicationController: workload(["v1"]),
  },
  apps: {
    Deployment: workload(["v1"]),
    StatefulSet: workload(["v1"]),
    DaemonSet: workload(["v1"]),
    ReplicaSet: workload(["v1"]),
  },
  batch: { Job: workload(["v1"]), CronJob: workload(["v1"]) },
  "discovery.k8s.io": {
    EndpointSlice: {
      list: "endpointSlices",
      namespaced: true,
      versions: ["v1", "v1beta1"],
      make: makeEndpointSlice,
    },
  },
  "networking.k8s.io": {
    NetworkPolicy: { list: "networkPolicies", namespaced: true, versions: ["v1"], make: withHead(trimNetworkPolicy) },
    ServiceCIDR: {
      list: "serviceCIDRs",
      namespaced: false,
      versions: ["v1", "v1beta1", "v1alpha1"],
      make: withHead((raw) => ({ spec: compact({ cidrs: stringsOf(fieldsOf(raw["spec"])?.["cidrs"]) }) })),
    },
  },
  "policy.networking.k8s.io": {
    AdminNetworkPolicy: adminPolicy,
    BaselineAdminNetworkPolicy: adminPolicy,
    ClusterNetworkPolicy: adminPolicy,
  },
  "cilium.io": { CiliumNetworkPolicy: foreignPolicy(true), CiliumClusterwideNetworkPolicy: foreignPolicy(false) },
  "projectcalico.org": CALICO,
  "crd.projectcalico.org": CALICO,
  "crd.antrea.io": ANTREA,
  "security.antrea.tanzu.com": ANTREA,
};

/** Where kinds went that no supported server has in their old group any more. */
const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  extensions: {
    Deployment: "apps/v1",
    DaemonSet: "apps/v1",
    ReplicaSet: "apps/v1",
    NetworkPolicy: "networking.k8s.io/v1",
  },
};

/** The apiVersion under which a kind of a group that is gone is served now. */
export function findMoved(group: string, kind: string): string | undefined {
  const kinds = Object.hasOwn(MOVED, group) ? MOVED[group] : undefined;
  return kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

/** Groups of Kubernetes itself: custom resources need a dot in theirs. */
const isBuiltIn = (group: string) =>
  !group.includes(".") || group === "discovery.k8s.io" || group === "networking.k8s.io";

/** Kubernetes' own groups, and the kinds kept of each. */
const BUILT_IN = Object.entries(KINDS).filter(([group]) => isBuiltIn(group));

/**
 * The kind that was meant by one that Kubernetes' own group does not have: the same kind of another group, or the nearest
 * name ("service", "Deployement"). Undefined where it may be right: kinds that are not kept, groups of extensions.
 */
export function findMeantKind(group: string, kind: string): { kind: string; apiVersion: string } | undefined {
  if (!isBuiltIn(group)) return undefined;
  const names = BUILT_IN.flatMap(([, kinds]) => Object.keys(kinds));
  const singular = kind.toLowerCase().replace(/(?<=[^s])s$/, "");
  const meant =
    names.find((name) => name.toLowerCase().replace(/s$/, "") === singular) ??
    (kind.length >= 6 ? nearest(kind, names, 2) : undefined);
  const home = BUILT_IN.find(([, kinds]) => meant !== undefined && Object.hasOwn(kinds, meant));
  if (meant === undefined || home === undefined) return undefined;
  const version = home[1][meant]!.versions?.[0] ?? "v1";
  return { kind: meant, apiVersion: home[0] === "" ? version : `${home[0]}/${version}` };
}

/** Group and version of an apiVersion: "apps/v1" is apps and v1, "v1" is "" and v1. */
export function splitAPIVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  if (apiVersion === lastSplit.apiVersion) return lastSplit;
  const slash = apiVersion.indexOf("/");
  lastSplit = { apiVersion, group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1) };
  return lastSplit;
}

/** Objects of one type come together. */
let lastSplit = { apiVersion: "", group: "", version: "" };

/** How objects of a type are kept; undefined for those passed over. */
export function findKeptKind(group: string, kind: string): KeptKind | undefined {
  const kinds = Object.hasOwn(KINDS, group) ? KINDS[group] : undefined;
  return kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}
