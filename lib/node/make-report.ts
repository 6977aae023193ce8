/** A report of changes, and one report of those of several IP families. */
import { ofFamily } from "../diff/change-family.js";
import { orderChanges } from "../diff/order-changes.js";
import { coverageOf, isCovered, joinCoverage, wholeGap, type Coverage, type PortName } from "../diff/coverage.js";
import type { Inferred } from "../diff/inferred.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiffReport, DiffSection } from "../diff/types.js";
import type { IPFamily } from "../net/ip.js";
import { renderPatch } from "../render/patch-script.js";
import type { DiffResult } from "../results/diff-result.js";
import { familyNotCompared, notCompared, type FamilyResult } from "./diff-result.js";

export type ReportHead = Pick<DiffReport, "mode" | "node" | "kubeVersion" | "ipFamily" | "ipFamilies">;

/** What a comparison found, before it is a report. */
export interface Found extends Pick<DiffReport, "changes" | "assumptions"> {
  readonly coverage: Coverage;
  readonly inferred?: readonly Inferred[] | undefined;
  /** Services that were looked at. */
  readonly services?: number | undefined;
}

/** A report of what was found. Nothing is identical that was not compared. */
export function makeReport(
  head: ReportHead,
  { changes, assumptions, coverage, inferred = [], services = 0 }: Found,
): DiffReport {
  const serious = changes.filter(({ severity }) => severity !== "info");
  const differing = new Set(serious.flatMap(({ service }) => service ?? []));
  return {
    schema: "svcrules.dev/diff/v1",
    identical: serious.length === 0 && isCovered(coverage),
    ...head,
    assumptions: [...new Set(assumptions)],
    inferred,
    summary: { services, differing: differing.size, changes: serious.length },
    coverage,
    changes,
  };
}

const DOUBTFUL: ReadonlySet<Diagnostic["code"]> = new Set([
  "unreadable-line",
  "captures-disagree",
  "capture-is-restore-text",
]);

/** The report where lines could not be read, or two captures disagree: nothing is the same where that might decide. */
export function withDoubts(report: DiffReport, diagnostics: readonly Diagnostic[]): DiffReport {
  const unread = diagnostics.filter(({ code }) => code === "unreadable-line");
  const { coverage } = report;
  const isDoubtful = ({ code, severity }: Diagnostic) =>
    severity === "error" && (coverage.compared === 0 || DOUBTFUL.has(code));
  const isRestore = diagnostics.some(({ code }) => code === "capture-is-restore-text");
  const notGiven = [
    ...coverage.notGiven,
    ...(unread.length > 0 ? ["lines that cannot be read"] : []),
    ...(isRestore ? ["the jumps from built-in chains"] : []),
  ];
  const identical = report.identical && !diagnostics.some(isDoubtful);
  return { ...report, identical, coverage: { ...coverage, notGiven } };
}

/** `services`: that would have been looked at. */
interface Nothing {
  readonly head: ReportHead;
  readonly wanted: readonly PortName[];
  readonly services?: number | undefined;
}

/** The result where nothing could be compared, for the reasons given. */
export function nothingCompared(diagnostics: readonly Diagnostic[], { head, wanted, services }: Nothing): FamilyResult {
  const reason = diagnostics.find(({ severity }) => severity === "error")?.message ?? "nothing of it was captured";
  const coverage = coverageOf(wanted, { gaps: [wholeGap("table-missing", reason)], notGiven: [] });
  return {
    ...familyNotCompared(diagnostics),
    report: makeReport(head, { changes: [], assumptions: [], coverage, services }),
  };
}

/** The sections, which say whose family they are of where there are two. */
function ofFamilies(
  sections: readonly DiffSection[],
  families: readonly IPFamily[],
  i: number,
): readonly DiffSection[] {
  if (families.length < 2) return sections;
  return sections.map((section) => ({ ...section, name: `${families[i]!} ${section.name}` }));
}

/** The families of a report: where there are two, each is named. */
export function familiesOfReport(families: readonly IPFamily[]): Pick<ReportHead, "ipFamily" | "ipFamilies"> {
  const names = families.map((family) => (family === "IPv6" ? ("ipv6" as const) : ("ipv4" as const)));
  return { ipFamily: names[0] ?? "ipv4", ...(names.length > 1 && { ipFamilies: names }) };
}

/** The results of several families as one, with the report's head of the first; `families`: whose each result is. */
export function joinFamilies(results: readonly FamilyResult[], families: readonly IPFamily[] = []): DiffResult {
  const reports = results.flatMap(({ report }) => report ?? []);
  const diagnostics = results.flatMap((result) => result.diagnostics);
  const [head] = reports;
  if (!head) return notCompared(diagnostics);
  const { mode, node, kubeVersion, ipFamily, ipFamilies } = head;
  const found: Found = {
    changes: orderChanges(
      results.flatMap(({ report }, i) => {
        const changes = report?.changes ?? [];
        return families.length > 1 ? changes.map((change) => ofFamily(change, families[i]!)) : changes;
      }),
    ),
    assumptions: reports.flatMap((report) => report.assumptions),
    coverage: joinCoverage(
      reports.map(({ coverage }) => coverage),
      Math.max(...reports.map(({ coverage }) => coverage.wanted)),
    ),
    services: Math.max(...reports.map(({ summary }) => summary.services)),
  };
  return {
    report: makeReport({ mode, node, kubeVersion, ipFamily, ...(ipFamilies && { ipFamilies }) }, found),
    diagnostics,
    patch: () => renderPatch(results.flatMap(({ parts }) => parts())),
    sections: () => results.flatMap(({ sections }, i) => ofFamilies(sections(), families, i)),
    graphs: () => results[0]!.graphs(),
  };
}
