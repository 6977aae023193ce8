/** A report for a pull request or a step summary. */
import { Buffer } from "../platform/bytes.js";
import { printable } from "../util/printable.js";
import { detailOf, MOST_DETAIL_LINES } from "./detail.js";
import { countsOf, placeText, worstFirst } from "./summary.js";
import type { Finding, Report, ReportLimits } from "./types.js";
import { wellFormed } from "./well-formed.js";

/** The longest summary of a step that GitHub takes, which is more than anybody reads. */
const MOST_BYTES = 1024 * 1024;

/** A heading, a table with a row for each finding, and the details folded. Details are left out first when it gets long. */
export function renderMarkdown(report: Report, { mostBytes = MOST_BYTES }: ReportLimits = {}): string {
  const head = headLines(report).join("\n");
  const findings = worstFirst(report.findings);
  const detailed = findings.filter(({ detail }) => detail !== undefined);
  const room = mostBytes - byteLength(head) - LEFT_OUT_ROOM;
  const rows = fit(findings, rowOf, room);
  const details = rows.length < findings.length ? [] : fit(detailed, detailBlock, room - bytesOf(rows));
  const blocks = [head];
  if (rows.length > 0) blocks.push(rows.join("\n") + "\n");
  blocks.push(...details);
  if (rows.length < findings.length)
    blocks.push(`\n${findings.length - rows.length} more findings are left out here.\n`);
  else if (details.length < detailed.length)
    blocks.push(`\nThe details of ${detailed.length - details.length} more findings are left out here.\n`);
  return blocks.join("");
}

/** Bytes kept free for the line that says what is left out. */
const LEFT_OUT_ROOM = 200;

function headLines(report: Report): string[] {
  const { checks, failed, errors, warnings, notes } = countsOf(report);
  const title = failed > 0 ? `${failed} of ${checks} failed` : `${checks} passed`;
  const lines = [`## ${cell(report.tool.name)} ${cell(report.command)}: ${title}`, ""];
  if (report.findings.length === 0) return [...lines, ""];
  const counts = [
    [errors, "error"],
    [warnings, "warning"],
    [notes, "note"],
  ] as const;
  const words = counts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}${n === 1 ? "" : "s"}`);
  return [...lines, words.join(", "), "", "| | where | service | finding |", "|---|---|---|---|", ""];
}

function rowOf({ id, severity, message, where, service, notes }: Finding): string {
  const cells = [
    severity,
    where ? `<code>${cell(placeText(where))}</code>` : "",
    service === undefined ? "" : `<code>${cell(service)}</code>`,
    [cell(message), ...notes.map(cell)].join("<br>") + ` <sub>${cell(id)}</sub>`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function detailBlock(finding: Finding): string {
  const detail = detailOf(finding, MOST_DETAIL_LINES) ?? "";
  const text = wellFormed(detail.split("\n").map(printable).join("\n"));
  const longestRun = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = "`".repeat(longestRun + 1);
  return `\n<details><summary>${cell(finding.message)}</summary>\n\n${fence}diff\n${text}\n${fence}\n\n</details>\n`;
}

/** Text that Markdown takes for nothing but text, on one line: no mention, link, tag or table border. */
function cell(text: string): string {
  return printable(wellFormed(text)).replace(/[&<>|@`*_~[\]\\]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The blocks of the first findings, as many as there is room for; no more of them are made. */
function fit(findings: readonly Finding[], blockOf: (finding: Finding) => string, room: number): string[] {
  const blocks: string[] = [];
  let used = 0;
  for (const finding of findings) {
    const block = blockOf(finding);
    used += byteLength(block) + 1;
    if (used > room) break;
    blocks.push(block);
  }
  return blocks;
}

function bytesOf(blocks: readonly string[]): number {
  return blocks.reduce((sum, block) => sum + byteLength(block) + 1, 0);
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
