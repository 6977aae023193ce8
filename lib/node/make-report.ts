/** A report of changes, and one report of those of several IP families. */
import { orderChanges } from "../diff/order-changes.js";
import type { Change, DiffReport } from "../diff/types.js";
import { notCompared, type DiffResult } from "./diff-result.js";

export type ReportHead = Pick<DiffReport, "mode" | "node" | "kubeVersion" | "ipFamily">;

/** What a comparison found, before it is a report. */
export type Found = Pick<DiffReport, "changes" | "assumptions">;

/** A report of what was found. `services`: how many were looked at. */
export function makeReport(head: ReportHead, { changes, assumptions }: Found, services = 0): DiffReport {
  const serious = changes.filter(({ severity }) => severity !== "info");
  const differing = new Set(serious.flatMap(({ service }) => service ?? []));
  return {
    schema: "svcrules.dev/diff/v1",
    identical: serious.length === 0,
    ...head,
    assumptions: [...new Set(assumptions)],
    summary: { services, differing: differing.size, changes: serious.length },
    changes,
  };
}

/** The results of several families as one, with the report's head of the first. `isReported`: which changes are asked for. */
export function joinFamilies(
  results: readonly DiffResult[],
  isReported: (change: Change) => boolean = () => true,
): DiffResult {
  const reports = results.flatMap(({ report }) => report ?? []);
  const diagnostics = results.flatMap((result) => result.diagnostics);
  const [head] = reports;
  if (!head) return notCompared(diagnostics);
  const changes = orderChanges(reports.flatMap((report) => report.changes).filter(isReported));
  const assumptions = reports.flatMap((report) => report.assumptions);
  return {
    report: makeReport(
      { mode: head.mode, node: head.node, kubeVersion: head.kubeVersion, ipFamily: head.ipFamily },
      { changes, assumptions },
      Math.max(...reports.map(({ summary }) => summary.services)),
    ),
    diagnostics,
    *patch() {
      for (const { patch } of results) yield* patch();
    },
    sections: () => results.flatMap(({ sections }) => sections()),
    graphs: () => results[0]!.graphs(),
  };
}
