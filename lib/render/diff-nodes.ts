/** Reports of several nodes: a table of them first, nodes that agree in one line. */
import { isCovered } from "../diff/coverage.js";
import { nodeLabel } from "./node-label.js";
import type { DiffReport } from "../diff/types.js";
import { printable } from "../util/printable.js";
import { renderDiffText, type DiffTextOptions } from "./diff-text.js";
import { wrap } from "./wrap.js";

/** A table with a row for each node that differs, a line for those that do not, then the reports of the former. */
export function* renderNodesText(reports: readonly DiffReport[], options: DiffTextOptions): Generator<string> {
  const differing = reports.filter((report) => !report.identical);
  const identical = reports.filter((report) => report.identical);
  if (differing.length > 0) {
    const names = differing.map((report) => printable(nodeLabel(report)));
    const width = Math.max(4, ...names.map((name) => name.length));
    const isPartial = differing.some(({ coverage }) => !isCovered(coverage));
    yield `${"NODE".padEnd(width)}  SERVICES  CHANGES${isPartial ? "  COMPARED" : ""}`;
    for (const [i, { summary, coverage }] of differing.entries())
      yield (
        `${names[i]!.padEnd(width)}  ${String(summary.differing).padStart(8)}  ${String(summary.changes).padStart(7)}` +
        (isPartial ? `  ${coverage.compared} of ${coverage.wanted}` : "")
      );
    yield "";
  }
  if (identical.length > 0) {
    const names = identical.map((report) => printable(nodeLabel(report))).join(", ");
    const how = identical[0]!.between === "captures" ? "unchanged" : "as expected";
    const start = identical.length === 1 ? `1 node ${how}: ` : `${identical.length} nodes ${how}: `;
    yield* wrap(names, options.columns, start, "  ");
    const notGiven = new Set(identical.flatMap(({ coverage }) => coverage.notGiven));
    if (notGiven.size > 0) yield* wrap([...notGiven].join(", "), options.columns, "not given of some: ", "  ");
    yield "";
  }
  for (const report of differing) {
    yield `== ${printable(nodeLabel(report))}`;
    yield* renderDiffText(report, options);
    yield "";
  }
}
