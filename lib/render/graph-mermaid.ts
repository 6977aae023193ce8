import type { GraphNode, PathGraph } from "../graph/types.js";
import { printable } from "../util/printable.js";
import { edgeText } from "./graph-words.js";

const SHAPES: Readonly<Record<GraphNode["kind"], readonly [string, string]>> = {
  frontend: ["([", "])"],
  chain: ["[", "]"],
  endpoint: ["[(", ")]"],
  verdict: ["{{", "}}"],
};

/** Text inside quotes; Mermaid reads HTML entities. */
function quoted(text: string): string {
  return `"${printable(text).replace(/&/g, "&amp;").replace(/"/g, "#quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;")}"`;
}

/** Lines of a Mermaid flowchart, a subgraph for each service port. */
export function* renderMermaid(graphs: Iterable<PathGraph>): Iterable<string> {
  yield "flowchart LR";
  let g = 0;
  for (const { service, port, protocol, nodes, edges } of graphs) {
    const prefix = `p${g++}`;
    const idOf = new Map(nodes.map(({ id }, i) => [id, `${prefix}n${i}`]));
    yield `  subgraph ${prefix}[${quoted(`${service}${port === "" ? "" : `:${port}`} ${protocol}`)}]`;
    for (const { id, kind, label, detail } of nodes) {
      const [open, close] = SHAPES[kind];
      const text =
        detail === undefined ? quoted(label) : `${quoted(label).slice(0, -1)}<br/>${quoted(detail).slice(1)}`;
      yield `    ${idOf.get(id)}${open}${text}${close}`;
    }
    for (const edge of edges) {
      const text = edgeText(edge);
      yield `    ${idOf.get(edge.from)} -->${text === "" ? "" : `|${quoted(text)}|`} ${idOf.get(edge.to)}`;
    }
    yield "  end";
  }
}
