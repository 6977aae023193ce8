/** Signs that something other than kube-proxy programs Services. */
import type { RawObject } from "../readers/sink.js";
import { flagsOf } from "./collect-flags.js";
import { fieldsOf, stringOf } from "./trim/shape.js";
import type { Cluster, ClusterFacts } from "./types.js";

type OtherProxy = NonNullable<ClusterFacts["otherProxy"]>;

/** Told by an object of a kind that is otherwise passed over. */
export function otherProxyOfObject(object: RawObject, group: string): OtherProxy | undefined {
  const fields = object as unknown as Record<string, unknown>;
  const spec = fieldsOf(fields["spec"]);
  const { origin } = object;
  if (object.kind === "Network" && (group === "config.openshift.io" || group === "operator.openshift.io")) {
    const type =
      stringOf(spec?.["networkType"]) ??
      stringOf(fieldsOf(fields["status"])?.["networkType"]) ??
      stringOf(fieldsOf(spec?.["defaultNetwork"])?.["type"]);
    const own = spec?.["deployKubeProxy"] === true;
    if (type === "OVNKubernetes" && !own)
      return { name: "OVN-Kubernetes", evidence: `Network ${group} has type OVNKubernetes`, origin };
  }
  if (object.kind === "FelixConfiguration" && group.endsWith("projectcalico.org") && spec?.["bpfEnabled"] === true)
    return { name: "Calico eBPF", evidence: "FelixConfiguration has bpfEnabled: true", origin };
  return undefined;
}

/** Told by ConfigMaps and workloads. */
export function findOtherProxy({ configMaps, workloads, pods }: Omit<Cluster, "facts">): OtherProxy | undefined {
  for (const { metadata, data, origin } of configMaps) {
    const value = metadata.name === "cilium-config" ? data?.["kube-proxy-replacement"] : undefined;
    if (value === "true" || value === "strict")
      return { name: "Cilium", evidence: `ConfigMap cilium-config has kube-proxy-replacement: "${value}"`, origin };
  }
  const specs = [
    ...workloads.map((workload) => ({ object: workload, spec: workload.spec.template?.spec })),
    ...pods.map((pod) => ({ object: pod, spec: pod.spec })),
  ];
  for (const { object, spec } of specs) {
    if (!object.metadata.name.startsWith("kube-router")) continue;
    const container = spec?.containers?.find(({ name }) => name === "kube-router");
    if (container && flagsOf(container)["run-service-proxy"] === "true")
      return { name: "kube-router", evidence: "its container has --run-service-proxy", origin: object.origin };
  }
  return undefined;
}
