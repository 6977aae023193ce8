/** Whether two workloads are versions of one program: canaries, blue and green, subsets of a mesh. */
import type { TargetPort } from "../endpoints/target-ports.js";
import type { Pod } from "../kube/types.js";
import { CONTROLLER_LABELS } from "./label-sets.js";

const VERSION_KEY =
  /version|revision|release|track|canary|colou?r|slot|variant|stage|subset|flavou?r|deployment|generation|edition|experiment/i;
const VERSION_WORD =
  /^(?:v?\d[\w.-]*|blue|green|red|black|canary|stable|baseline|primary|preview|active|next|current|old|new|alpha|beta|rc\d*|prod|test|a|b)$/i;
/** Keys whose values name the program itself, so that they must not differ by more than a version at the end. */
const LAST_PART = /[-_.]?(?:v?\d[\w.]*|blue|green|canary|stable|baseline|primary|preview|next|old|new|alpha|beta)$/i;

interface Version {
  readonly owner: string;
  readonly pod: Pod;
}

/** "reviews-v1" and "reviews-v2" to "reviews". */
function base(text: string): string {
  return text.replace(LAST_PART, "");
}

function differByVersion(key: string, a: string | undefined, b: string | undefined): boolean {
  if (VERSION_KEY.test(key)) return true;
  if (a === undefined || b === undefined) return VERSION_WORD.test(a ?? b ?? "");
  return (VERSION_WORD.test(a) && VERSION_WORD.test(b)) || base(a) === base(b);
}

/** What a pod declares for the target: its number, or undefined when it declares nothing of the kind. */
function serves({ spec }: Pod, { target, protocol }: TargetPort): boolean | undefined {
  const ports = (spec.containers ?? []).flatMap((container) => container.ports ?? []);
  if (ports.length === 0) return typeof target === "number" ? undefined : false;
  return ports.some(
    (port) =>
      (port.protocol ?? "TCP") === protocol &&
      (typeof target === "number" ? port.containerPort === target : port.name === target),
  );
}

/**
 * Whether the pods' labels differ, and only as versions do, and both serve the Service's ports. What declares no ports
 * may serve them.
 */
export function areVersions(a: Version, b: Version, targets: readonly TargetPort[]): boolean {
  const [x, y] = [a.pod.metadata.labels ?? {}, b.pod.metadata.labels ?? {}];
  const keys = [...new Set([...Object.keys(x), ...Object.keys(y)])].filter((key) => !CONTROLLER_LABELS.has(key));
  const different = keys.filter((key) => x[key] !== y[key]);
  if (different.length === 0 && base(a.owner) !== base(b.owner)) return false;
  if (!different.every((key) => differByVersion(key, x[key], y[key]))) return false;
  return targets.every(
    (target) => [a.pod, b.pod].every((pod) => serves(pod, target) !== false) || !eitherServes(a, b, target),
  );
}

/** A port that neither declares tells nothing. */
function eitherServes(a: Version, b: Version, target: TargetPort): boolean {
  return serves(a.pod, target) === true || serves(b.pod, target) === true;
}
