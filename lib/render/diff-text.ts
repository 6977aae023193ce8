/** Diff reports for people. */
import { Chalk, type ChalkInstance } from "chalk";
import { turnOf } from "../diff/capture-words.js";
import { coverageWords, type Coverage } from "../diff/coverage.js";
import type { Change, ChangeSeverity, DiffReport } from "../diff/types.js";
import { groupBy } from "../util/group-by.js";
import { printable } from "../util/printable.js";
import { wrap } from "./wrap.js";

export interface DiffTextOptions {
  readonly color: boolean;
  readonly columns: number;
}

const RANK: Readonly<Record<ChangeSeverity, number>> = { error: 0, warning: 1, info: 2 };
/** Rules shown of each side of a change. */
const MOST_RULES = 6;

/** One node: services by how badly they are hurt, then what belongs to none, assumptions, a summary line. */
export function* renderDiffText(report: DiffReport, options: DiffTextOptions): Generator<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const groups = [...groupBy(report.changes, (change) => change.service)].sort(([a, x], [b, y]) => {
    const worst = (changes: readonly Change[]) => Math.min(...changes.map(({ severity }) => RANK[severity]));
    const errors = (changes: readonly Change[]) => changes.filter(({ severity }) => severity === "error").length;
    return worst(x) - worst(y) || errors(y) - errors(x) || compareNames(a, b);
  });
  for (const [service, changes] of groups) {
    yield chalk.bold(service === undefined ? "kube-proxy's own chains" : printable(service));
    for (const change of changes) yield* changeLines(change, labelOf(change, report), chalk, options.columns);
    yield "";
  }
  const assumptions = isNothingCompared(report) ? [] : report.assumptions;
  for (const assumption of assumptions) yield* wrap(printable(assumption), options.columns, "assumed: ", "  ");
  if (assumptions.length > 0) yield "";
  yield* wrap(summaryOf(report), options.columns, "", "  ");
  const coverage = coverageLine(report);
  if (coverage !== undefined) yield* wrap(printable(coverage), options.columns, "", "  ");
}

function compareNames(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  return b === undefined || a < b ? -1 : 1;
}

function* changeLines(change: Change, label: string, chalk: ChalkInstance, columns: number): Generator<string> {
  const { severity, message, expected, actual, at } = change;
  const paint = { error: chalk.red, warning: chalk.yellow, info: chalk.cyan }[severity];
  const place = at ? `  ${chalk.dim(printable(`${at.file}:${at.line}`))}` : "";
  yield `  ${label === change.kind ? paint(severity) + " " : ""}${chalk.bold(label)}${place}`;
  for (const line of wrap(printable(message), columns, "    ", "    ")) yield line;
  for (const [sign, rules, color] of [
    ["-", expected, chalk.red],
    ["+", actual, chalk.green],
  ] as const) {
    const own = rules.filter((rule) => !(sign === "-" ? actual : expected).includes(rule));
    for (const rule of own.slice(0, MOST_RULES))
      for (const line of wrap(printable(withoutComment(rule)), columns, `    ${sign} `, "        ")) yield color(line);
    if (own.length > MOST_RULES) yield color(`    ${sign} ... and ${own.length - MOST_RULES} more`);
  }
}

/** The kind of a difference; between two captures what happened, which is neither right nor wrong. */
function labelOf(change: Change, { between }: DiffReport): string {
  return between === "captures" ? turnOf(change) : change.kind;
}

/** The service stands above; without its comment a rule fits a line. */
function withoutComment(rule: string): string {
  return rule.replace(/ -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/, "");
}

/** Then what was assumed for the comparison helps nobody. */
function isNothingCompared({ coverage, changes }: DiffReport): boolean {
  return coverage.compared === 0 && coverage.notCompared.length > 0 && changes.length === 0;
}

/** The last line: what was not compared; undefined where everything was there and compared. */
export function coverageLine({ coverage }: DiffReport): string | undefined {
  const { notCompared, notGiven } = coverage;
  const given = notGiven.length > 0 ? [`not given: ${notGiven.join(", ")}`] : [];
  if (notCompared.length > 0) return [coverageWords(coverage), ...given].join("; ");
  return given[0];
}

/** "node-1 (iptables, Kubernetes 1.36, IPv4): 5 services, 1 differs, 2 changes". */
export function summaryOf(report: DiffReport): string {
  const { node, mode, kubeVersion, ipFamily, summary, changes, coverage } = report;
  const family = ipFamily === "ipv6" ? "IPv6" : "IPv4";
  const version = kubeVersion === "" ? "" : `, Kubernetes ${kubeVersion}`;
  const head = `${printable(node || "the node")} (${mode}${version}, ${family})`;
  const services = `${summary.services} service${summary.services === 1 ? "" : "s"}`;
  const notes = changes.length - summary.changes;
  const also = notes > 0 ? `, ${notes} note${notes === 1 ? "" : "s"}` : "";
  if (summary.changes === 0) return `${head}: ${services}, ${agreement(coverage)}${also}`;
  const differ = `${summary.differing} differ${summary.differing === 1 ? "s" : ""}`;
  return `${head}: ${services}, ${differ}, ${summary.changes} change${summary.changes === 1 ? "" : "s"}${also}`;
}

/** A bare "no difference" means: everything was there, and compared. */
function agreement({ compared, notCompared, notGiven }: Coverage): string {
  if (compared === 0 && notCompared.length > 0) return "nothing compared";
  if (notCompared.length > 0) return "nothing differs in what was compared";
  return notGiven.length > 0 ? "no difference in what was given" : "no difference";
}
