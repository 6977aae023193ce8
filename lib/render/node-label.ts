/** How a report is told apart from those of other nodes. */
import type { DiffReport } from "../diff/types.js";

/** "worker-1", or "worker-1 (nodes/a.txt)" where no name of a file says whose capture it is. */
export function nodeLabel({ node, capture }: Pick<DiffReport, "node" | "capture">): string {
  const name = node || "the node";
  return capture === undefined ? name : `${name} (${capture})`;
}
