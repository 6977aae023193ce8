import { nearest } from "../../util/nearest.js";
import { quoted } from "../../util/quoted.js";
import { evidence, labelsText } from "../describe.js";
import type { Check, DoctorContext, Evidence, LabelSet, ServiceFacts } from "../types.js";

type Selector = Readonly<Record<string, string>>;

interface Near {
  readonly set: LabelSet;
  readonly score: number;
  /** Selector keys whose value differs or is missing. */
  readonly different: readonly string[];
}

/** Longer and shorter forms of one name are near too: backend and backend-api; but not shard-1 and shard-2. */
function isNearValue(wanted: string, found: string): boolean {
  if (wanted === "" || found === "" || wanted.replace(/\d/g, "") === found.replace(/\d/g, "")) return false;
  return found.startsWith(wanted) || wanted.startsWith(found) || nearest(wanted, [found]) !== undefined;
}

function nearness(selector: Selector, set: LabelSet): Near {
  let score = 0;
  const different: string[] = [];
  for (const [key, value] of Object.entries(selector)) {
    const found = Object.hasOwn(set.labels, key) ? set.labels[key] : undefined;
    if (found === value) score += 4;
    else {
      different.push(key);
      if (found !== undefined && isNearValue(value, found)) score += 3;
      else if (found === undefined && Object.values(set.labels).includes(value)) score += 2;
    }
  }
  return { set, score, different };
}

/** The label set that misses the selector by least; undefined when none comes near. */
function findNearest(selector: Selector, sets: readonly LabelSet[]): Near | undefined {
  let best: Near | undefined;
  for (const set of sets) {
    const near = nearness(selector, set);
    if (near.score >= 2 && near.score > (best?.score ?? 0)) best = near;
  }
  return best;
}

function differenceText(selector: Selector, { set, different }: Near): string {
  return different
    .map((key) => {
      const found = Object.hasOwn(set.labels, key) ? set.labels[key]! : undefined;
      if (found !== undefined) return `${key} is ${quoted(found)} there, not ${quoted(selector[key]!)}`;
      const other = Object.keys(set.labels).find((name) => set.labels[name] === selector[key]);
      return other === undefined
        ? `the label ${key} is missing there`
        : `${quoted(selector[key]!)} is the value of label ${other} there, not of ${key}`;
    })
    .join("; ");
}

/** Real clusters and dumps of them show all pods of a namespace; manifests may leave some to operators. */
function isLive({ cluster }: DoctorContext): boolean {
  return cluster.facts.fromLiveCluster || cluster.facts.clusterInfoDump;
}

function hasServingSlices({ endpoints }: ServiceFacts): boolean {
  return endpoints.source === "endpointslices" && endpoints.slices.some((slice) => (slice.endpoints?.length ?? 0) > 0);
}

export const selectorMatchesNothing: Check = {
  id: "selector-matches-nothing",
  title: "A selector that picks no pod",
  severity: "error",
  why: "a Service whose selector picks no pod has no endpoints, so every connection to it is refused",
  covers: [32],
  scope: "service",
  *run(facts, context) {
    const { service, selector, namespace } = facts;
    if (!selector || context.selectPods(service).length > 0 || hasServingSlices(facts)) return;
    const sets = context.labelSetsIn(namespace);
    const pairs = Object.entries(selector);
    // A template that matches without pods is a workload scaled to zero, or one whose pods are not in the input.
    if (sets.some(({ labels }) => pairs.every(([key, value]) => labels[key] === value))) return;
    if (sets.length === 0 && !(isLive(context) && context.cluster.pods.length > 0)) {
      yield { notEnoughInput: "the input holds no pods and no workloads in the Service's namespace" };
      return;
    }
    const near = findNearest(selector, sets);
    const found: Evidence[] = [evidence(`selector ${quoted(labelsText(selector))}`, service, ["spec", "selector"])];
    if (near)
      found.push(
        evidence(
          `nearest: ${near.set.owner} with labels ${quoted(labelsText(near.set.labels))}`,
          near.set.object,
          near.set.path,
        ),
      );
    yield {
      object: service,
      severity: near || isLive(context) ? "error" : "warning",
      message: near
        ? `no pod carries the labels that the selector asks for; ${near.set.owner} comes nearest: ${differenceText(selector, near)}`
        : `no pod of namespace ${namespace} carries the labels that the selector asks for`,
      evidence: found,
      change: near
        ? `make the selector and the labels of ${near.set.owner} agree`
        : "correct the selector, or label the pods that are to serve",
    };
  },
};
