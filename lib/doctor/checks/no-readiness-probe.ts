import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import type { Container, Pod } from "../../kube/types.js";
import { groupBy } from "../../util/group-by.js";
import { count } from "../describe.js";
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

/** A container that a mesh fills in when the pod is made, probes and image alike. */
function isInjected({ image }: Container): boolean {
  return image === "auto";
}

function restartsOf(pod: Pod, container: string): number {
  return pod.status?.containerStatuses?.find(({ name }) => name === container)?.restartCount ?? 0;
}

interface BareContainer {
  readonly pod: Pod;
  readonly container: Container;
  readonly index: number;
  readonly restarts: number;
}

function bareContainers(facts: ServiceFacts, context: DoctorContext): BareContainer[] {
  return facts.pods.slice(0, MOST_PODS).flatMap((pod) =>
    pod.spec.readinessGates?.length
      ? []
      : servingContainers(pod, facts, context)
          .filter(({ container }) => container.readinessProbe === undefined && !isInjected(container))
          .map(({ container, index }) => ({ pod, container, index, restarts: restartsOf(pod, container.name) })),
  );
}

export const noReadinessProbe: Check = {
  id: "no-readiness-probe",
  title: "Serving containers without a readiness probe",
  severity: "info",
  why: "without a readiness probe a pod gets traffic as soon as its process starts and while it hangs, so some connections fail now and then",
  needs: ["services", "pods or workloads"],
  scope: "service",
  *run(facts, context) {
    const { service, selector, pods, namespace } = facts;
    if (!selector || pods.length === 0) return;
    const byContainer = groupBy(
      bareContainers(facts, context),
      ({ pod, container }) => `${workloadOf(pod)} ${container.name}`,
    );
    for (const bare of byContainer.values()) {
      const { pod, container, index } = bare[0]!;
      const owner = workloadOf(pod);
      const restarted = bare.filter(({ restarts }) => restarts > 0);
      const restarts = restarted.reduce((sum, item) => sum + item.restarts, 0);
      yield {
        object: context.workloads.get(`${namespace}/${owner}`) ?? pod,
        subject: owner.replace(" ", ` ${namespace}/`),
        concerns: [service],
        detail: `container ${container.name}`,
        severity: restarts > 0 ? "warning" : "info",
        message: `container ${container.name}, which Service ${facts.key} sends to, has no readiness probe${restarts > 0 ? `, and has restarted ${count(restarts, "time")}` : ""}`,
        evidence: [
          podEvidence(context, pod, `: container ${container.name} has no readinessProbe`, [
            "spec",
            "containers",
            index,
          ]),
          ...restarted
            .slice(0, 4)
            .map((item) =>
              podEvidence(
                context,
                item.pod,
                `: container ${container.name} has restarted ${count(item.restarts, "time")}`,
                ["status", "containerStatuses"],
              ),
            ),
        ],
        change: "add a readinessProbe that asks the port the Service sends to",
      };
    }
  },
};
