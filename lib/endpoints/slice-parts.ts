/** What computed slices have in common, whoever would have written them. */
import type { EndpointSlice, KubeObject, Service, SliceEndpoint, SlicePort } from "../kube/types.js";
import type { IPFamily } from "../net/ip.js";
import { HEADLESS_LABEL } from "../services/skip-reason.js";
import { fnv1a32 } from "../util/fnv1a.js";

export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
export const MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
export const MIRRORING_CONTROLLER = "endpointslicemirroring-controller.k8s.io";

/**
 * The labels of the slices of a Service or Endpoints object: its own, less the reserved ones, and the controller's.
 * Without a prototype, so that a label of any name stays a label.
 */
export function sliceLabels(owner: KubeObject, controller: string, headless: boolean): Record<string, string> {
  const labels = Object.assign(Object.create(null) as Record<string, string>, owner.metadata.labels);
  delete labels[HEADLESS_LABEL];
  labels[SERVICE_NAME_LABEL] = owner.metadata.name;
  labels[MANAGED_BY_LABEL] = controller;
  if (headless) labels[HEADLESS_LABEL] = "";
  return labels;
}

/** Whether the Service is headless to the controllers: no cluster IP at all counts too. */
export function isHeadless({ spec }: Service): boolean {
  return !spec.clusterIP || spec.clusterIP === "None";
}

/** A computed slice. `key` tells the slices of one owner apart; upstream's names end in random characters. */
export function makeSlice(
  owner: KubeObject,
  key: string,
  labels: Record<string, string>,
  addressType: IPFamily,
  ports: SlicePort[],
  endpoints: SliceEndpoint[],
): EndpointSlice {
  const { name, namespace = "default" } = owner.metadata;
  const suffix = (fnv1a32(`${namespace}/${name}/${addressType}/${key}`) >>> 8).toString(16).padStart(6, "0");
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-${suffix}`, namespace, labels },
    addressType,
    ports,
    endpoints,
    simulated: "object",
  };
}
