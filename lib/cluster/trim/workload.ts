import type { Workload } from "../../kube/types.js";
import { trimMetadata } from "./metadata.js";
import type { Pool } from "./pool.js";
import { trimPodSpec } from "./pod.js";
import { booleanOf, compact, fieldsOf, numberOf, stringMapOf, stringOf, type Fields } from "./shape.js";

export function trimWorkload(raw: Fields, pool: Pool): Pick<Workload, "spec"> {
  const spec = fieldsOf(raw["spec"]) ?? {};
  const template =
    fieldsOf(spec["template"]) ?? fieldsOf(fieldsOf(fieldsOf(spec["jobTemplate"])?.["spec"])?.["template"]);
  const ordinals = fieldsOf(spec["ordinals"]);
  return {
    spec: compact<Workload["spec"]>({
      replicas: numberOf(spec["replicas"]),
      parallelism: numberOf(spec["parallelism"]),
      suspend: booleanOf(spec["suspend"]),
      serviceName: stringOf(spec["serviceName"]),
      ordinals: ordinals && compact({ start: numberOf(ordinals["start"]) }),
      selector: trimSelector(spec["selector"], raw["kind"] === "ReplicationController"),
      template: template && trimTemplate(template, pool),
    }),
  };
}

function trimSelector(value: unknown, plain: boolean): Workload["spec"]["selector"] {
  if (plain) return stringMapOf(value);
  const selector = fieldsOf(value);
  // A DeploymentConfig of OpenShift selects as a ReplicationController does.
  if (selector && Object.values(selector).every((value) => typeof value === "string")) return stringMapOf(selector);
  return selector && compact({ matchLabels: stringMapOf(selector["matchLabels"]) });
}

function trimTemplate(template: Fields, pool: Pool): Workload["spec"]["template"] {
  const spec = fieldsOf(template["spec"]);
  const metadata = fieldsOf(template["metadata"]);
  return compact({
    metadata: metadata && trimMetadata(metadata, stringOf(metadata["namespace"]), pool),
    spec: spec && compact({ ...trimPodSpec(spec, "", pool), nodeSelector: stringMapOf(spec["nodeSelector"]) }),
  });
}
