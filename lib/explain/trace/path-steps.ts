/** The paths of a packet put together to a tree: what they have in common stands once. */
import type { EndView, HitView, StepView } from "./trace-view.js";
import type { Path, RuleHit } from "../../trace/types.js";

interface OpenStep {
  readonly hit: RuleHit | undefined;
  probability: number;
  /** By rule or real server, in the order in which they were met: a Service has thousands of endpoints. */
  readonly next: Map<unknown, OpenStep[]>;
  readonly ends: { outcome: string; probability: number }[];
}

function openStep(hit: RuleHit | undefined): OpenStep {
  return { hit, probability: 0, next: new Map(), ends: [] };
}

const keyOf = (hit: RuleHit): unknown => (hit.kind === "ipvs" ? hit.realServer : hit.rule);

const sameHit = (a: RuleHit, b: RuleHit): boolean => {
  if (a.kind === "ipvs" || b.kind === "ipvs")
    return a.kind === b.kind && a.kind === "ipvs" && b.kind === "ipvs"
      ? a.virtualServer === b.virtualServer && a.realServer === b.realServer
      : false;
  return a.kind === b.kind && a.rule === b.rule && a.chain === b.chain && a.table === b.table;
};

/** The step after `at` for the hit, made where there is none yet. */
function stepAfter({ next }: OpenStep, hit: RuleHit): OpenStep {
  let steps = next.get(keyOf(hit));
  if (!steps) next.set(keyOf(hit), (steps = []));
  let step = steps.find((one) => sameHit(one.hit!, hit));
  if (!step) steps.push((step = openStep(hit)));
  return step;
}

/** `endOf`: a path's outcome in words; `viewOf`: a hit in words. */
export function stepsOf(
  paths: readonly Path[],
  endOf: (path: Path) => string,
  viewOf: (hit: RuleHit) => HitView,
): { readonly steps: readonly StepView[]; readonly ends: readonly EndView[] } {
  const root = openStep(undefined);
  for (const path of paths) {
    let at = root;
    for (const hit of path.hits) {
      at = stepAfter(at, hit);
      at.probability += path.probability;
    }
    const outcome = endOf(path);
    const end = at.ends.find((one) => one.outcome === outcome);
    if (end) end.probability += path.probability;
    else at.ends.push({ outcome, probability: path.probability });
  }
  return { steps: closed(root.next, viewOf), ends: root.ends };
}

/** Deep chains of rules are walked without recursion over every rule. */
function closed(open: OpenStep["next"], viewOf: (hit: RuleHit) => HitView): StepView[] {
  const result: StepView[] = [];
  const work: { readonly from: OpenStep["next"]; readonly to: StepView[] }[] = [{ from: open, to: result }];
  for (let job = work.pop(); job; job = work.pop())
    for (const { hit, probability, next, ends } of [...job.from.values()].flat()) {
      const inner: StepView[] = [];
      job.to.push({ hit: viewOf(hit!), probability, next: inner, ends });
      if (next.size > 0) work.push({ from: next, to: inner });
    }
  return result;
}
