import { evidence, namespaceOf } from "../describe.js";
import type { Check } from "../types.js";
import { workloadOf } from "../workload-of.js";

export const podSubdomainWithoutService: Check = {
  id: "pod-subdomain-without-service",
  title: "A pod's subdomain that is no Service",
  severity: "warning",
  why: "HOSTNAME.SUBDOMAIN.NAMESPACE.svc resolves only if a Service named as the subdomain picks the pod, although the pod itself believes in the name",
  needs: ["pods or workloads"],
  scope: "cluster",
  *run({ cluster, services, workloads }) {
    const namespaces = new Set(cluster.services.map(namespaceOf));
    const seen = new Set<string>();
    for (const pod of cluster.pods) {
      const { hostname, subdomain } = pod.spec;
      if (!hostname || !subdomain || pod.simulated || services.has(`${namespaceOf(pod)}/${subdomain}`)) continue;
      const owner = workloadOf(pod);
      // A StatefulSet's missing Service is found at the StatefulSet, if that is in the input.
      const set = owner.startsWith("StatefulSet ") && workloads.has(`${namespaceOf(pod)}/${owner}`);
      const id = `${namespaceOf(pod)}/${owner}`;
      if (!namespaces.has(namespaceOf(pod)) || set || seen.has(id)) continue;
      seen.add(id);
      yield {
        object: pod,
        message: `subdomain is ${subdomain}, and namespace ${namespaceOf(pod)} has no Service of that name`,
        evidence: [evidence(`subdomain: ${subdomain}`, pod, ["spec", "subdomain"])],
        change: `add a headless Service ${subdomain} that picks the pod`,
      };
    }
  },
};
