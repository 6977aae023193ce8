import { labelOf } from "../../kube/label-selector.js";
import { evidence, keyOf, labelsText } from "../describe.js";
import { quoted } from "../../util/quoted.js";
import type { Check } from "../types.js";

export const endpointsOverwritten: Check = {
  id: "endpoints-overwritten",
  title: "An Endpoints object written for a Service with a selector",
  severity: "warning",
  why: "the endpoints controller owns the Endpoints object of a Service with a selector and overwrites it",
  needs: ["services", "Endpoints"],
  scope: "cluster",
  *run({ cluster, services }) {
    // In a live cluster the object is the controller's own work.
    if (cluster.facts.fromLiveCluster) return;
    for (const endpoints of cluster.endpoints) {
      const service = services.get(keyOf(endpoints));
      if (!service?.spec.selector || Object.keys(service.spec.selector).length === 0) continue;
      if (labelOf(endpoints.metadata.labels, "endpoints.kubernetes.io/managed-by") !== undefined) continue;
      if (endpoints.metadata.uid !== undefined || endpoints.metadata.resourceVersion !== undefined) continue;
      yield {
        object: endpoints,
        message: `Service ${keyOf(service)} has a selector, so these addresses are replaced by those of the pods it picks`,
        evidence: [
          evidence("Endpoints object", endpoints, ["subsets"]),
          evidence(`selector ${quoted(labelsText(service.spec.selector))}`, service, ["spec", "selector"]),
        ],
        change: "remove the selector of the Service, or the Endpoints object",
      };
    }
  },
};
