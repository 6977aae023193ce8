/** JUnit XML, as Jenkins and GitLab read it. */
import { printable } from "../util/printable.js";
import { detailOf, MOST_DETAIL_LINES } from "./detail.js";
import { countsOf, outcomesOf, placeText, type CheckOutcome } from "./summary.js";
import type { Finding, Report } from "./types.js";
import { xmlText } from "./xml-text.js";

/**
 * One test case for each check; a check with failing findings is one failure that lists them. Other findings are the
 * test case's output, or the suite's. No times, so that the same run gives the same bytes.
 */
export function renderJunit(report: Report): string {
  const { checks: outcomes, rest } = outcomesOf(report);
  const { checks, failed } = countsOf(report);
  const suite = xmlText(`${report.tool.name} ${report.command}`, "attribute");
  const numbers = `tests="${checks}" failures="${failed}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${suite}" ${numbers}>`,
    `  <testsuite name="${suite}" ${numbers} skipped="0">`,
    ...outcomes.flatMap((outcome) => testCase(outcome, suite)),
    ...(rest.length === 0 ? [] : [`    <system-out>${xmlText(listText(rest))}</system-out>`]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ name, findings }: CheckOutcome, suite: string): string[] {
  const failing = findings.filter(({ fails }) => fails);
  const others = findings.filter(({ fails }) => !fails);
  const file = findings.find(({ where }) => where)?.where?.file;
  const attributes =
    `name="${nameText(name)}" classname="${suite}"` + (file === undefined ? "" : ` file="${nameText(file)}"`);
  if (findings.length === 0) return [`    <testcase ${attributes}/>`];
  const lines = [`    <testcase ${attributes}>`];
  if (failing.length > 0) {
    const { id, message } = failing[0]!;
    const more = failing.length > 1 ? ` (and ${failing.length - 1} more)` : "";
    lines.push(
      `      <failure message="${xmlText(message + more, "attribute")}" type="${xmlText(id, "attribute")}">` +
        `${xmlText(listText(failing))}</failure>`,
    );
  }
  if (others.length > 0) lines.push(`      <system-out>${xmlText(listText(others))}</system-out>`);
  lines.push("    </testcase>");
  return lines;
}

/** A name on one line, as the other reports spell it: a file may be called anything. */
function nameText(name: string): string {
  return xmlText(printable(name), "attribute");
}

/** Findings of one text; a viewer shows them as one block. */
const MOST_LISTED = 2000;

function listText(findings: readonly Finding[]): string {
  const texts = findings.slice(0, MOST_LISTED).map(findingText);
  const left = findings.length - texts.length;
  return [...texts, ...(left > 0 ? [`${left} more findings are left out here`] : [])].join("\n\n");
}

function findingText(finding: Finding): string {
  const { id, severity, message, where, notes } = finding;
  const detail = detailOf(finding, MOST_DETAIL_LINES);
  const head = `${where ? `${placeText(where)}: ` : ""}${severity}: ${message} [${id}]`;
  const lines = [head, ...notes.map((note) => `note: ${note}`)].map(printable);
  return [...lines, ...(detail === undefined ? [] : [detail])].join("\n");
}
