/** A traced packet as data. */
import type { HitView, StepView, TraceView } from "../explain/trace/trace-view.js";

interface PathJSON {
  readonly probability: number;
  readonly outcome: string;
  readonly hits: readonly HitView[];
}

/** Schema svcrules.dev/trace/v1. `paths`: every way with all rules it meets, in order. */
export function traceJSON({ steps, ends, packet, outcomes, ...rest }: TraceView): object {
  const { node, mode, kubeVersion, captures, assumptions, notes, cases } = rest;
  return {
    schema: "svcrules.dev/trace/v1",
    packet,
    node,
    mode,
    kubeVersion,
    captures,
    assumptions,
    ...(notes.length > 0 && { notes }),
    outcomes,
    ...(cases.length > 0 && { cases }),
    paths: [...ends.map((end): PathJSON => ({ ...end, hits: [] })), ...pathsOf(steps)],
  };
}

function pathsOf(steps: readonly StepView[]): PathJSON[] {
  const paths: PathJSON[] = [];
  const work = steps.map((step) => ({ step, hits: [step.hit] as readonly HitView[] })).reverse();
  for (let job = work.pop(); job; job = work.pop()) {
    const { step, hits } = job;
    for (const { probability, outcome } of step.ends) paths.push({ probability, outcome, hits });
    for (const next of [...step.next].reverse()) work.push({ step: next, hits: [...hits, next.hit] });
  }
  return paths;
}
