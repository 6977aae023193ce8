import type { GraphNode, PathGraph } from "../graph/types.js";
import { printable } from "../util/printable.js";
import { edgeText } from "./graph-words.js";

const SHAPES: Readonly<Record<GraphNode["kind"], string>> = {
  frontend: "oval",
  chain: "box",
  endpoint: "cylinder",
  verdict: "octagon",
};

function quoted(text: string): string {
  return `"${printable(text).replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

/** Lines of a Graphviz digraph, a cluster for each service port. */
export function* renderDot(graphs: Iterable<PathGraph>): Iterable<string> {
  yield "digraph svcrules {";
  yield "  rankdir=LR; node [fontname=Helvetica]; edge [fontname=Helvetica];";
  let g = 0;
  for (const { service, port, protocol, nodes, edges } of graphs) {
    const prefix = `p${g}`;
    const idOf = new Map(nodes.map(({ id }, i) => [id, `${prefix}n${i}`]));
    yield `  subgraph cluster_${g++} {`;
    yield `    label=${quoted(`${service}${port === "" ? "" : `:${port}`} ${protocol}`)};`;
    for (const { id, kind, label, detail } of nodes) {
      const text = detail === undefined ? quoted(label) : `${quoted(label).slice(0, -1)}\\n${quoted(detail).slice(1)}`;
      yield `    ${idOf.get(id)} [shape=${SHAPES[kind]}, label=${text}];`;
    }
    for (const edge of edges) {
      const text = edgeText(edge);
      yield `    ${idOf.get(edge.from)} -> ${idOf.get(edge.to)}${text === "" ? "" : ` [label=${quoted(text)}]`};`;
    }
    yield "  }";
  }
  yield "}";
}
