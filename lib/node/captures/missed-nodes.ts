/** What is said of nodes that a bundle was to hold and does not. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { MissedNode, SplitSources } from "../../bundle/split-bundles.js";
import type { Source } from "../../source/source.js";
import { passedOver } from "./passed-over.js";

/** Of what is not compared: nodes that bundles lack, as far as they are asked about, and files that may be a node's. */
export function missedNodes(
  split: SplitSources,
  captures: readonly Source[],
  isAsked: (missed: MissedNode) => boolean = () => true,
): Diagnostic[] {
  return [...split.missed.filter(isAsked).map(missedNode), ...passedOver(split, captures)];
}

/** An answer about the others says nothing of it. */
function missedNode({ node, state, error }: MissedNode): Diagnostic {
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
}
