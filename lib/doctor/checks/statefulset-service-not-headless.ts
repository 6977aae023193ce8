import { evidence, namespaceOf } from "../describe.js";
import type { Check } from "../types.js";

export const statefulSetServiceNotHeadless: Check = {
  id: "statefulset-service-not-headless",
  title: "A StatefulSet whose Service is not headless",
  severity: "warning",
  why: "only a headless Service gives each pod its own name (POD.SERVICE.NAMESPACE.svc); of another one just the Service's name resolves",
  needs: ["services", "workloads"],
  scope: "cluster",
  *run({ cluster, services }) {
    for (const set of cluster.workloads) {
      const name = set.spec.serviceName;
      if (set.kind !== "StatefulSet" || !name) continue;
      const service = services.get(`${namespaceOf(set)}/${name}`);
      if (!service || service.spec.clusterIP === "None") continue;
      const alias = service.spec.type === "ExternalName";
      const several = (set.spec.replicas ?? 1) > 1;
      yield {
        object: set,
        concerns: [service],
        // The name of its only pod is hardly ever wanted.
        severity: several || alias ? "warning" : "info",
        message: `serviceName is ${name}, and Service ${name} is ${alias ? "an ExternalName" : "not headless"}: the pods have no names of their own`,
        evidence: [
          evidence(`serviceName: ${name}`, set, ["spec", "serviceName"]),
          evidence(alias ? "type: ExternalName" : `Service ${name} has a cluster IP`, service, ["spec"]),
        ],
        change: `add a headless Service (clusterIP: None) with the same selector and make it the StatefulSet's serviceName; a StatefulSet that exists must be deleted (--cascade=orphan) and created again for it`,
      };
    }
  },
};
