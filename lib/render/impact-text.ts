/** What a change does, as text. */
import { Chalk } from "chalk";
import { printable } from "../util/printable.js";
import { IMPACT_KINDS, type ImpactChange, type ImpactReport } from "../results/impact-report.js";
import { frontendLines, IMPACT_MEANINGS, IMPACT_TITLES, sideWords, summaryWords, workWords } from "./impact-words.js";
import { wrap } from "./wrap.js";

export interface ImpactTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Frontends and details named for each change; all of them when left out. */
  readonly most?: number;
}

/** Lines. Everything from the input is escaped. */
export function* renderImpactText(report: ImpactReport, options: ImpactTextOptions): Iterable<string> {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const { columns, most = Infinity } = options;
  const para = (text: string, indent: string) => wrap(printable(text), columns, indent, `${indent}  `);
  yield* para(`before: ${sideWords(report.before)}`, "");
  yield* para(`after:  ${report.edits.length > 0 ? `${report.edits.join(", ")}: ` : ""}${sideWords(report.after)}`, "");
  for (const line of para(summaryWords(report), "")) yield chalk.bold(line);
  for (const kind of IMPACT_KINDS) {
    const changes = report.changes.filter((change) => change.kind === kind);
    if (changes.length === 0) continue;
    yield "";
    const [first = "", ...rest] = para(`${IMPACT_TITLES[kind]}: ${IMPACT_MEANINGS[kind]}`, "");
    yield first.replace(IMPACT_TITLES[kind], (title) => chalk.bold(title));
    yield* rest;
    for (const change of changes) yield* changeLines(change, most, para);
  }
  if (report.endpoints.length > 0) {
    yield "";
    yield chalk.bold("Endpoints");
    for (const { service, before, after, kept } of report.endpoints.slice(0, most)) {
      const fresh = after - kept > 0 ? `, ${after - kept} new` : "";
      yield* para(`${service} keeps ${kept} of ${before} ready endpoints${fresh}`, "  ");
    }
    if (report.endpoints.length > most)
      yield `  and ${report.endpoints.length - most} more Services (--all names them)`;
  }
  const work = workWords(report);
  if (work.length > 0) yield "";
  if (work.length > 0) yield chalk.bold("Rules");
  for (const line of work) yield* para(line, "  ");
  if (report.undecided.length > 0) {
    yield "";
    yield chalk.bold("Not decided");
    for (const { subject, reason } of report.undecided) yield* para(`${subject}: ${reason}`, "  ");
  }
  for (const note of report.notes) yield* para(`note: ${note}`, "");
}

function* changeLines(
  change: ImpactChange,
  most: number,
  para: (text: string, indent: string) => string[],
): Iterable<string> {
  yield* para(`${change.message}${change.allowed ? " (accepted)" : ""}`, "  ");
  const named = change.count > 1 ? frontendLines(change.frontends) : [];
  const lines = [
    ...named,
    ...(change.count > 1 || change.kind === "names" || change.kind === "policy" ? change.details : []),
  ];
  for (const line of lines.slice(0, most)) yield* para(`- ${line}`, "    ");
  if (lines.length > most) yield `    and ${lines.length - most} more (--all names them)`;
}
