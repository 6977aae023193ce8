/** What a change does, as findings. */
import type { ImpactChange, ImpactKind } from "../results/impact-report.js";
import type { Finding } from "./types.js";

/** One sentence for each kind. */
export const IMPACT_EXPLANATIONS: Readonly<Record<string, string>> = {
  "impact-lost": "Clients that reached an endpoint before the change do not after it.",
  "impact-exposed": "Clients that could not reach an endpoint before the change can after it.",
  "impact-policy": "NetworkPolicies newly block or admit connections.",
  "impact-names": "DNS names of Services go, come or resolve otherwise.",
  "impact-identity": "Client addresses or session affinity change.",
  "impact-moved": "Connections go to other endpoints, or in other shares.",
  "impact-refusal": "Packets that reach no endpoint are answered otherwise.",
};

const SEVERITY: Readonly<Record<ImpactKind, Finding["severity"]>> = {
  lost: "error",
  exposed: "error",
  policy: "warning",
  names: "warning",
  identity: "warning",
  moved: "note",
  refusal: "note",
};

/** One finding a change; `failing`: the kinds that fail the run. Accepted changes never do. */
export function findingsOfImpact(changes: readonly ImpactChange[], failing: ReadonlySet<ImpactKind>): Finding[] {
  return changes.map((change): Finding => {
    const { kind, message, services, frontends, details, allowed } = change;
    const lines = [...frontends.map(({ servicePort, frontend }) => `${servicePort} ${frontend}`), ...details];
    return {
      id: `impact-${kind}`,
      severity: allowed ? "note" : SEVERITY[kind],
      message,
      ...(services.length === 1 && { service: services[0]! }),
      notes: allowed ? ["accepted"] : [],
      ...(lines.length > 1 && { detail: [...new Set(lines)].join("\n") }),
      fails: !allowed && failing.has(kind),
      identity: [kind, change.before, change.after, ...services],
    };
  });
}
