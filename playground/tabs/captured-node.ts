import type { CapturedFile } from "../engine/protocol.js";
import type { State } from "../page/state.js";

export interface CapturedNode {
  /** Names of the nodes that there are captures of, where they are known. */
  readonly nodes: readonly string[];
  /** The one chosen, or else the first; "" when no name is known. */
  readonly node: string;
  readonly captures: readonly CapturedFile[];
}

/** The captures of one node: answers are about one. */
export function capturedNode({ captures, node }: State): CapturedNode {
  const nodes = [...new Set(captures.flatMap((file) => file.node ?? []))].sort();
  if (nodes.length === 0) return { nodes, node, captures };
  const chosen = nodes.includes(node) ? node : nodes[0]!;
  return { nodes, node: chosen, captures: captures.filter((file) => file.node === chosen) };
}
