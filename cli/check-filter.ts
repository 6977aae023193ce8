import type { Cluster } from "../lib/cluster/types.js";
import type { ServiceFilter } from "../lib/pipeline/compile.js";
import type { Diagnostic } from "../lib/diagnostics/diagnostic.js";
import { describeSkipReason, findSkipReason } from "../lib/services/skip-reason.js";
import type { Situation } from "../lib/pipeline/situation.js";
import { nearest } from "../lib/util/nearest.js";

/** What to say when --service or --namespace selects nothing, or a service that has no rules. */
export function checkFilter(
  cluster: Cluster,
  situation: Pick<Situation, "family" | "features">,
  filter: ServiceFilter,
): Diagnostic[] {
  if (filter.service === undefined && filter.namespace === undefined) return [];
  const nameOf = (s: Cluster["services"][number]) => `${s.metadata.namespace ?? "default"}/${s.metadata.name}`;
  if (filter.service !== undefined) {
    const service = cluster.services.find((s) => nameOf(s) === filter.service);
    if (!service) {
      const near = nearest(filter.service, cluster.services.map(nameOf));
      return [
        {
          code: "nothing-selected",
          severity: "warning",
          message: `the input holds no Service ${filter.service}`,
          notes: near ? [`did you mean ${near}?`] : [],
        },
      ];
    }
    const reason = findSkipReason(service, situation.family, situation.features);
    if (!reason) return [];
    return [
      {
        code: "service-without-rules",
        severity: "note",
        message: `Service ${filter.service} has no rules: ${describeSkipReason(reason)}`,
      },
    ];
  }
  if (cluster.services.some((s) => (s.metadata.namespace ?? "default") === filter.namespace)) return [];
  const namespaces = [...new Set(cluster.services.map((s) => s.metadata.namespace ?? "default"))];
  const near = nearest(filter.namespace!, namespaces);
  return [
    {
      code: "nothing-selected",
      severity: "warning",
      message: `the input holds no Service in namespace ${filter.namespace}`,
      notes: near ? [`did you mean ${near}?`] : [],
    },
  ];
}
