/** Patches of nodes: one on stdout, several as files. */
import { join, parse } from "node:path";
import { UsageError, type DiffResult } from "../../lib/index.js";
import { saveLines } from "../save-lines.js";
import type { Terminal } from "../terminal.js";

/** Names that the API server takes for Nodes: nothing in them leads to another directory. */
const NODE_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

interface PatchRequest {
  readonly output: string;
  readonly out?: string | undefined;
}

/** Refuses patches of several nodes that would stand on stdout one after the other. */
export function checkPatchTarget({ output, out }: PatchRequest, nodes: number): void {
  if (output === "patch" && out === undefined && nodes > 1)
    throw new UsageError(
      `--output patch: patches of ${nodes} nodes do not go on stdout, where one would be loaded for another`,
      "write one file a node with --out DIR, or choose a node with --node NAME",
    );
}

/** The file names, in the order of the nodes: "worker-1.patch", or "node_1.patch" for what is no name of a Node. */
export function patchNames(nodes: readonly (string | undefined)[]): string[] {
  const taken = new Set<string>();
  return nodes.map((node, i) => {
    const isName = node !== undefined && NODE_NAME.test(node) && !taken.has(node);
    const name = isName ? node : `node_${i + 1}`;
    taken.add(name);
    return `${name}.patch`;
  });
}

/** One file for each node that was compared, empty where nothing is to be done; of captures taken for one node a file each. */
export function writePatches(directory: string, diffs: readonly DiffResult[], terminal: Terminal): void {
  const compared = diffs.filter(({ report }) => report);
  const nodes = compared.map(({ report }) => report?.node);
  const names = patchNames(
    compared.map(({ report }, i) =>
      report?.capture !== undefined && nodes.some((node, j) => j !== i && node === report.node)
        ? parse(report.capture).name
        : nodes[i],
    ),
  );
  for (const [i, diff] of compared.entries()) saveLines(terminal, join(directory, names[i]!), diff.patch());
}
