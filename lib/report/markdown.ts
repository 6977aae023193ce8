/** A report for a pull request or a step summary. */
import { Buffer } from "../platform/bytes.js";
import { printable } from "../util/printable.js";
import { countsOf, placeText, worstFirst } from "./summary.js";
import type { Finding, Report, ReportLimits } from "./types.js";
import { wellFormed } from "./well-formed.js";

/** A heading, a table with a row for each finding, and the details folded. Details are left out first when it gets long. */
export function renderMarkdown(report: Report, { mostBytes = Infinity }: ReportLimits = {}): string {
  const head = headLines(report).join("\n");
  const findings = worstFirst(report.findings);
  const rows = findings.map(rowOf);
  const details = findings.flatMap((finding) => detailsOf(finding));
  const room = mostBytes - byteLength(head) - LEFT_OUT_ROOM;
  const shownRows = fit(rows, room);
  const left = room - bytesOf(rows.slice(0, shownRows));
  const shownDetails = shownRows < rows.length ? 0 : fit(details, left);
  const blocks = [head];
  if (shownRows > 0) blocks.push(rows.slice(0, shownRows).join("\n") + "\n");
  blocks.push(...details.slice(0, shownDetails));
  if (shownRows < rows.length) blocks.push(`\n${rows.length - shownRows} more findings are left out here.\n`);
  else if (shownDetails < details.length)
    blocks.push(`\nThe details of ${details.length - shownDetails} more findings are left out here.\n`);
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

function detailsOf({ message, detail }: Finding): string[] {
  if (detail === undefined) return [];
  const text = wellFormed(detail.split("\n").map(printable).join("\n"));
  const longestRun = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = "`".repeat(longestRun + 1);
  return [`\n<details><summary>${cell(message)}</summary>\n\n${fence}diff\n${text}\n${fence}\n\n</details>\n`];
}

/** Text that Markdown takes for nothing but text, on one line: no mention, link, tag or table border. */
function cell(text: string): string {
  return printable(wellFormed(text)).replace(/[&<>|@`*_~[\]\\]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function fit(blocks: readonly string[], room: number): number {
  let used = 0;
  for (const [i, block] of blocks.entries()) {
    used += byteLength(block) + 1;
    if (used > room) return i;
  }
  return blocks.length;
}

function bytesOf(blocks: readonly string[]): number {
  return blocks.reduce((sum, block) => sum + byteLength(block) + 1, 0);
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
