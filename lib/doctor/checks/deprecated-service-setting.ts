import type { Service } from "../../kube/types.js";
import type { FieldPath } from "../../source/origin.js";
import type { Features } from "../../config/features.js";
import { evidence } from "../describe.js";
import type { Check } from "../types.js";

interface Deprecated {
  readonly text: string;
  readonly path: FieldPath;
  readonly instead: string;
}

function findDeprecated({ metadata, spec }: Service, features: Features): Deprecated[] {
  const found: Deprecated[] = [];
  const annotation = (key: string, instead: string) => {
    if (metadata.annotations?.[key] !== undefined)
      found.push({ text: `annotation ${key}`, path: ["metadata", "annotations", key], instead });
  };
  annotation(
    "service.kubernetes.io/topology-aware-hints",
    "use spec.trafficDistribution, or annotation service.kubernetes.io/topology-mode",
  );
  annotation(
    "service.alpha.kubernetes.io/tolerate-unready-endpoints",
    "use spec.publishNotReadyAddresses: the annotation has no effect any more",
  );
  annotation("service.beta.kubernetes.io/load-balancer-source-ranges", "use spec.loadBalancerSourceRanges");
  if (spec.trafficDistribution === "PreferClose" && features.preferCloseDeprecated)
    found.push({
      text: "trafficDistribution PreferClose",
      path: ["spec", "trafficDistribution"],
      instead: "use PreferSameZone, its new name",
    });
  return found;
}

export const deprecatedServiceSetting: Check = {
  id: "deprecated-service-setting",
  title: "Settings of Services that have a successor",
  severity: "info",
  why: "a deprecated setting stops working in a later release, or has done so already",
  needs: ["services"],
  scope: "service",
  *run({ service }, { features }) {
    for (const { text, path, instead } of findDeprecated(service, features))
      yield {
        object: service,
        detail: text,
        message: `${text} is deprecated`,
        evidence: [evidence(text, service, path)],
        change: instead,
      };
  },
};
