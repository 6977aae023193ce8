/** svcrules impact: what a change does to every frontend. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  checkStates,
  createCollector,
  editsOf,
  failingKinds,
  impact,
  IMPACT_KINDS,
  impactFailures,
  namedInputs,
  parseAllowed,
  proxySettings,
  readingOf,
  readSource,
  reportOwnsStdout,
  reportTargetsOf,
  selectionOf,
  UsageError,
  wishesOf,
  type Diagnostic,
  type ImpactOptions,
  type ImpactReport,
  type RequestOf,
  type WhatIf,
} from "../../lib/index.js";
import { findingsOfImpact, IMPACT_EXPLANATIONS } from "../../lib/report/from-impact.js";
import { usesColor } from "../color.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf, openQuestion, printLines } from "../question.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { reportOf, onStderr, writeReports } from "../reports.js";
import type { ExitCode, Terminal } from "../terminal.js";

type ImpactRequest = RequestOf<"impact">;

/** Frontends named for each change. */
const MOST_NAMED = 5;

export async function runImpact(request: ImpactRequest, terminal: Terminal): Promise<ExitCode> {
  const failing = failingKinds(request.failOn);
  const allowed = readAllowed(request.allow, terminal);
  const targets = reportTargetsOf(request.report);
  const inputs = inputsOf(namedInputs(request), terminal);
  checkStates(inputs, request);
  const reporter = makeReporter(request, terminal);
  const { before, after, options } = await open(inputs, request, terminal, reporter);
  const ownsStdout = reportOwnsStdout(targets);
  const own = ownsStdout ? onStderr(terminal) : terminal;
  if (request.worst !== undefined) return printFailures(before, { ...options }, request, own, reporter);
  const { report, diagnostics } = await impact(before, after, { ...options, allowed });
  reporter.tell(diagnostics);
  const findings = report ? findingsOfImpact(report.changes, failing) : [];
  if (report) printLines(await linesOf(report, request, terminal, ownsStdout), own);
  const more = report && { findings, explanations: IMPACT_EXPLANATIONS };
  writeReports(targets, reportOf("impact", request, reporter, terminal, more), terminal);
  if (!report || reporter.failed()) return 2;
  return findings.some(({ fails }) => fails) && !request.exitZero ? 1 : 0;
}

async function open(inputs: readonly string[], request: ImpactRequest, terminal: Terminal, reporter: Reporter) {
  const { sources: before, options } = await openQuestion([inputs[0]!], request, terminal, reporter);
  const second = inputs[1] === undefined ? undefined : await openInputs([inputs[1]], terminal, readingOf(request));
  const edits = editsOf(request);
  const diagnostics: Diagnostic[] = [];
  const applied: WhatIf[] = [];
  for (const file of request.apply) applied.push(await readApply(file, request, terminal, diagnostics));
  const asked: ImpactOptions = {
    ...options,
    ...wishesOf({ ...request, set: proxySettings(request), ipFamily: undefined }),
    ...selectionOf(request),
    opened: [...(options.opened ?? []), ...(second?.diagnostics ?? []), ...diagnostics],
    // Manifests are applied first, then what else changes.
    whatIf: [...applied, ...edits],
    names: [inputs[0]!, inputs[1] ?? inputs[0]!],
  };
  return { before, after: second?.sources, options: asked };
}

async function linesOf(report: ImpactReport, request: ImpactRequest, terminal: Terminal, ownsStdout: boolean) {
  switch (request.output) {
    case "json":
      return (await import("../../lib/render/impact-json.js")).renderImpactJson(report);
    case "markdown":
      return (await import("../../lib/render/impact-markdown.js")).renderImpactMarkdown(report);
    case "text": {
      const { renderImpactText } = await import("../../lib/render/impact-text.js");
      const color = !ownsStdout && usesColor(request, terminal);
      return renderImpactText(report, { columns: terminal.columns, color, ...(!request.all && { most: MOST_NAMED }) });
    }
  }
}

async function printFailures(
  sources: Parameters<typeof impactFailures>[0],
  options: ImpactOptions,
  request: ImpactRequest,
  terminal: Terminal,
  reporter: Reporter,
): Promise<ExitCode> {
  const { failures, diagnostics } = impactFailures(sources, request.worst!, options);
  reporter.tell(diagnostics);
  if (!failures) return 2;
  const render = await import("../../lib/render/impact-failures.js");
  const most = request.all ? {} : { most: MOST_NAMED };
  const lines = {
    json: () => render.renderFailuresJson(failures),
    markdown: () => render.renderFailuresMarkdown(failures, most),
    text: () => render.renderFailuresText(failures, { columns: terminal.columns, ...most }),
  };
  printLines(lines[request.output](), terminal);
  if (reporter.failed()) return 2;
  return failures.some(({ lost }) => lost.length > 0) && !request.exitZero ? 1 : 0;
}

async function readApply(
  file: string,
  request: ImpactRequest,
  terminal: Terminal,
  diagnostics: Diagnostic[],
): Promise<WhatIf> {
  const opened = await openInputs([file], terminal, { ...readingOf(request), isInput: false });
  // Manifests may leave out what is there already, so that they are checked once they are laid over it.
  const collector = createCollector();
  for (const source of opened.sources) readSource(source, collector);
  const { cluster, diagnostics: read } = collector.finish();
  diagnostics.push(...opened.diagnostics, ...read.filter(({ severity }) => severity !== "note"));
  return { kind: "apply", name: file, manifests: cluster };
}

/** The lines of all files with accepted changes; undefined when none is named. */
function readAllowed(files: readonly string[], terminal: Terminal): string | undefined {
  if (files.length === 0) return undefined;
  return files.map((file) => checkedText(file, terminal)).join("\n");
}

function checkedText(file: string, terminal: Terminal): string {
  let text: string;
  try {
    text = readFileSync(resolve(terminal.cwd, file), "utf8");
  } catch {
    throw new UsageError(`--allow ${file}: the file cannot be read`);
  }
  const { wrong } = parseAllowed(text);
  if (wrong.length > 0)
    throw new UsageError(
      `--allow ${file}:${wrong[0]}: not KIND NS/SERVICE [FRONTEND]`,
      `kinds: ${IMPACT_KINDS.join(", ")}, * for any`,
    );
  return text;
}
