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
  const shown = shownNode(evidence);
  return shown === undefined || shown === node ? undefined : otherNode(node, shown, evidence);
}

/** The node that everything in a capture tells which tells one. */
export function shownNode([first, ...others]: readonly NodeEvidence[]): string | undefined {
  return first && others.every(({ node }) => node === first.node) ? first.node : undefined;
}

/** The same as a warning, where the answer is about what the capture holds whosever it is. */
export function warnOfOtherNode(node: string, evidence: readonly NodeEvidence[]): Diagnostic[] {
  const other = findOtherNode(node, evidence);
  if (!other) return [];
  const message = other.message.replace(`${node} is compared`, `it is read as that of ${node}`);
  const notes = [`ask about that node with --node ${shownNode(evidence)}, or give what was captured on ${node}`];
  return [{ ...other, severity: "warning", message, notes }];
}

/** Where nobody says whose the capture is, and its name says `named`: what it shows counts for more. */
export function warnOfName(named: string, shown: string, evidence: readonly NodeEvidence[]): Diagnostic {
  return {
    code: "capture-of-another-node",
    severity: "warning",
    message: `the capture is named after node ${named}, and it is read as that of ${shown}: it shows ${shownWords(evidence)}, of ${shown}`,
    notes: [`ask about the other node with --node ${named}`],
  };
}

function shownWords(evidence: readonly NodeEvidence[]): string {
  const words = evidence.slice(0, MOST_SHOWN).map((one) => one.words);
  const more = evidence.length - words.length;
  return listWords(more > 0 ? [...words, `${more} more`] : words);
}

function otherNode(node: string, other: string, evidence: readonly NodeEvidence[]): Diagnostic {
  return {
    code: "capture-of-another-node",
    severity: "error",
    message: `the capture is of node ${other}, and ${node} is compared: it shows ${shownWords(evidence)}, of ${other}`,
    notes: [`compare it with --node ${other}, or capture on ${node}`],
  };
}
