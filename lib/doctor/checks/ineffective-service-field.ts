import type { Service } from "../../kube/types.js";
import type { FieldPath } from "../../source/origin.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

interface Ineffective {
  readonly field: string;
  readonly path: FieldPath;
  readonly because: string;
}

/** What is said to kube-proxy alone. */
function fieldsForProxy(spec: Service["spec"]): string[] {
  return [
    ...(spec.sessionAffinity === "ClientIP" ? ["sessionAffinity"] : []),
    ...(spec.externalIPs?.length ? ["externalIPs"] : []),
    ...(spec.internalTrafficPolicy === "Local" ? ["internalTrafficPolicy"] : []),
    ...(spec.trafficDistribution ? ["trafficDistribution"] : []),
  ];
}

/** `hasEndpoints`: slices or an Endpoints object name the Service. */
function findIneffective({ spec, metadata }: Service, hasEndpoints: boolean): Ineffective[] {
  const found: Ineffective[] = [];
  const add = (field: string, path: FieldPath, because: string) => void found.push({ field, path, because });
  const headless = spec.clusterIP === "None";
  const alias = spec.type === "ExternalName";
  for (const field of headless || alias ? fieldsForProxy(spec) : [])
    add(
      field,
      ["spec", field],
      alias ? "an ExternalName is only a DNS alias" : "kube-proxy does nothing for a headless Service",
    );
  if (alias) {
    if (spec.selector && Object.keys(spec.selector).length > 0)
      add("selector", ["spec", "selector"], "an ExternalName is only a DNS alias and never gets endpoints");
  } else if (spec.externalName) add("externalName", ["spec", "externalName"], "it counts for type ExternalName only");
  if (!alias && !hasEndpoints && spec.selector && Object.keys(spec.selector).length === 0)
    add("selector", ["spec", "selector"], "an empty one picks no pod, unlike that of a NetworkPolicy");
  const mode =
    metadata.annotations?.["service.kubernetes.io/topology-mode"] ??
    metadata.annotations?.["service.kubernetes.io/topology-aware-hints"];
  if (spec.trafficDistribution && (mode === "Auto" || mode === "auto"))
    add("trafficDistribution", ["spec", "trafficDistribution"], "the topology annotation is set to Auto and wins");
  return found;
}

export const ineffectiveServiceField: Check = {
  id: "ineffective-service-field",
  title: "Settings that have no effect on this kind of Service",
  severity: "warning",
  why: "the API accepts the setting and nothing acts on it, so what it was to achieve does not happen",
  covers: [38],
  needs: ["services"],
  scope: "service",
  *run({ service, endpoints }) {
    for (const { field, path, because } of findIneffective(service, endpoints.slices.length > 0))
      yield {
        object: service,
        detail: field,
        message: `${field} has no effect here: ${because}`,
        evidence: [evidence(field, service, path)],
        change: `remove ${field}, or change what keeps it from working`,
      };
  },
};
