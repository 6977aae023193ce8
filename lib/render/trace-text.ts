/** A traced packet as text: the outcomes first, then the way through the rules. */
import { Chalk, type ChalkInstance } from "chalk";
import { printable } from "../util/printable.js";
import { placeText } from "./explain-text.js";
import type { EndView, HitView, OutcomeView, StepView, TraceView } from "../explain/trace/trace-view.js";
import { wrap } from "./wrap.js";

export interface TraceTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Each rule as its tool lists it, under its sentence. */
  readonly rules?: boolean;
}

interface Style extends TraceTextOptions {
  readonly chalk: ChalkInstance;
}

/** At most six decimals: shares of thousands of endpoints stay told apart. */
export function shareText(probability: number): string {
  const percent = probability * 100;
  return `${Number(percent.toFixed(percent > 0 && percent < 1 ? 6 : 2))}%`;
}

/** Lines. Everything from the input is escaped. */
export function* renderTraceText(view: TraceView, options: TraceTextOptions): Iterable<string> {
  const style: Style = { ...options, chalk: new Chalk({ level: options.color ? 1 : 0 }) };
  const { packet } = view;
  const source = `${packet.source}${packet.sourceName === undefined ? "" : ` (${packet.sourceName})`}`;
  const bracketed = packet.destination.includes(":") ? `[${packet.destination}]` : packet.destination;
  const destination = `${bracketed}:${packet.port}${packet.destinationName === undefined ? "" : ` (${packet.destinationName})`}`;
  yield* para(`${packet.protocol} ${source} > ${destination}, ${packet.arrival}`, 0, style);
  const rules =
    view.captures.length > 0
      ? `rules captured in ${view.captures.join(", ")}`
      : `rules compiled for Kubernetes ${view.kubeVersion}`;
  yield* para(`node ${view.node || "(none)"}, mode ${view.mode}, ${rules}`, 0, style);
  for (const assumption of view.assumptions) yield* para(`assumed: ${assumption}`, 0, style);
  for (const note of view.notes) yield* para(`note: ${note}`, 0, style);
  yield "";
  yield style.chalk.bold("Outcomes");
  if (!isSettledByCases(view)) for (const outcome of view.outcomes) yield* outcomeLines(outcome, style);
  for (const { condition, outcomes } of view.cases) {
    yield* para(`${condition}:`, 1, style);
    for (const outcome of outcomes) yield* outcomeLines(outcome, style, 2);
  }
  yield "";
  yield style.chalk.bold("Path");
  if (view.steps.length === 0) yield "  No rule matches.";
  yield* stepLines(view.steps, view.ends, style);
}

function para(text: string, depth: number, { columns }: Style, hanging = 2): string[] {
  const indent = "  ".repeat(depth);
  return wrap(printable(text), columns, indent, indent + " ".repeat(hanging));
}

/** Whether the cases answer all that can be asked about interfaces, so that "not known" would say less. */
function isSettledByCases({ outcomes, cases }: TraceView): boolean {
  if (cases.length === 0 || outcomes.some(({ kind }) => kind !== "unknown")) return false;
  return cases.every(({ condition }) => !condition.includes("address of the node"));
}

function* outcomeLines(outcome: OutcomeView, style: Style, depth = 1): Iterable<string> {
  const source =
    outcome.source === undefined ? "" : `; source ${outcome.source}${outcome.masqueraded ? " (masqueraded)" : ""}`;
  const share = depth > 1 && outcome.probability > 1 - 1e-9 ? "" : `${shareText(outcome.probability)} `;
  yield* para(`${share}${outcome.text}${source}`, depth, style);
  if (outcome.undecided) {
    yield* para(
      `undecided at ${placeOf(outcome.undecided)}: ${outcome.undecided.rule}${placeText(outcome.undecided.at)}`,
      depth + 1,
      style,
    );
  }
  const { policy } = outcome;
  if (policy) {
    yield* para(`NetworkPolicies: ${policy.verdict}`, depth + 1, style);
    yield* para(
      `egress ${policy.egress.verdict}: ${policy.egress.reason}${placeText(policy.egress.at)}`,
      depth + 2,
      style,
    );
    yield* para(
      `ingress ${policy.ingress.verdict}: ${policy.ingress.reason}${placeText(policy.ingress.at)}`,
      depth + 2,
      style,
    );
    for (const note of policy.notes) yield* para(`note: ${note}`, depth + 2, style);
  }
  if (outcome.declares !== undefined) yield* para(outcome.declares, depth + 1, style);
}

function placeOf({ table, chain, position }: HitView): string {
  return `${table} ${chain}${position === 0 ? "" : ` ${position}`}`;
}

/**
 * A way without branches stays at one depth; every branch is set in. Hostile captures can be deep, so the depth shown
 * is bounded.
 */
function* stepLines(
  steps: readonly StepView[],
  ends: readonly EndView[],
  style: Style,
  depth = 1,
  from = 1,
): Iterable<string> {
  let own: readonly StepView[] = steps;
  let ownEnds: readonly EndView[] = ends;
  let reached = from;
  for (;;) {
    for (const end of ownEnds) yield* para(`=> ${shareText(end.probability)} ${end.outcome}`, depth, style);
    const [only] = own;
    if (!only) return;
    if (own.length === 1 && ownEnds.length === 0) {
      yield* hitLines(only, reached, depth, style);
      reached = only.probability;
      own = only.next;
      ownEnds = only.ends;
      continue;
    }
    for (const step of own) {
      yield* hitLines(step, reached, depth, style);
      yield* stepLines(step.next, step.ends, style, Math.min(depth + 1, 20), step.probability);
    }
    return;
  }
}

function* hitLines({ hit, probability }: StepView, before: number, depth: number, style: Style): Iterable<string> {
  const share = Math.abs(probability - before) < 1e-9 ? "" : `${shareText(probability)} `;
  yield* para(`${share}${placeOf(hit)}: ${hit.text}${placeText(hit.cause)}${placeText(hit.at)}`, depth, style);
  if (style.rules) yield style.chalk.dim(`${"  ".repeat(depth)}  ${printable(hit.rule)}`);
}
