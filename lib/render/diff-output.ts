/** Compared nodes in each form that diff prints; a form is loaded when it is asked for. */
import type { DiffReport } from "../diff/types.js";
import type { DiffResult } from "../results/diff-result.js";
import { familyWords, nodeLabel } from "./node-label.js";

export type DiffOutput = "json" | "jsonl" | "html" | "patch" | "unified" | "text";

/** Lines without line ends. Of the nodes at least one has a report. */
export async function renderDiff(
  output: DiffOutput,
  diffs: readonly DiffResult[],
  style: { readonly columns: number; readonly color: boolean },
): Promise<Iterable<string>> {
  const reports = diffs.flatMap(({ report }) => report ?? []);
  switch (output) {
    case "json":
      return (await import("./diff-json.js")).diffJsonLines(reports);
    case "jsonl":
      return (await import("./diff-json.js")).diffJsonRecords(reports);
    case "html":
      return htmlLines(diffs, reports);
    case "patch":
      return (function* () {
        for (const diff of diffs) yield* diff.patch();
      })();
    case "unified": {
      const { renderDiffUnified } = await import("./diff-unified.js");
      return (function* () {
        for (const { sections, report } of diffs) yield* renderDiffUnified(sections(), report ? nodeLabel(report) : "");
      })();
    }
    case "text":
      if (reports.length > 1) return (await import("./diff-nodes.js")).renderNodesText(reports, style);
      return (await import("./diff-text.js")).renderDiffText(reports[0]!, style);
  }
}

/** The page of one node, with its graphs, or the matrix of several. */
async function htmlLines(diffs: readonly DiffResult[], reports: readonly DiffReport[]): Promise<Iterable<string>> {
  if (reports.length > 1) return (await import("./html/fleet-page.js")).renderFleetPage(reports);
  const { differingPorts, renderNodePage } = await import("./html/cluster-page.js");
  const diff = diffs.find(({ report }) => report)!;
  const report = diff.report!;
  const { mode, node, kubeVersion } = report;
  const version = kubeVersion === "" ? [] : [`Kubernetes ${kubeVersion}`];
  const title = [mode, ...(node ? [node] : []), ...version, familyWords(report)].join(", ");
  return renderNodePage(diff.graphs, report, { title, rules: await diff.rules?.(differingPorts(report)) });
}
