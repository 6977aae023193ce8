import { selectorMatches } from "../../kube/label-selector.js";
import { nearest } from "../../util/nearest.js";
import { evidence, namespaceOf } from "../describe.js";
import { selectorOf } from "../context.js";
import type { Check } from "../types.js";

export const statefulSetServiceMissing: Check = {
  id: "statefulset-service-missing",
  title: "A StatefulSet whose Service is missing or does not pick its pods",
  severity: "warning",
  why: "the pods' own names (POD.SERVICE.NAMESPACE.svc) exist only if a Service of that name picks them",
  needs: ["workloads"],
  scope: "cluster",
  *run({ cluster, services }) {
    const namespaces = new Set(cluster.services.map(namespaceOf));
    for (const set of cluster.workloads) {
      const name = set.spec.serviceName;
      if (set.kind !== "StatefulSet" || !name) continue;
      const namespace = namespaceOf(set);
      const service = services.get(`${namespace}/${name}`);
      if (!service) {
        if (!namespaces.has(namespace)) {
          yield { notEnoughInput: `the input holds no Service of namespace ${namespace}` };
          continue;
        }
        const near = nearest(
          name,
          cluster.services.filter((s) => namespaceOf(s) === namespace).map(({ metadata }) => metadata.name),
        );
        yield {
          object: set,
          message: `serviceName is ${name}, and namespace ${namespace} has no such Service${near === undefined ? "" : `; there is ${near}`}`,
          evidence: [evidence(`serviceName: ${name}`, set, ["spec", "serviceName"])],
          change: `add a headless Service ${name}, or name the existing one`,
        };
        continue;
      }
      const selector = selectorOf(service);
      if (selector && !selectorMatches({ matchLabels: { ...selector } }, set.spec.template?.metadata?.labels))
        yield {
          object: set,
          message: `Service ${name} does not pick the pods of the StatefulSet`,
          evidence: [
            evidence(`serviceName: ${name}`, set, ["spec", "serviceName"]),
            evidence("its selector", service, ["spec", "selector"]),
          ],
          change: "make the Service's selector agree with the labels of the pod template",
        };
    }
  },
};
