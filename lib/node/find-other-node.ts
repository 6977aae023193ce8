/** Whether a capture is clearly another node's than the one that is compared. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { listWords } from "../diff/view-words.js";
import type { NodeEvidence } from "./node-evidence.js";

const MOST_SHOWN = 3;

/**
 * The error when everything in a capture that tells a node tells one other; one value of the node itself leaves it open.
 * `node`: whose the capture is said to be.
 */
export function findOtherNode(node: string, evidence: readonly NodeEvidence[]): Diagnostic | undefined {
  const [first] = evidence;
  if (!first || evidence.some((one) => one.node !== first.node)) return undefined;
  return first.node === node ? undefined : otherNode(node, first.node, evidence);
}

/** The same as a warning, where the answer is about what the capture holds whosever it is. */
export function warnOfOtherNode(node: string, evidence: readonly NodeEvidence[]): Diagnostic[] {
  const other = findOtherNode(node, evidence);
  if (!other) return [];
  const whose = evidence[0]!.node;
  const message = other.message.replace(`${node} is compared`, `it is read as that of ${node}`);
  const notes = [`ask about that node with --node ${whose}, or give what was captured on ${node}`];
  return [{ ...other, severity: "warning", message, notes }];
}

function otherNode(node: string, other: string, evidence: readonly NodeEvidence[]): Diagnostic {
  const words = evidence.slice(0, MOST_SHOWN).map((one) => one.words);
  const more = evidence.length - words.length;
  return {
    code: "capture-of-another-node",
    severity: "error",
    message: `the capture is of node ${other}, and ${node} is compared: it shows ${listWords(more > 0 ? [...words, `${more} more`] : words)}, of ${other}`,
    notes: [`compare it with --node ${other}, or capture on ${node}`],
  };
}
