/** Names, labels and owners of the pods a workload stands for. */
import type { ObjectMeta, PodSpec, Workload } from "../../kube/types.js";
import { stableHash } from "../../util/stable-hash.js";

/** The letters of names that the API server generates: no vowels, nothing that looks like another. */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";
/** The API server cuts a generated name's base to this. */
const LONGEST_BASE = 58;

function letters(text: string, length: number): string {
  let rest = stableHash(text);
  let out = "";
  for (let i = 0; i < length; i++) {
    out += LETTERS[rest % LETTERS.length]!;
    rest = Math.floor(rest / LETTERS.length);
  }
  return out;
}

/** "namespace/Kind/name". */
export function workloadKey({ metadata, kind }: Workload): string {
  return `${metadata.namespace ?? "default"}/${kind}/${metadata.name}`;
}

export interface PodIdentity {
  readonly metadata: ObjectMeta;
  /** What the workload's controller sets in the spec. */
  readonly spec: Pick<PodSpec, "hostname" | "subdomain">;
}

/**
 * The identity of the pod with an ordinal (of a DaemonSet: on a node), as the workload's controller would make it, save
 * that what is random there hangs on names here. `isTaken`: whether the namespace has a pod of that name already.
 */
export function podIdentity(
  workload: Workload,
  ordinal: number,
  nodeName: string,
  isTaken: (name: string) => boolean,
): PodIdentity {
  const { kind, metadata, spec } = workload;
  const key = workloadKey(workload);
  const template = spec.template?.metadata;
  const labels: Record<string, string> = { ...template?.labels };
  let owner = { kind: kind as string, name: metadata.name };
  let name = "";
  const made: { hostname?: string; subdomain?: string } = {};
  if (kind === "StatefulSet") {
    name = `${metadata.name}-${ordinal}`;
    labels["statefulset.kubernetes.io/pod-name"] = name;
    labels["apps.kubernetes.io/pod-index"] = String(ordinal);
    labels["controller-revision-hash"] = `${metadata.name}-${letters(key, 10)}`;
    made.hostname = name;
    if (spec.serviceName) made.subdomain = spec.serviceName;
  } else {
    if (kind === "Deployment") {
      const hash = letters(key, 10);
      labels["pod-template-hash"] = hash;
      owner = { kind: "ReplicaSet", name: `${metadata.name}-${hash}` };
    } else if (kind === "DaemonSet") labels["controller-revision-hash"] = letters(key, 10);
    const base = `${owner.name}-`.slice(0, LONGEST_BASE);
    const which = kind === "DaemonSet" ? `@${nodeName}` : `#${ordinal}`;
    for (let attempt = 0; name === "" || isTaken(name); attempt++)
      name = base + letters(`${key}${which}${attempt === 0 ? "" : `+${attempt}`}`, 5);
  }
  return {
    metadata: {
      name,
      namespace: metadata.namespace ?? "default",
      labels,
      ...(template?.annotations ? { annotations: template.annotations } : {}),
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: made,
  };
}
