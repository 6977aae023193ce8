/** One page over the nodes of a fleet: a matrix of nodes and the services that differ on them. */
import { coverageWords, isCovered } from "../../diff/coverage.js";
import { familyWords, nodeLabel } from "../node-label.js";
import { harmRank } from "../../diff/harm-of.js";
import type { Change, DiffReport } from "../../diff/types.js";
import { groupBy } from "../../util/group-by.js";
import { summaryOf } from "../diff-text.js";
import { effectSentence, verdictWords } from "../diff-verdict.js";
import { embedded, pageEnd, pageStart } from "./embed.js";
import { pageChange } from "./page-changes.js";
import type { PageCell, PageHead, PageNode } from "./page-data.js";

/** Cells whose changes are embedded; of others the state alone, as the page would be too large to open. */
const MOST_TOLD = 3000;
const MOST_CHANGES = 12;

interface FleetCell {
  readonly node: number;
  readonly service: string;
  readonly harm: number;
  readonly changes: readonly Change[];
}

/** Lines of the page. Nodes and services stand worst first. */
export function* renderFleetPage(reports: readonly DiffReport[]): Iterable<string> {
  const ordered = [...reports].sort(
    (a, b) =>
      worstOf(a) - worstOf(b) ||
      b.summary.differing - a.summary.differing ||
      compareText(a.node, b.node) ||
      compareText(a.ipFamily, b.ipFamily),
  );
  const found = ordered.flatMap(cellsOf);
  const services = orderServices(found);
  const index = new Map(services.map((service, i) => [service, i]));
  const head = headOf(ordered, services.length);
  yield* pageStart(head.title);
  const names = namesOf(ordered);
  const nodes = ordered.map((report, i) => pageNode(report, names[i]!));
  yield `${embedded({ ...head, items: [], nodes, services }).slice(0, -1)},"cells":[`;
  for (const [i, cell] of found.entries())
    yield (i === 0 ? "" : ",") + embedded(pageCell(cell, index.get(cell.service)!, i < MOST_TOLD));
  yield `]}`;
  yield* pageEnd();
}

function worstOf({ changes, coverage }: DiffReport): number {
  const [first] = changes;
  if (first) return harmRank(first);
  return isCovered(coverage) ? Infinity : 100;
}

function cellsOf({ changes }: DiffReport, node: number): FleetCell[] {
  return Array.from(
    groupBy(changes, (change) => change.service ?? ""),
    ([service, own]) => ({ node, service, harm: Math.min(...own.map(harmRank)), changes: own }),
  );
}

/** By the worst that happens to a service anywhere, then on how many nodes. */
function orderServices(cells: readonly FleetCell[]): string[] {
  const all = Array.from(
    groupBy(cells, ({ service }) => service),
    ([service, own]) => ({ service, harm: Math.min(...own.map(({ harm }) => harm)), nodes: own.length }),
  );
  all.sort((a, b) => a.harm - b.harm || b.nodes - a.nodes || (a.service < b.service ? -1 : 1));
  return all.map(({ service }) => service);
}

function pageCell({ node, service: name, harm, changes }: FleetCell, service: number, isTold: boolean): PageCell {
  const told = isTold ? changes.slice(0, MOST_CHANGES) : [];
  return {
    node,
    service,
    harm,
    effect: effectSentence(name === "" ? undefined : name, changes),
    changes: told.map(pageChange),
    ...(told.length < changes.length && { changeCount: changes.length }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A name of its own for each report, as links lead to it: a node's second family, and its second capture, say so. */
function namesOf(reports: readonly DiffReport[]): string[] {
  const seen = new Map<string, number>();
  return reports.map((report) => {
    const { node, ipFamily } = report;
    const hasFamilies = reports.some((other) => other.node === node && other.ipFamily !== ipFamily);
    const name = `${nodeLabel(report)}${hasFamilies ? ` ${familyWords(report)}` : ""}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function pageNode(report: DiffReport, name: string): PageNode {
  const { mode, kubeVersion, summary, coverage, identical, changes } = report;
  return {
    name,
    about: [mode, ...(kubeVersion === "" ? [] : [`Kubernetes ${kubeVersion}`]), familyWords(report)].join(", "),
    verdict: summary.changes > 0 ? verdictWords(report) : summaryOf(report),
    differing: summary.differing,
    changes: changes.length,
    coverage: [coverageWords(coverage), ...coverage.notGiven.map((text) => `not given: ${text}`)].join("; "),
    isCovered: isCovered(coverage),
    identical,
  };
}

function headOf(reports: readonly DiffReport[], services: number): PageHead {
  const identical = reports.filter((report) => report.identical).length;
  const differing = reports.filter(({ summary }) => summary.changes > 0).length;
  const open = reports.filter(({ coverage }) => !isCovered(coverage)).length;
  const count = `${reports.length} nodes`;
  return {
    title: count,
    kind: "fleet",
    verdict: verdictOf(reports, differing, open),
    isGood: identical === reports.length,
    counts: [
      ["nodes", reports.length],
      ["nodes as expected", identical],
      ["nodes differ", differing],
      ["nodes not wholly compared", open],
      ["services differ somewhere", services],
    ],
    notes: [],
    effects: [],
  };
}

function verdictOf(reports: readonly DiffReport[], differing: number, open: number): string {
  const partly = open === 0 ? "" : `; ${open} not wholly compared`;
  if (differing === 0) return `None of ${reports.length} nodes differs${partly}`;
  return `${differing} of ${reports.length} nodes ${differing === 1 ? "differs" : "differ"}${partly}; ${verdictWords(reports[0]!)}`;
}
