/** Workflow commands of GitHub Actions: annotations at the lines of the pull request. */
import { printable } from "../util/printable.js";
import type { Finding, FindingSeverity, Report } from "./types.js";
import { wellFormed } from "./well-formed.js";

/** GitHub shows 10 annotations of each type a step, and drops the rest without a word. */
const MOST_OF_TYPE = 10;
/** Longest message shown, in characters. */
const LONGEST_MESSAGE = 4000;

const COMMANDS: Readonly<Record<FindingSeverity, string>> = { error: "error", warning: "warning", note: "notice" };

/** One line an annotation; where a type has more than GitHub shows, its last one says how many more there are. */
export function renderGithub(report: Report): string {
  const lines: string[] = [];
  for (const severity of ["error", "warning", "note"] as const) {
    const findings = report.findings.filter((finding) => finding.severity === severity);
    const shown = findings.length > MOST_OF_TYPE ? findings.slice(0, MOST_OF_TYPE - 1) : findings;
    lines.push(...shown.map((finding) => annotation(finding, report)));
    if (shown.length < findings.length) lines.push(restOf(findings.slice(shown.length), report));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function annotation({ id, severity, message, where, notes, service }: Finding, report: Report): string {
  const title = [`${report.tool.name} ${report.command}`, id, ...(service === undefined ? [] : [service])].join(": ");
  const oneLine = where?.endLine === undefined || where.endLine === where.line;
  const properties = Object.entries({
    file: where?.file,
    line: where?.line,
    endLine: where?.endLine,
    col: where?.column,
    endColumn: oneLine ? where?.endColumn : undefined,
    title,
  })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${COMMANDS[severity]} ${properties.join(",")}::${escapeMessage([message, ...notes].join("\n"))}`;
}

function restOf(findings: readonly Finding[], report: Report): string {
  const counts = new Map<string, number>();
  for (const { id } of findings) counts.set(id, (counts.get(id) ?? 0) + 1);
  const kinds = [...counts].map(([id, n]) => `${n} ${id}`).join(", ");
  const title = escapeProperty(`${report.tool.name} ${report.command}: and ${findings.length} more`);
  return (
    `::${COMMANDS[findings[0]!.severity]} title=${title}::` +
    escapeMessage(`${findings.length} more (${kinds}); the step summary and the other reports list them all`)
  );
}

function escapeMessage(text: string): string {
  const safe = wellFormed(text.split("\n").map(printable).join("\n"));
  const cut = safe.length > LONGEST_MESSAGE ? `${wellFormed(safe.slice(0, LONGEST_MESSAGE))}...` : safe;
  return cut.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeMessage(printable(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
