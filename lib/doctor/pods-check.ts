/** The four checks on pods that a Service selects and that are not ready; they differ in the kind of trouble. */
import { count, evidence, keyOf } from "./describe.js";
import { findPodTrouble, type PodTroubleKind } from "./pod-trouble.js";
import type { Check, FindingSeverity } from "./types.js";

interface PodsCheck {
  readonly id: string;
  readonly title: string;
  readonly kind: PodTroubleKind;
  readonly why: string;
  /** To follow "2 of 3 pods". */
  readonly state: { readonly one: string; readonly many: string };
  /** While other pods serve. */
  readonly otherwise: FindingSeverity;
  readonly change: string;
}

/** Error when no endpoint of the Service is left that is ready, else a lower severity. */
export function podsCheck({ id, title, kind, why, state, otherwise, change }: PodsCheck): Check {
  return {
    id,
    title,
    severity: "error",
    why,
    needs: ["services", "running pods"],
    scope: "service",
    *run({ service, selector, pods, readyCount }, { dnsService }) {
      if (!selector || service.spec.publishNotReadyAddresses) return;
      const troubled = pods.flatMap((pod) => {
        const trouble = findPodTrouble(pod);
        return trouble?.kind === kind ? [{ pod, trouble }] : [];
      });
      if (troubled.length === 0) return;
      const none = readyCount === 0;
      // That is a finding of its own, with these pods as evidence.
      if (none && service === dnsService) return;
      yield {
        object: service,
        cause: troubled.map(({ pod }) => keyOf(pod)).join(","),
        severity: none ? "error" : otherwise,
        message: `${troubled.length} of ${count(pods.length, "selected pod")} ${troubled.length === 1 ? state.one : state.many}${none ? ", and no other pod is ready: the Service has no endpoint" : ""}`,
        evidence: troubled
          .slice(0, 5)
          .map(({ pod, trouble }) => evidence(`Pod ${pod.metadata.name}: ${trouble.text}`, pod, trouble.path)),
        change,
      };
    },
  };
}
