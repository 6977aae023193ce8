import { isSidecar } from "../../endpoints/pod-facts.js";
import { findPodPort, targetPortsOf } from "../../endpoints/target-ports.js";
import { labelOf } from "../../kube/label-selector.js";
import type { Pod, Service, Workload } from "../../kube/types.js";
import { quoted } from "../../util/quoted.js";
import { isFinished } from "../context.js";
import { evidence, keyOf, labelsText } from "../describe.js";
import type { Check, DoctorContext } from "../types.js";
import { workloadOf } from "../workload-of.js";

const JOBS: ReadonlySet<string> = new Set(["Job", "CronJob"]);

/** The pod that the workload's template describes. */
function templatePod({ metadata, spec }: Workload): Pod {
  const { namespace = "default", name } = metadata;
  const { labels } = spec.template?.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, ...(labels && { labels }) },
    spec: spec.template?.spec ?? {},
  } as Pod;
}

/** A number that the Service sends to in the pod, although no container declares it: nothing serves it there. */
function deadPort(service: Service, pod: Pod, { features }: DoctorContext): string | undefined {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? []).filter(isSidecar)];
  const declared = containers.flatMap(({ ports }) => (ports ?? []).map((port) => port.containerPort));
  for (const target of targetPortsOf(service)) {
    const number = findPodPort(target, pod, features);
    if (number !== undefined && !declared.includes(number)) return `${target.protocol} ${number}`;
  }
  return undefined;
}

/** Moments of a release when nobody is served yet, or any more, or that are for tests. */
const UNSERVED = /^(?:test(?:-success|-failure)?|pre-install|(?:pre|post)-delete)$/;

function isUnservedHook({ metadata }: Workload): boolean {
  const hooks = labelOf(metadata.annotations, "helm.sh/hook")
    ?.split(",")
    .map((hook) => hook.trim());
  return hooks !== undefined && hooks.every((hook) => UNSERVED.test(hook));
}

/** A pod with a readiness probe may be made never to be ready; so may one with a gate. */
const decidesReadiness = ({ spec }: Pod) =>
  (spec.readinessGates ?? []).length > 0 || (spec.containers ?? []).some(({ readinessProbe }) => readinessProbe);

/** Of a live cluster only a Job whose pods are there: one that is done makes no more. A suspended one makes none. */
function mayRun(job: Workload, pods: readonly Pod[], { cluster }: DoctorContext): boolean {
  if (job.spec.suspend || job.spec.parallelism === 0) return false;
  if (job.kind === "CronJob" || !cluster.facts.fromLiveCluster) return true;
  return pods.some((pod) => workloadOf(pod) === `Job ${job.metadata.name}` && !isFinished(pod));
}

export const selectorMatchesJob: Check = {
  id: "selector-matches-job",
  title: "A selector that picks the pods of a Job as well",
  severity: "warning",
  why: "a Job's pod is ready as soon as it runs and then gets its share of the connections, which nothing there answers",
  needs: ["services", "workloads"],
  scope: "cluster",
  *run(context) {
    for (const job of context.cluster.workloads) {
      if (!JOBS.has(job.kind) || isUnservedHook(job)) continue;
      const pod = templatePod(job);
      if (decidesReadiness(pod)) continue;
      for (const service of context.servicesOf(pod)) {
        const pods = context.selectPods(service);
        const serving = pods.find((other) => !/^(?:Cron)?Job /.test(workloadOf(other)));
        const port = deadPort(service, pod, context);
        if (!serving || port === undefined || !mayRun(job, pods, context)) continue;
        const owner = `${job.kind} ${job.metadata.name}`;
        const inJob = job.kind === "CronJob" ? ["spec", "jobTemplate", "spec"] : ["spec"];
        yield {
          object: service,
          concerns: [job],
          cause: `${job.kind} ${keyOf(job)}`,
          detail: owner,
          message: `the selector picks the pods of ${owner} beside those of ${workloadOf(serving)}, and sends to ${port} of them while they run`,
          evidence: [
            evidence(`selector ${quoted(labelsText(service.spec.selector!))}`, service, ["spec", "selector"]),
            evidence(`${owner} makes pods with these labels`, job, [...inJob, "template", "metadata", "labels"]),
          ],
          change: "add a label to the selector that only the serving pods carry, or take one off the Job's pods",
        };
      }
    }
  },
};
