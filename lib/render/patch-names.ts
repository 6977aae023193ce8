/** Names of the files that patches of several nodes are written to. */
import type { DiffReport } from "../diff/types.js";

/** Names that the API server takes for Nodes: nothing in them leads to another directory. */
const NODE_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The file names, in the order of the nodes: "worker-1.patch", or "node_1.patch" for what is no name of a Node. */
function patchNames(nodes: readonly (string | undefined)[]): string[] {
  const taken = new Set<string>();
  return nodes.map((node, i) => {
    const isName = node !== undefined && NODE_NAME.test(node) && !taken.has(node);
    const name = isName ? node : `node_${i + 1}`;
    taken.add(name);
    return `${name}.patch`;
  });
}

/** The file of each report; of captures that were taken for one node, each is named after its capture. */
export function patchFiles(reports: readonly Pick<DiffReport, "node" | "capture">[]): string[] {
  const counts = new Map<string, number>();
  for (const { node } of reports) counts.set(node, (counts.get(node) ?? 0) + 1);
  return patchNames(
    reports.map(({ node, capture }) =>
      capture !== undefined && counts.get(node)! > 1
        ? capture.replace(/^.*[\\/]/, "").replace(/(?<=.)\.[^.]*$/, "")
        : node,
    ),
  );
}
