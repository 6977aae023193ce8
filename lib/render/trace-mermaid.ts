/** A traced packet as a Mermaid flowchart: chains are nodes, jumps are edges with their share of all packets. */
import { printable } from "../util/printable.js";
import { shareText } from "./trace-text.js";
import type { StepView, TraceView } from "../explain/trace/trace-view.js";

/** Mermaid reads quotes, brackets and entities in labels; all are spelled out. */
function label(text: string): string {
  return printable(text).replace(/[&"<>#[\]{}|`\\;]/g, (c) => `#${c.charCodeAt(0)};`);
}

/** Lines of the chart. */
export function* renderTraceMermaid(view: TraceView): Iterable<string> {
  const { packet } = view;
  const ids = new Map<string, string>();
  const lines: string[] = [];
  const edges = new Map<string, number>();
  const idOf = (key: string, shape: (text: string) => string, text: string): string => {
    let id = ids.get(key);
    if (id === undefined) {
      id = `n${ids.size}`;
      ids.set(key, id);
      lines.push(`  ${id}${shape(label(text))}`);
    }
    return id;
  };
  const box = (text: string) => `["${text}"]`;
  const round = (text: string) => `(["${text}"])`;
  const start = idOf(
    "start",
    round,
    `${packet.protocol} ${packet.sourceName ?? packet.source} to ${packet.destination} port ${packet.port}`,
  );
  const edge = (from: string, to: string, probability: number) => {
    const key = `${from} ${to}`;
    edges.set(key, (edges.get(key) ?? 0) + probability);
  };
  const end = (from: string, outcome: string, probability: number) =>
    edge(from, idOf(`end ${outcome}`, round, outcome), probability);
  for (const { outcome, probability } of view.ends) end(start, outcome, probability);
  const work: { readonly step: StepView; readonly from: string }[] = view.steps
    .map((step) => ({ step, from: start }))
    .reverse();
  for (let job = work.pop(); job; job = work.pop()) {
    const { step, from } = job;
    const { table, chain } = step.hit;
    const id = idOf(`${table} ${chain}`, box, `${table} ${chain}`);
    if (id !== from) edge(from, id, step.probability);
    for (const { outcome, probability } of step.ends) end(id, outcome, probability);
    for (const next of [...step.next].reverse()) work.push({ step: next, from: id });
  }
  yield "flowchart TD";
  yield* lines;
  for (const [key, probability] of edges) {
    const [from, to] = key.split(" ");
    yield `  ${from} -->|"${shareText(probability)}"| ${to}`;
  }
}
