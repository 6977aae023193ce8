/** The paths of a packet put together to a tree: what they have in common stands once. */
import type { EndView, HitView, StepView } from "./trace-view.js";
import type { Path, RuleHit } from "../../trace/types.js";

interface OpenStep {
  readonly hit: RuleHit | undefined;
  probability: number;
  readonly next: OpenStep[];
  readonly ends: { outcome: string; probability: number }[];
}

/** Branches after one rule that are looked through; more begin new branches unjoined. */
const sameHit = (a: RuleHit, b: RuleHit): boolean => {
  if (a.kind === "ipvs" || b.kind === "ipvs")
    return a.kind === b.kind && a.kind === "ipvs" && b.kind === "ipvs"
      ? a.virtualServer === b.virtualServer && a.realServer === b.realServer
      : false;
  return a.kind === b.kind && a.rule === b.rule && a.chain === b.chain && a.table === b.table;
};

/** `endOf`: a path's outcome in words; `viewOf`: a hit in words. */
export function stepsOf(
  paths: readonly Path[],
  endOf: (path: Path) => string,
  viewOf: (hit: RuleHit) => HitView,
): { readonly steps: readonly StepView[]; readonly ends: readonly EndView[] } {
  const root: OpenStep = { hit: undefined, probability: 1, next: [], ends: [] };
  for (const path of paths) {
    let at = root;
    for (const hit of path.hits) {
      // Paths come in order, so what a path shares it mostly shares with the last one.
      let step = at.next.at(-1);
      if (!step || !sameHit(step.hit!, hit)) step = at.next.find((one) => sameHit(one.hit!, hit));
      if (!step) {
        step = { hit, probability: 0, next: [], ends: [] };
        at.next.push(step);
      }
      step.probability += path.probability;
      at = step;
    }
    const outcome = endOf(path);
    const end = at.ends.find((one) => one.outcome === outcome);
    if (end) end.probability += path.probability;
    else at.ends.push({ outcome, probability: path.probability });
  }
  return { steps: closed(root.next, viewOf), ends: root.ends };
}

/** Deep chains of rules are walked without recursion over every rule. */
function closed(open: readonly OpenStep[], viewOf: (hit: RuleHit) => HitView): StepView[] {
  const result: StepView[] = [];
  const work: { readonly from: readonly OpenStep[]; readonly to: StepView[] }[] = [{ from: open, to: result }];
  for (let job = work.pop(); job; job = work.pop())
    for (const { hit, probability, next, ends } of job.from) {
      const inner: StepView[] = [];
      job.to.push({ hit: viewOf(hit!), probability, next: inner, ends });
      if (next.length > 0) work.push({ from: next, to: inner });
    }
  return result;
}
