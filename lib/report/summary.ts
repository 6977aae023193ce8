/** Counts that the reports share. */
import type { Finding, FindingPlace, Report } from "./types.js";

/** What was looked at, with what was found there. Findings of no check are grouped by service, else by file. */
export interface CheckOutcome {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly failed: boolean;
}

export function outcomesOf({ checks, findings, command }: Report): CheckOutcome[] {
  const groups = new Map<string, Finding[]>(checks.map((name) => [name, []]));
  for (const finding of findings) {
    const name = finding.check ?? finding.service ?? finding.where?.file ?? command;
    const group = groups.get(name);
    if (group) group.push(finding);
    else groups.set(name, [finding]);
  }
  if (groups.size === 0) groups.set(command, []);
  return [...groups].map(([name, found]) => ({ name, findings: found, failed: found.some(({ fails }) => fails) }));
}

export interface Counts {
  readonly checks: number;
  readonly failed: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export function countsOf(report: Report): Counts {
  const outcomes = outcomesOf(report);
  const of = (severity: Finding["severity"]) => report.findings.filter((f) => f.severity === severity).length;
  return {
    checks: outcomes.length,
    failed: outcomes.filter(({ failed }) => failed).length,
    errors: of("error"),
    warnings: of("warning"),
    notes: of("note"),
  };
}

/** "file:line:column", as far as it is known. */
export function placeText({ file, line, column }: FindingPlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
