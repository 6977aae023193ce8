/** Patches of nodes: one on stdout, several as files. */
import { join } from "node:path";
import { UsageError, type DiffResult } from "../../lib/index.js";
import { patchFiles } from "../../lib/render/patch-names.js";
import { saveLines } from "../save-lines.js";
import type { Terminal } from "../terminal.js";

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

/** One file for each node that was compared, empty where nothing is to be done. */
export function writePatches(directory: string, diffs: readonly DiffResult[], terminal: Terminal): void {
  const reports = diffs.flatMap(({ report }) => report ?? []);
  const patches = diffs.filter(({ report }) => report).map(({ patch }) => patch);
  for (const [i, name] of patchFiles(reports).entries()) saveLines(terminal, join(directory, name), patches[i]!());
}
