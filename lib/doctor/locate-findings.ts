/** Evidence with files and lines, found only for what is shown. */
import { locate } from "../readers/locate.js";
import type { Source } from "../source/source.js";
import type { Evidence, Finding } from "./types.js";
import type { DoctorReport } from "./run.js";

export interface LocatedEvidence {
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
}

export type LocatedFinding = Omit<Finding, "evidence"> & { readonly evidence: readonly LocatedEvidence[] };

export type LocatedReport = Omit<DoctorReport, "findings" | "suppressed"> & {
  readonly findings: readonly LocatedFinding[];
  readonly suppressed: readonly { readonly finding: LocatedFinding; readonly by: string }[];
};

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

interface Spot {
  readonly source: Source;
  readonly offset: number;
  readonly put: (line: number) => void;
}

/** Offsets are turned into lines source by source in rising order, so that each source is counted through once. */
function countLines(spots: Spot[]): void {
  const bySource = new Map<Source, Spot[]>();
  for (const spot of spots) {
    const list = bySource.get(spot.source);
    if (list) list.push(spot);
    else bySource.set(spot.source, [spot]);
  }
  for (const [source, list] of bySource)
    countThrough(
      source,
      list.sort((a, b) => a.offset - b.offset),
    );
}

/** Columns are not wanted, so a dump of one line costs no more than one of many. */
function countThrough(source: Source, sorted: readonly Spot[]): void {
  let line = 1;
  let at = 0;
  for (const { offset, put } of sorted) {
    while (at < offset) {
      const bytes = source.read(at, Math.min(offset, at + CHUNK));
      if (bytes.length === 0) break;
      for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) line++;
      at += bytes.length;
    }
    put(line);
  }
}

/** The report with every place turned into file and line. */
export function locateFindings(report: DoctorReport): LocatedReport {
  const spots: Spot[] = [];
  const locateEvidence = ({ text, at }: Evidence): LocatedEvidence => {
    if (!at) return { text };
    if (!("origin" in at)) return { text, ...at };
    const { source, start } = locate(at);
    const located: { text: string; file: string; line?: number } = { text, file: source.name };
    spots.push({ source, offset: start, put: (line) => void (located.line = line) });
    return located;
  };
  const locateFinding = (finding: Finding): LocatedFinding => ({
    ...finding,
    evidence: finding.evidence.map(locateEvidence),
  });
  const located = {
    ...report,
    findings: report.findings.map(locateFinding),
    // What is suppressed is only counted and named.
    suppressed: report.suppressed.map(({ finding, by }) => ({ finding: { ...finding, evidence: [] }, by })),
  };
  countLines(spots);
  return { ...located, findings: located.findings.map(withoutRepeats) };
}

/** Pods of one workload that svcrules made up have one place, their template: it is shown once. */
function withoutRepeats(finding: LocatedFinding): LocatedFinding {
  const shown = new Set<string>();
  const evidence = finding.evidence.filter(({ text, file, line }) => {
    const id = JSON.stringify([text, file, line]);
    return !shown.has(id) && shown.add(id);
  });
  return { ...finding, evidence };
}
