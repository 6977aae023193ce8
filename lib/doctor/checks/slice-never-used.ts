import { labelOf } from "../../kube/label-selector.js";
import { evidence, namespaceOf } from "../describe.js";
import type { Check } from "../types.js";

const SERVICE_LABEL = "kubernetes.io/service-name";

export const sliceNeverUsed: Check = {
  id: "slice-never-used",
  title: "An EndpointSlice that belongs to no Service",
  severity: "warning",
  why: "kube-proxy finds slices by the label that names their Service, so these addresses never get traffic",
  needs: ["EndpointSlices"],
  scope: "cluster",
  *run({ cluster, services }) {
    const namespaces = new Set(cluster.services.map(namespaceOf));
    for (const slice of cluster.endpointSlices) {
      const name = labelOf(slice.metadata.labels, SERVICE_LABEL);
      if ((slice.endpoints?.length ?? 0) === 0) continue;
      if (name === undefined || name === "")
        yield {
          object: slice,
          message: `the slice has no label ${SERVICE_LABEL}`,
          evidence: [evidence("labels", slice, ["metadata", slice.metadata.labels ? "labels" : "name"])],
          change: `label it ${SERVICE_LABEL}: NAME`,
        };
      else if (slice.addressType === "FQDN")
        yield {
          object: slice,
          message: "kube-proxy passes over slices of addressType FQDN",
          evidence: [evidence("addressType: FQDN", slice, ["addressType"])],
          change: "list IP addresses, or use a Service of type ExternalName",
        };
      // A Service that is not in the input may still exist in the cluster, unless others of its namespace are there.
      else if (!services.has(`${namespaceOf(slice)}/${name}`) && namespaces.has(namespaceOf(slice)))
        yield {
          object: slice,
          message: `the slice names Service ${namespaceOf(slice)}/${name}, which is not in the input`,
          evidence: [evidence(`${SERVICE_LABEL}: ${name}`, slice, ["metadata", "labels", SERVICE_LABEL])],
          change: "correct the label, or add the Service",
        };
    }
  },
};
