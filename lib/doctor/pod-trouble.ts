/** Why a pod is not ready, read from its status. */
import { isPodReady } from "../endpoints/pod-facts.js";
import type { Pod } from "../kube/types.js";
import { quoted } from "../util/quoted.js";
import type { FieldPath } from "../source/origin.js";

export type PodTroubleKind = "crash-looping" | "image-pull" | "pending" | "not-ready";

export interface PodTrouble {
  readonly kind: PodTroubleKind;
  /** To follow "Pod NAME: ". */
  readonly text: string;
  /** Where in the pod it stands. */
  readonly path: FieldPath;
}

/** Characters of a scheduler's message that are shown. */
const LONGEST_MESSAGE = 200;

const IMAGE_REASONS = new Set([
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
  "ImageInspectError",
]);

function containerTrouble(pod: Pod): PodTrouble | undefined {
  for (const field of ["initContainerStatuses", "containerStatuses"] as const) {
    for (const [index, status] of (pod.status?.[field] ?? []).entries()) {
      const waiting = status.state?.waiting;
      const path = ["status", field, index, "state", "waiting"];
      if (waiting?.reason === "CrashLoopBackOff") {
        const last = status.lastState?.terminated;
        const exit =
          last?.exitCode === undefined
            ? ""
            : `, last exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ""}`;
        return {
          kind: "crash-looping",
          path,
          text: `container ${status.name} is in CrashLoopBackOff after ${status.restartCount ?? 0} restarts${exit}`,
        };
      }
      if (waiting?.reason !== undefined && IMAGE_REASONS.has(waiting.reason)) {
        const image = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].find(
          ({ name }) => name === status.name,
        )?.image;
        return {
          kind: "image-pull",
          path,
          text: `container ${status.name} is in ${waiting.reason}${image === undefined ? "" : `, image ${quoted(image)}`}`,
        };
      }
    }
  }
  return undefined;
}

function pendingTrouble(pod: Pod): PodTrouble | undefined {
  if (pod.status?.phase !== "Pending") return undefined;
  const conditions = pod.status.conditions ?? [];
  const index = conditions.findIndex(({ type, status }) => type === "PodScheduled" && status === "False");
  if (index >= 0) {
    const { reason, message } = conditions[index]!;
    return {
      kind: "pending",
      path: ["status", "conditions", index],
      text: `not scheduled${reason ? ` (${reason})` : ""}${message ? `: ${message.slice(0, LONGEST_MESSAGE)}` : ""}`,
    };
  }
  for (const field of ["initContainerStatuses", "containerStatuses"] as const)
    for (const [i, { name, state }] of (pod.status[field] ?? []).entries())
      if (state?.waiting?.reason)
        return {
          kind: "pending",
          path: ["status", field, i, "state", "waiting"],
          text: `container ${name} waits: ${state.waiting.reason}`,
        };
  return { kind: "pending", path: ["status", "phase"], text: "phase Pending" };
}

function notReadyTrouble(pod: Pod): PodTrouble | undefined {
  if (isPodReady(pod)) return undefined;
  const statuses = pod.status?.containerStatuses ?? [];
  const index = statuses.findIndex(({ ready }) => ready === false);
  const gates = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === "True"),
  );
  if (index >= 0) {
    const { name, restartCount, state } = statuses[index]!;
    const probed = pod.spec.containers?.find((container) => container.name === name)?.readinessProbe !== undefined;
    const what = state?.terminated
      ? `container ${name} has ended (${state.terminated.reason ?? "no reason given"})`
      : `container ${name} runs but is not ready${probed ? ": its readiness probe fails" : ""}`;
    return {
      kind: "not-ready",
      path: ["status", "containerStatuses", index],
      text: `${what}${restartCount ? `, ${restartCount} restarts` : ""}`,
    };
  }
  if (gates.length > 0)
    return {
      kind: "not-ready",
      path: ["spec", "readinessGates"],
      text: `readiness gate ${gates[0]!.conditionType} is not met`,
    };
  const ready = (pod.status?.conditions ?? []).findIndex(({ type }) => type === "Ready");
  return ready < 0
    ? undefined
    : { kind: "not-ready", path: ["status", "conditions", ready], text: "its Ready condition is not True" };
}

/** What keeps the pod from being ready; undefined for a ready, finished, leaving, simulated or silent one. */
export function findPodTrouble(pod: Pod): PodTrouble | undefined {
  if (
    pod.simulated ||
    pod.metadata.deletionTimestamp ||
    !pod.status ||
    pod.status.phase === "Succeeded" ||
    pod.status.phase === "Failed"
  )
    return undefined;
  const ready = pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  if (ready) return undefined;
  return containerTrouble(pod) ?? pendingTrouble(pod) ?? notReadyTrouble(pod);
}
