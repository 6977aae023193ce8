/** What is said of nodes that a bundle was to hold and does not. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { MissedNode } from "../bundle/split-bundles.js";

/** One warning a node: an answer about the others says nothing of it. */
export function missedNodes(missed: readonly MissedNode[]): Diagnostic[] {
  return missed.map(({ node, state, error }) => {
    const why = error === "" ? "" : `: ${error}`;
    return {
      code: "node-not-captured",
      severity: "warning",
      message:
        state === "partial"
          ? `the capture of node "${node}" ended early${why}`
          : `the bundle holds no rules of node "${node}"${state === "unreachable" ? ", which was not reached" : ""}${why}`,
      notes: ["nothing is said of what is not there; collect again with --nodes, or capture on the node itself"],
    };
  });
}
