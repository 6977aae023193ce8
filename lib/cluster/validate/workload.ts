/** Workloads, as far as they stand for pods. Source: kubernetes pkg/apis/apps/validation, pkg/apis/batch/validation. */
import { quoted } from "../../util/quoted.js";
import { refuse, refuseAlways, type Findings } from "./findings.js";
import { checkLabels } from "./metadata.js";
import { checkPodSpec } from "./pod.js";
import { isGiven, listOf, recordOf, type RawRecord } from "./raw-values.js";

/** Checks replicas, the selector and the pod template. */
export function checkWorkload(f: Findings, object: RawRecord): void {
  if (!isGiven(object["spec"])) {
    refuseAlways(f, "spec-missing", [], `this ${f.kind} has no spec`);
    return;
  }
  const outer = recordOf(object["spec"]);
  const cron = f.kind === "CronJob";
  const spec = cron ? recordOf(recordOf(outer["jobTemplate"])["spec"]) : outer;
  const path = cron ? ["spec", "jobTemplate", "spec"] : ["spec"];
  const replicas = spec["replicas"];
  if (typeof replicas === "number" && replicas < 0)
    refuse(f, "replicas-negative", [...path, "replicas"], `replicas ${replicas} is negative`);
  const template = recordOf(spec["template"]);
  const labels = recordOf(recordOf(template["metadata"])["labels"]);
  checkLabels(f, labels, [...path, "template", "metadata", "labels"]);
  if (isGiven(template["spec"])) checkPodSpec(f, recordOf(template["spec"]), [...path, "template", "spec"]);
  if (f.kind !== "Job" && !cron) checkSelector(f, spec, labels);
}

function checkSelector(f: Findings, spec: RawRecord, labels: RawRecord): void {
  const plain = f.kind === "ReplicationController";
  const selector = recordOf(spec["selector"]);
  const pairs = plain ? selector : recordOf(selector["matchLabels"]);
  if (Object.keys(pairs).length === 0 && listOf(selector["matchExpressions"]).length === 0) {
    if (!plain)
      refuse(
        f,
        "workload-selector-missing",
        ["spec"],
        `this ${f.kind} has no selector`,
        "write the template's labels as spec.selector.matchLabels",
      );
    return;
  }
  const path = plain ? ["spec", "selector"] : ["spec", "selector", "matchLabels"];
  checkLabels(f, pairs, path, "selector-invalid");
  for (const key in pairs) {
    const value = pairs[key];
    if (typeof value !== "string") continue;
    const held = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (held === value) continue;
    const found = typeof held === "string" ? `${quoted(held)} there` : "not there";
    refuse(
      f,
      "workload-selector-mismatch",
      [...path, key],
      `the selector wants label ${quoted(key)} to be ${quoted(value)}, but in the template it is ${found}`,
    );
    return;
  }
}
