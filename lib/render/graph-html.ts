/** One self-contained page over many service ports: searchable, for the keyboard too, without network. */
import type { Change } from "../diff/types.js";
import type { GraphNode, PathGraph } from "../graph/types.js";
import { printable } from "../util/printable.js";
import { PAGE_SCRIPT } from "./html/page-script.js";
import { PAGE_STYLE } from "./html/page-style.js";

export interface PageHead {
  /** e.g. "iptables, node-1, Kubernetes 1.36, IPv4". */
  readonly title: string;
}

const KINDS: readonly GraphNode["kind"][] = ["frontend", "chain", "endpoint", "verdict"];

function escaped(text: string): string {
  return printable(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** JSON that cannot end its script element, of text that shows what it is. */
function embedded(value: unknown): string {
  const shown = (_key: string, part: unknown) => (typeof part === "string" ? printable(part) : part);
  return JSON.stringify(value, shown).replace(/</g, "\\u003c");
}

/** Rules that the page shows for one side of a change; the other forms of diff have them all. */
const MOST_LINES = 50;

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `... and ${lines.length - MOST_LINES} more`];
}

/** What the page knows of one service port: nodes and edges as tuples, edges by index of their nodes. */
function itemOf({ service, port, protocol, nodes, edges }: PathGraph, changes: readonly Change[]) {
  const index = new Map(nodes.map(({ id }, i) => [id, i]));
  return {
    name: port === "" ? service : `${service}:${port}`,
    protocol,
    nodes: nodes.map(({ kind, label, detail }) => [
      KINDS.indexOf(kind),
      label,
      ...(detail === undefined ? [] : [detail]),
    ]),
    edges: edges.map(({ from, to, label, share }) => [index.get(from), index.get(to), label ?? "", share ?? null]),
    changes: changes.map(({ kind, severity, message, expected, actual, endpoint, frontend, chain }) => ({
      kind,
      severity,
      message,
      expected: shortened(expected),
      actual: shortened(actual),
      endpoint,
      frontend,
      chain,
    })),
  };
}

function portKey(service: string | undefined, port: string | undefined, protocol: string | undefined): string {
  return `${service ?? ""}:${port ?? ""}/${(protocol ?? "").toLowerCase()}`;
}

/** The changes by the service port they are about; those about none under "". */
function changesByPort(changes: readonly Change[]): Map<string, Change[]> {
  const found = new Map<string, Change[]>();
  for (const change of changes) {
    const key = change.service === undefined ? "" : portKey(change.service, change.port, change.protocol);
    const list = found.get(key);
    if (list) list.push(change);
    else found.set(key, [change]);
  }
  return found;
}

/**
 * Lines of the page. With `changes` it shows a comparison: service ports that differ come first, what is missing is
 * red, what is stale is amber; changes of service ports without a graph, and of none, have entries of their own.
 * `graphs` is asked again for each of the two kinds, so that none is kept.
 */
export function* renderHtml(
  graphs: () => Iterable<PathGraph>,
  { title }: PageHead,
  changes: readonly Change[] = [],
): Iterable<string> {
  yield "<!doctype html>";
  yield `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`;
  yield `<title>svcrules: ${escaped(title)}</title><style>${PAGE_STYLE}</style></head><body>`;
  yield (
    `<header><h1>svcrules: ${escaped(title)}</h1><input id="search" type="search" autofocus autocomplete="off" ` +
    `aria-label="Search" placeholder="service, chain, address ( / to search, arrows to move, Esc to clear )"></header>`
  );
  yield `<nav aria-label="Service ports"><p id="count" role="status"></p><ul id="list"></ul></nav><main id="detail" tabindex="-1"></main>`;
  yield `<script type="application/json" id="data">{"items":[`;
  let first = true;
  for (const item of itemsOf(graphs, changes)) {
    yield (first ? "" : ",") + embedded(item);
    first = false;
  }
  yield `]}</script>`;
  yield `<script>${PAGE_SCRIPT}</script></body></html>`;
}

function* itemsOf(graphs: () => Iterable<PathGraph>, changes: readonly Change[]): Iterable<unknown> {
  const byPort = changesByPort(changes);
  const changesOf = ({ service, port, protocol }: PathGraph) => byPort.get(portKey(service, port, protocol));
  if (changes.length > 0) {
    const left = new Map(byPort);
    for (const graph of graphs()) {
      const own = changesOf(graph);
      if (!own) continue;
      left.delete(portKey(graph.service, graph.port, graph.protocol));
      yield itemOf(graph, own);
    }
    for (const [key, own] of left) yield itemOf(withoutGraph(key, own[0]!), own);
  }
  for (const graph of graphs()) if (!changesOf(graph)) yield itemOf(graph, []);
}

/** Of a service port that has no graph, or of none. */
function withoutGraph(key: string, { service, port, protocol }: Change): PathGraph {
  const name = key === "" ? "kube-proxy's own chains" : `${service}${port ? `:${port}` : ""}`;
  return { service: name, port: "", protocol: protocol ?? "", nodes: [], edges: [] };
}
