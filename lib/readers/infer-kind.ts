/** The kind of objects written without one, in bare arrays of old support bundles and of jq. */

export interface TypeMeta {
  readonly kind: string;
  readonly apiVersion: string;
}

type Fields = Readonly<Record<string, unknown>>;

const BY_STEM: Readonly<Record<string, TypeMeta>> = {
  services: { kind: "Service", apiVersion: "v1" },
  pods: { kind: "Pod", apiVersion: "v1" },
  nodes: { kind: "Node", apiVersion: "v1" },
  endpoints: { kind: "Endpoints", apiVersion: "v1" },
  namespaces: { kind: "Namespace", apiVersion: "v1" },
  configmaps: { kind: "ConfigMap", apiVersion: "v1" },
  events: { kind: "Event", apiVersion: "v1" },
  "replication-controllers": { kind: "ReplicationController", apiVersion: "v1" },
  deployments: { kind: "Deployment", apiVersion: "apps/v1" },
  replicasets: { kind: "ReplicaSet", apiVersion: "apps/v1" },
  statefulsets: { kind: "StatefulSet", apiVersion: "apps/v1" },
  daemonsets: { kind: "DaemonSet", apiVersion: "apps/v1" },
  jobs: { kind: "Job", apiVersion: "batch/v1" },
  cronjobs: { kind: "CronJob", apiVersion: "batch/v1" },
  ingress: { kind: "Ingress", apiVersion: "networking.k8s.io/v1" },
  endpointslices: { kind: "EndpointSlice", apiVersion: "discovery.k8s.io/v1" },
  "network-policy": { kind: "NetworkPolicy", apiVersion: "networking.k8s.io/v1" },
  networkpolicies: { kind: "NetworkPolicy", apiVersion: "networking.k8s.io/v1" },
};

function inner(fields: Fields, outer: string, field: string): unknown {
  const value = fields[outer];
  return typeof value === "object" && value !== null ? (value as Fields)[field] : undefined;
}

/**
 * The kind told by the directory or the file's stem, else by shape; undefined when neither says.
 * `name`: the source's name, as `cluster-resources/pods/default.json`.
 */
export function inferKind(fields: Fields, name: string): TypeMeta | undefined {
  if (typeof fields["metadata"] !== "object" || fields["metadata"] === null) return undefined;
  const parts = name.split(/[\\/]/);
  const stem = parts.at(-1)?.replace(/\.[^.]*$/, "") ?? "";
  // Old Sonobuoy writes Services.json.
  for (const part of [parts.at(-2) ?? "", stem.toLowerCase()]) if (Object.hasOwn(BY_STEM, part)) return BY_STEM[part];
  return inferFromShape(fields);
}

function inferFromShape(fields: Fields): TypeMeta | undefined {
  if (fields["subsets"] !== undefined) return BY_STEM["endpoints"];
  if (fields["addressType"] !== undefined) return BY_STEM["endpointslices"];
  if (inner(fields, "status", "nodeInfo") !== undefined) return BY_STEM["nodes"];
  if (inner(fields, "spec", "containers") !== undefined) return BY_STEM["pods"];
  if (inner(fields, "spec", "podSelector") !== undefined) return BY_STEM["networkpolicies"];
  if (inner(fields, "spec", "clusterIP") !== undefined) return BY_STEM["services"];
  if (inner(fields, "spec", "ports") !== undefined) return BY_STEM["services"];
  const phase = inner(fields, "status", "phase");
  if (inner(fields, "spec", "finalizers") !== undefined && (phase === "Active" || phase === "Terminating"))
    return BY_STEM["namespaces"];
  return undefined;
}
