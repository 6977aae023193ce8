/** What doctor found, as text: worst first, each finding with its evidence, reason and remedy. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";
import { wrap } from "./wrap.js";

/** A place in a file, lines from 1. */
export interface EvidenceLine {
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
}

export interface FindingView {
  readonly check: string;
  readonly severity: "error" | "warning" | "info";
  /** "Service prod/web"; "" for the cluster or node as a whole. */
  readonly subject: string;
  readonly message: string;
  readonly why: string;
  readonly change: string;
  readonly evidence: readonly EvidenceLine[];
  readonly fingerprint: string;
}

export interface DoctorView {
  readonly findings: readonly FindingView[];
  readonly notEnoughInput: readonly { readonly check: string; readonly reason: string; readonly times: number }[];
  readonly suppressed: readonly { readonly finding: FindingView; readonly by: string }[];
  readonly checks: readonly string[];
}

/** Checks that one reason keeps from deciding, by name; of more the JSON tells the names. */
const MOST_NAMED = 2;

function placeText({ file, line }: EvidenceLine): string {
  return file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** "2 errors, 1 warning, 3 notices", and what was not decided or not shown. */
function summaryLine({ findings, notEnoughInput, suppressed }: DoctorView): string {
  const of = (severity: FindingView["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const undecided = new Set(notEnoughInput.map(({ check }) => check)).size;
  return [
    `${plural(of("error"), "error")}, ${plural(of("warning"), "warning")}, ${plural(of("info"), "notice")}`,
    ...(undecided > 0 ? [`${plural(undecided, "check")} had not enough input`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ].join("; ");
}

/** Whole kinds of input that nobody gave: told together, since no single object is behind it. */
const NOT_GIVEN = /^(.+ of a node) was not given \(--on FILE\)$|^the input holds no (.+)$/;

/** Lines of the report. Everything from the input is escaped. */
export function* doctorLines(
  view: DoctorView,
  options: { readonly color?: boolean; readonly columns?: number } = {},
): Generator<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const paint = { error: chalk.red, warning: chalk.yellow, info: chalk.cyan };
  const columns = options.columns ?? 80;
  const para = (text: string, indent: string) => wrap(printable(text), columns, indent, `${indent}  `);
  for (const { check, severity, subject, message, why, change, evidence } of view.findings) {
    yield* headLines({ severity, check, text: subject === "" ? message : `${subject}: ${message}` }, columns, {
      severity: paint[severity],
      text: chalk.bold,
      check: chalk.dim,
    });
    for (const item of evidence) yield* para(`${placeText(item)}${item.text}`, "  ");
    yield* para(`why: ${why}`, "  ");
    yield* para(`change: ${change}`, "  ");
    yield "";
  }
  const reasons = reasonsOf(view);
  for (const { reason, checks } of reasons.filter(({ reason }) => !NOT_GIVEN.test(reason)))
    yield* para(
      `not enough input: ${reason}: ${checks.length > MOST_NAMED ? `${checks.length} checks` : checks.join(", ")}`,
      "",
    );
  const notGiven = reasons.flatMap(({ reason }) => NOT_GIVEN.exec(reason)?.slice(1).find(Boolean) ?? []);
  if (notGiven.length > 0)
    yield* para(
      `not enough input: not given: ${notGiven.join(", ")} (captures: --on FILE); --output json names the checks`,
      "",
    );
  if (view.notEnoughInput.length > 0) yield "";
  yield* wrap(summaryLine(view), columns, "", "  ");
}

type Paint = (text: string) => string;

/** "error Service shop/web: no pod ... [check]", each part in its colour on every line it runs over. */
function headLines(
  { severity, check, text }: { readonly severity: string; readonly check: string; readonly text: string },
  columns: number,
  paint: Readonly<Record<"severity" | "text" | "check", Paint>>,
): string[] {
  const lines = wrap(`${printable(text)} [${check}]`, columns, `${severity} `, "  ");
  return lines.map((line, i) => {
    const start = i === 0 ? severity.length + 1 : 0;
    const end = i === lines.length - 1 ? line.lastIndexOf(`[${check}]`) : line.length;
    const words = line.slice(start, end).trimEnd();
    const middle = words === "" ? "" : paint.text(words);
    const gap = line.slice(start, end).slice(words.length);
    return `${i === 0 ? `${paint.severity(severity)} ` : ""}${middle}${gap}${end < line.length ? paint.check(line.slice(end)) : ""}`;
  });
}

/** Each reason once, with the checks that say so; the fewest checks first, as that is the most telling. */
function reasonsOf({ notEnoughInput }: DoctorView): { readonly reason: string; readonly checks: string[] }[] {
  const reasons = new Map<string, string[]>();
  for (const { check, reason, times } of notEnoughInput) {
    const text = `${check}${times > 1 ? ` (${times} times)` : ""}`;
    const checks = reasons.get(reason);
    if (checks) checks.push(text);
    else reasons.set(reason, [text]);
  }
  return [...reasons]
    .map(([reason, checks]) => ({ reason, checks }))
    .sort((a, b) => a.checks.length - b.checks.length || (a.reason < b.reason ? -1 : 1));
}
