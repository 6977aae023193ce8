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

/** JSON that cannot end its script element. */
function embedded(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
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
      expected,
      actual,
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
 */
export function* renderHtml(
  graphs: Iterable<PathGraph>,
  { title }: PageHead,
  changes: readonly Change[] = [],
): Iterable<string> {
  const left = changesByPort(changes);
  const differing: unknown[] = [];
  const same: PathGraph[] = [];
  if (changes.length > 0) {
    for (const graph of graphs) {
      const key = portKey(graph.service, graph.port, graph.protocol);
      const own = left.get(key);
      if (own) differing.push(itemOf(graph, own));
      else same.push(graph);
      left.delete(key);
    }
    for (const [key, own] of left) {
      const [first] = own;
      const name = key === "" ? "kube-proxy's own chains" : `${first!.service}${first!.port ? `:${first!.port}` : ""}`;
      differing.push({
        ...itemOf({ service: name, port: "", protocol: first!.protocol ?? "", nodes: [], edges: [] }, own),
      });
    }
  }
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
  for (const item of differing) {
    yield (first ? "" : ",") + embedded(item);
    first = false;
  }
  for (const graph of changes.length > 0 ? same : graphs) {
    yield (first ? "" : ",") + embedded(itemOf(graph, []));
    first = false;
  }
  yield `]}</script>`;
  yield `<script>${PAGE_SCRIPT}</script></body></html>`;
}
