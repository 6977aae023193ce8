/** Results of nodes that no name tells apart. */
import type { DiffResult } from "../../results/diff-result.js";
import type { CaptureGroup } from "./group-captures.js";

/** The result with its file, where no name says whose it is, so that it can be told from those of other nodes. */
export function withCapture({ report, ...diff }: DiffResult, { node, sources }: CaptureGroup): DiffResult {
  const [first] = sources;
  return { ...diff, report: report && node === undefined && first ? { ...report, capture: first.name } : report };
}
