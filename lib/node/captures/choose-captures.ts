/** Of which node the captures speak for that a question about one node names. */
import { chooseBundledNode } from "../../bundle/choose-node.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { listWords } from "../../diff/view-words.js";
import type { Source } from "../../source/source.js";
import { groupCaptures } from "./group-captures.js";

export interface ChosenCaptures {
  /** The node, where the names of several nodes' files told it. */
  readonly node?: string;
  readonly captures: readonly Source[];
  /** Which node's they are: a note, a warning or note where a name says another than the one asked for, an error where all do. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * All captures where they are one node's. Of several nodes', named as `groupCaptures` tells them: those of the node asked
 * for, else of the first by name. `nodeNames`: of the cluster, sorted. `byName`: how much it says that the only one is named
 * after another node than asked for; a note where nobody asks what the rules show before it is told.
 */
export function chooseCaptures(
  sources: readonly Source[],
  asked: string | undefined,
  nodeNames: readonly string[],
  byName: "warning" | "note" = "warning",
): ChosenCaptures {
  const groups = groupCaptures(sources, nodeNames);
  const named = groups.flatMap(({ node, sources: own }) =>
    node === undefined ? [] : [{ node, sources: own, facts: [] }],
  );
  // Where no name tells them apart, readers say what was captured twice and is not the same.
  if (named.length === 0) return { captures: sources, diagnostics: [] };
  if (groups.length === 1) return onlyOne(named[0]!.node, asked, sources, byName);
  const held = chooseBundledNode(named, asked, nodeNames);
  if (held) return { node: held.node, captures: held.sources, diagnostics: [rulesOfNode(held.node, groups.length)] };
  return {
    captures: [],
    diagnostics: [
      noneOf(
        asked!,
        named.map(({ node }) => node),
      ),
    ],
  };
}

/** `node`: by the name of a file or its folder. */
function onlyOne(
  node: string,
  asked: string | undefined,
  captures: readonly Source[],
  severity: "warning" | "note",
): ChosenCaptures {
  if (asked === undefined || asked === node) return { node, captures, diagnostics: [] };
  const named: Diagnostic = {
    code: "capture-of-another-node",
    severity,
    message: `the capture is named after node ${node}, and it is read as that of ${asked}`,
    at: { file: captures[0]!.name },
    notes: [`ask about that node with --node ${node}, or give what was captured on ${asked}`],
  };
  return { captures, diagnostics: [named] };
}

function rulesOfNode(node: string, count: number): Diagnostic {
  return {
    code: "captures-of-several-nodes",
    severity: "note",
    message: `rules are those captured on node "${node}", one of ${count}`,
    notes: ["choose another with --node NAME"],
  };
}

function noneOf(asked: string, nodes: readonly string[]): Diagnostic {
  return {
    code: "captures-of-several-nodes",
    severity: "error",
    message: `no capture is named after node "${asked}"`,
    notes: [`captures are of ${listWords(nodes)}; a file or its folder has the name of the node`],
  };
}
