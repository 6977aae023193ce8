/** Counts that the reports share. */
import type { Finding, FindingPlace, Report } from "./types.js";

/** Something that was looked at, with what was found there. */
export interface CheckOutcome {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly failed: boolean;
}

export interface Outcomes {
  readonly checks: readonly CheckOutcome[];
  /** Findings that fail nothing and belong to no check. */
  readonly rest: readonly Finding[];
}

/** The report's checks, and one for each service or file that fails without being one of them. */
export function outcomesOf({ checks, findings, command }: Report): Outcomes {
  const groups = new Map<string, Finding[]>(checks.map((name) => [name, []]));
  const groupOf = ({ check, service, where }: Finding) => check || service || where?.file || command;
  for (const finding of findings) if (finding.fails && !groups.has(groupOf(finding))) groups.set(groupOf(finding), []);
  if (groups.size === 0) groups.set(command, []);
  const rest: Finding[] = [];
  for (const finding of findings) (groups.get(groupOf(finding)) ?? rest).push(finding);
  return {
    checks: [...groups].map(([name, found]) => ({ name, findings: found, failed: found.some(({ fails }) => fails) })),
    rest,
  };
}

export interface Counts {
  readonly checks: number;
  readonly failed: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export function countsOf(report: Report): Counts {
  const { checks } = outcomesOf(report);
  const of = (severity: Finding["severity"]) => report.findings.filter((f) => f.severity === severity).length;
  return {
    checks: checks.length,
    failed: checks.filter(({ failed }) => failed).length,
    errors: of("error"),
    warnings: of("warning"),
    notes: of("note"),
  };
}

/** Errors first, then warnings, then notes; otherwise in the order given. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return (["error", "warning", "note"] as const).flatMap((severity) => findings.filter((f) => f.severity === severity));
}

/** "file:line:column", as far as it is known. */
export function placeText({ file, line, column }: FindingPlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
