/** What doctor found, as text: worst first, each finding with its evidence, reason and remedy. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";

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

function placeText({ file, line }: EvidenceLine): string {
  return file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** "2 errors, 1 warning, 3 notices", and what was not decided or not shown. */
export function summaryLine({ findings, notEnoughInput, suppressed }: DoctorView): string {
  const of = (severity: FindingView["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const undecided = new Set(notEnoughInput.map(({ check }) => check)).size;
  return [
    `${plural(of("error"), "error")}, ${plural(of("warning"), "warning")}, ${plural(of("info"), "notice")}`,
    ...(undecided > 0 ? [`${plural(undecided, "check")} had not enough input`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ].join("; ");
}

/** Lines of the report. Everything from the input is escaped. */
export function* doctorLines(view: DoctorView, options: { readonly color?: boolean } = {}): Generator<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const paint = { error: chalk.red, warning: chalk.yellow, info: chalk.cyan };
  for (const { check, severity, subject, message, why, change, evidence } of view.findings) {
    yield `${paint[severity](severity)} ${chalk.bold(printable(subject === "" ? message : `${subject}: ${message}`))} ${chalk.dim(`[${check}]`)}`;
    for (const item of evidence) yield `  ${printable(`${placeText(item)}${item.text}`)}`;
    yield `  why: ${printable(why)}`;
    yield `  change: ${printable(change)}`;
    yield "";
  }
  for (const { check, reason, times } of view.notEnoughInput)
    yield printable(`not enough input: ${check}: ${reason}${times > 1 ? ` (${times} times)` : ""}`);
  if (view.notEnoughInput.length > 0) yield "";
  yield summaryLine(view);
}
