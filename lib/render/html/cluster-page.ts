/** One self-contained page over many service ports: searchable, for the keyboard too, without network. */
import { coverageWords, isCovered } from "../../diff/coverage.js";
import type { Change, DiffReport } from "../../diff/types.js";
import { portKey } from "../../graph/port-key.js";
import type { PathGraph, PortRules } from "../../graph/types.js";
import { groupBy } from "../../util/group-by.js";
import { nextStep, summaryOf } from "../diff-text.js";
import { verdictWords } from "../diff-verdict.js";
import { embedded, pageEnd, pageStart } from "./embed.js";
import { effectsOf, pageChange } from "./page-changes.js";
import type { PageHead } from "./page-data.js";
import { keyOf, pageItem } from "./page-item.js";

export interface ClusterPage {
  /** e.g. "iptables, node-1, Kubernetes 1.36, IPv4". */
  readonly title: string;
  /** Beside the manifests; none where they are left out. */
  readonly rules?: PortRules;
}

const NO_RULES: PortRules = new Map();

/** Lines of the page of what a node should hold. */
export function* renderClusterPage(graphs: () => Iterable<PathGraph>, { title, rules }: ClusterPage): Iterable<string> {
  yield* page({ title, kind: "cluster", counts: [], notes: [], effects: [] }, itemsOf(graphs, [], rules ?? NO_RULES));
}

/** Lines of the page of a comparison: service ports that differ come first, the worst before others. */
export function* renderNodePage(
  graphs: () => Iterable<PathGraph>,
  report: DiffReport,
  { title, rules }: ClusterPage,
): Iterable<string> {
  yield* page(headOf(report, title), itemsOf(graphs, report.changes, rules ?? NO_RULES));
}

/** The service ports that differ, by `portKey`: their rules are wanted before others'. */
export function differingPorts({ changes }: DiffReport): ReadonlySet<string> {
  return new Set(changes.flatMap((change) => (change.service === undefined ? [] : [keyOfChange(change)])));
}

function keyOfChange({ service = "", port = "", protocol = "" }: Change): string {
  return portKey(service, port, protocol);
}

function headOf(report: DiffReport, title: string): PageHead {
  const { summary, coverage, assumptions, identical, between, changes } = report;
  const isDifferent = summary.changes > 0;
  const notes = [
    coverageWords(coverage),
    ...coverage.notGiven.map((text) => `not given: ${text}`),
    ...coverage.notCompared.slice(0, MOST_TOLD).map(({ service, message }) => `not compared: ${service}: ${message}`),
    ...assumptions.map((text) => `assumed: ${text}`),
    ...(isDifferent && between === undefined ? [`next: ${nextStep(report)}`] : []),
  ];
  return {
    title,
    kind: between === "captures" ? "captures" : "node",
    verdict: isDifferent ? verdictWords(report) : summaryOf(report),
    isGood: identical,
    counts: [
      ["services", summary.services],
      [between === "captures" ? "services changed" : "services differ", summary.differing],
      ["changes", changes.length],
      ...(isCovered(coverage) ? [] : [["service ports not compared", coverage.notCompared.length] as const]),
    ],
    notes,
    effects: effectsOf(report),
  };
}

const MOST_TOLD = 20;

/**
 * JSON of the items, those that differ first; what belongs to no graph has entries of its own. `graphs` is asked again for
 * the others, so that they are not kept.
 */
function* itemsOf(graphs: () => Iterable<PathGraph>, changes: readonly Change[], rules: PortRules): Iterable<string> {
  const own = groupBy(changes, keyOfChange);
  const differing = new Map<string, PathGraph>();
  if (own.size > 0)
    for (const graph of graphs()) {
      const key = keyOf(graph);
      if (own.has(key)) differing.set(key, graph);
    }
  for (const [key, list] of own) {
    const { service = "", port = "", protocol = "" } = list[0]!;
    const graph = differing.get(key) ?? { service, port, protocol, nodes: [], edges: [] };
    yield embedded(pageItem(graph, { changes: list.map(pageChange), rules }));
  }
  for (const graph of graphs()) if (!own.has(keyOf(graph))) yield embedded(pageItem(graph, { changes: [], rules }));
}

function* page(head: PageHead, items: Iterable<string>): Iterable<string> {
  yield* pageStart(head.title);
  yield `${embedded(head).slice(0, -1)},"nodes":[],"services":[],"cells":[],"items":[`;
  let comma = "";
  for (const item of items) {
    yield comma + item;
    comma = ",";
  }
  yield `]}`;
  yield* pageEnd();
}
