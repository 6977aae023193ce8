/** What a change does, as a comment on a pull request: short, with the details folded. */
import { printable } from "../util/printable.js";
import { IMPACT_KINDS, type ImpactChange, type ImpactReport } from "../results/impact-report.js";
import { frontendLines, IMPACT_MEANINGS, IMPACT_TITLES, summaryWords, workWords } from "./impact-words.js";

/** Changes of a kind that are shown; comments have a limit. */
const MOST_CHANGES = 10;
const MOST_LINES = 50;
/** Told in the comment itself; the rest is folded. */
const OPEN_KINDS: ReadonlySet<string> = new Set(["lost", "exposed", "policy"]);

/** Lines of GitHub's Markdown. Nothing of the input is taken for markup. */
export function* renderImpactMarkdown(report: ImpactReport): Iterable<string> {
  yield "<!-- svcrules impact -->";
  yield `### svcrules impact: ${report.changed ? escaped(summaryWords(report)) : "no frontend changes"}`;
  yield "";
  const compared = report.edits.length > 0 ? report.edits.join(", ") : `${report.before.name} to ${report.after.name}`;
  yield `${escaped(compared)}; ${report.after.services} Services, ${report.after.nodes} nodes`;
  for (const kind of IMPACT_KINDS) {
    const changes = report.changes.filter((change) => change.kind === kind);
    if (changes.length === 0) continue;
    yield "";
    if (OPEN_KINDS.has(kind)) yield `**${IMPACT_TITLES[kind]}**: ${IMPACT_MEANINGS[kind]}`;
    else
      yield `<details><summary><b>${IMPACT_TITLES[kind]}</b>: ${IMPACT_MEANINGS[kind]} (${changes.length})</summary>`;
    yield "";
    for (const change of changes.slice(0, MOST_CHANGES)) yield* changeLines(change);
    if (changes.length > MOST_CHANGES) yield `- and ${changes.length - MOST_CHANGES} more`;
    if (!OPEN_KINDS.has(kind)) yield "";
    if (!OPEN_KINDS.has(kind)) yield "</details>";
  }
  yield* listed(
    "Endpoints",
    report.endpoints.map(
      ({ service, before, after, kept }) =>
        `${service} keeps ${kept} of ${before} ready endpoints${after > kept ? `, ${after - kept} new` : ""}`,
    ),
  );
  yield* listed("Rules", workWords(report));
  yield* listed(
    "Not decided",
    report.undecided.map(({ subject, reason }) => `${subject}: ${reason}`),
  );
}

function* changeLines(change: ImpactChange): Iterable<string> {
  yield `- ${escaped(change.message)}${change.allowed ? " (accepted)" : ""}`;
  const named = change.count > 1 ? [...frontendLines(change.frontends), ...change.details] : change.details;
  for (const line of named.slice(0, MOST_LINES)) yield `  - ${escaped(line)}`;
  if (named.length > MOST_LINES) yield `  - and ${named.length - MOST_LINES} more`;
}

function* listed(title: string, lines: readonly string[]): Iterable<string> {
  if (lines.length === 0) return;
  yield "";
  yield `<details><summary><b>${title}</b> (${lines.length})</summary>`;
  yield "";
  for (const line of lines.slice(0, MOST_LINES)) yield `- ${escaped(line)}`;
  if (lines.length > MOST_LINES) yield `- and ${lines.length - MOST_LINES} more`;
  yield "";
  yield "</details>";
}

/** Text that Markdown takes for nothing but text, on one line: no mention, link, tag or list. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>|@`*_~[\]\\#!]/g, (c) => `&#${c.charCodeAt(0)};`);
}
