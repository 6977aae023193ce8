/** One service port as a page has it. */
import { portKey } from "../../graph/port-key.js";
import type { PathGraph, PortRules } from "../../graph/types.js";
import { STATION_KINDS, type PageChange, type PageItem } from "./page-data.js";

/** More would be no drawing to look at. */
const MOST_ENDPOINTS = 24;

export interface ItemFacts {
  readonly changes: readonly PageChange[];
  readonly rules: PortRules;
}

export function keyOf({ service, port, protocol }: Pick<PathGraph, "service" | "port" | "protocol">): string {
  return portKey(service, port, protocol);
}

/** The manifest is looked for only where there are rules to stand beside it. */
export function pageItem(graph: PathGraph, { changes, rules }: ItemFacts): PageItem {
  const { service, port, protocol } = graph;
  const own = rules.get(keyOf(graph));
  const manifest = own && graph.manifest?.();
  return {
    service,
    port,
    protocol,
    ...drawingOf(graph, changes),
    changes,
    ...(manifest && { manifest }),
    ...(own && { rules: own.rules, ...(own.count > own.rules.length && { ruleCount: own.count }) }),
  };
}

/** With many endpoints those that differ, and the first of the others. */
function drawingOf({ nodes, edges }: PathGraph, changes: readonly PageChange[]) {
  const differing = new Set(changes.map(({ endpoint }) => endpoint));
  const endpoints = nodes.filter(({ kind }) => kind === "endpoint");
  const chosen = [...endpoints].sort((a, b) => Number(differing.has(b.label)) - Number(differing.has(a.label)));
  const left = new Set(chosen.slice(MOST_ENDPOINTS));
  const shown = nodes.filter((node) => !left.has(node));
  const index = new Map(shown.map(({ id }, i) => [id, i]));
  return {
    stations: shown.map(({ kind, label, detail }) => {
      const station = [STATION_KINDS.indexOf(kind), label] as const;
      return detail === undefined ? station : ([...station, detail] as const);
    }),
    edges: edges.flatMap(({ from, to, label, share }) => {
      const [a, b] = [index.get(from), index.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b, label ?? "", share ?? null] as const];
    }),
    ...(left.size > 0 && { undrawn: left.size }),
  };
}
