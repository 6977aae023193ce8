/** The workloads that would serve a Service, where all of them are scaled to 0. */
import type { DoctorContext, LabelSet, ServiceFacts } from "./types.js";

export function scaledToZero(
  { namespace, selector }: Pick<ServiceFacts, "namespace" | "selector">,
  { labelSetsIn }: Pick<DoctorContext, "labelSetsIn">,
): readonly LabelSet[] {
  const pairs = Object.entries(selector ?? {});
  const matching = labelSetsIn(namespace).filter(
    ({ labels, replicas }) => replicas !== undefined && pairs.every(([key, value]) => labels[key] === value),
  );
  return matching.every(({ replicas }) => replicas === 0) ? matching : [];
}
