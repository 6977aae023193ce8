import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { Container, Pod } from "../../kube/types.js";
import { listText } from "../describe.js";
import type { Check, DoctorContext, ServiceFacts } from "../types.js";
import { podEvidence } from "../pod-evidence.js";
import { workloadOf } from "../workload-of.js";

/** Pods looked at for each Service: those of one workload are alike. */
const MOST_PODS = 100;

/** Containers that serve the Service's TCP ports: those declaring one of them, else the only container of the pod. */
function servingContainers(
  pod: Pod,
  { service }: ServiceFacts,
  context: DoctorContext,
): { container: Container; index: number }[] {
  const numbers = new Set(
    targetPortsOf(service).flatMap((target) =>
      target.protocol === "TCP" ? [findPodPort(target, pod, context.features)] : [],
    ),
  );
  numbers.delete(undefined);
  if (numbers.size === 0) return [];
  const all = (pod.spec.containers ?? []).map((container, index) => ({ container, index }));
  const declaring = all.filter(({ container }) =>
    container.ports?.some(({ containerPort }) => numbers.has(containerPort)),
  );
  return declaring.length > 0 ? declaring : all.length === 1 ? all : [];
}

function restartsOf(pod: Pod, container: string): number {
  return pod.status?.containerStatuses?.find(({ name }) => name === container)?.restartCount ?? 0;
}

export const noReadinessProbe: Check = {
  id: "no-readiness-probe",
  title: "Serving containers without a readiness probe",
  severity: "info",
  why: "without a readiness probe a pod gets traffic as soon as its process starts and while it hangs, so some connections fail now and then",
  scope: "service",
  *run(facts, context) {
    const { service, selector, pods } = facts;
    if (!selector || pods.length === 0) return;
    const bare = pods.slice(0, MOST_PODS).flatMap((pod) =>
      pod.spec.readinessGates?.length
        ? []
        : servingContainers(pod, facts, context)
            .filter(({ container }) => container.readinessProbe === undefined)
            .map(({ container, index }) => ({ pod, container, index, restarts: restartsOf(pod, container.name) })),
    );
    const [first] = bare;
    if (!first) return;
    const restarted = bare.filter(({ restarts }) => restarts > 0);
    const owners = [...new Set(bare.map(({ pod }) => workloadOf(pod)))];
    const names = [...new Set(bare.map(({ container }) => container.name))];
    yield {
      object: service,
      severity: restarted.length > 0 ? "warning" : "info",
      message: `container ${listText(names)} of ${listText(owners)} serves the Service without a readiness probe${restarted.length > 0 ? `, and has restarted ${restarted.reduce((sum, { restarts }) => sum + restarts, 0)} times` : ""}`,
      evidence: [
        podEvidence(context, first.pod, `: container ${first.container.name} has no readinessProbe`, [
          "spec",
          "containers",
          first.index,
        ]),
        ...restarted
          .slice(0, 4)
          .map(({ pod, container, restarts }) =>
            podEvidence(context, pod, `: container ${container.name} has restarted ${restarts} times`, [
              "status",
              "containerStatuses",
            ]),
          ),
      ],
      change: "add a readinessProbe that asks the port the Service sends to",
    };
  },
};
