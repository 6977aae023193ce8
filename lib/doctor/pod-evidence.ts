/** Evidence on a pod: at the pod, or at the template of its workload when svcrules made the pod up. */
import type { Pod } from "../kube/types.js";
import type { FieldPath } from "../source/origin.js";
import { evidence, namespaceOf } from "./describe.js";
import type { DoctorContext, Evidence } from "./types.js";
import { workloadOf } from "./workload-of.js";

/** "Pod web-1", or "Deployment web" for a pod that svcrules made up. */
function podText(pod: Pod): string {
  return pod.simulated === "object" ? workloadOf(pod) : `Pod ${pod.metadata.name}`;
}

/** `text`: follows the pod's name; `path`: from the pod, inside its spec or labels for a made-up one. */
export function podEvidence({ workloads }: DoctorContext, pod: Pod, text: string, path: FieldPath): Evidence {
  const words = `${podText(pod)}${text}`;
  if (pod.simulated !== "object") return evidence(words, pod, path);
  const workload = workloads.get(`${namespaceOf(pod)}/${workloadOf(pod)}`);
  return workload ? evidence(words, workload, ["spec", "template", ...path]) : { text: words };
}
