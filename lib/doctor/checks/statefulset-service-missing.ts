import { selectorMatches } from "../../kube/label-selector.js";
import type { Service, Workload } from "../../kube/types.js";
import { nearest } from "../../util/nearest.js";
import { evidence, namespaceOf } from "../describe.js";
import { selectorOf } from "../context.js";
import { findReferences } from "../references.js";
import type { Check } from "../types.js";

/** The Service that was meant: by its name, or the headless one that picks the pods. */
function candidateOf(set: Workload, name: string, services: readonly Service[]): string | undefined {
  const here = services.filter((service) => namespaceOf(service) === namespaceOf(set));
  const labels = set.spec.template?.metadata?.labels;
  const picking = here.find((service) => {
    const selector = service.spec.clusterIP === "None" ? selectorOf(service) : undefined;
    return selector !== undefined && selectorMatches({ matchLabels: { ...selector } }, labels);
  });
  return (
    picking?.metadata.name ??
    nearest(
      name,
      here.map(({ metadata }) => metadata.name),
    )
  );
}

/** Whether some program is told a host as "web-0.SERVICE" or "web-0.SERVICE.shop.svc". */
function isAskedFor(part: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => host.endsWith(part) || host.includes(`${part}.`));
}

export const statefulSetServiceMissing: Check = {
  id: "statefulset-service-missing",
  title: "A StatefulSet whose Service is missing or does not pick its pods",
  severity: "warning",
  why: "the pods' own names (POD.SERVICE.NAMESPACE.svc) exist only if a Service of that name picks them",
  needs: ["workloads"],
  scope: "cluster",
  *run({ cluster, services }) {
    const namespaces = new Set(cluster.services.map(namespaceOf));
    let found: string[] | undefined;
    const references = () => (found ??= [...findReferences(cluster)].map(({ host }) => host));
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
        const near = candidateOf(set, name, cluster.services);
        yield {
          object: set,
          severity: near === undefined && !isAskedFor(`.${name}`, references()) ? "info" : "warning",
          message: `serviceName is ${name}, and namespace ${namespace} has no such Service${near === undefined ? "" : `; there is ${near}`}`,
          evidence: [evidence(`serviceName: ${name}`, set, ["spec", "serviceName"])],
          change:
            near === undefined
              ? `add a headless Service ${name} if something asks for the pods by name`
              : `name ${near}, or add a headless Service ${name}`,
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
