/** svcrules impact: what a change does to every frontend. */
import {
  impact,
  impactFailures,
  namedInputs,
  selectionOf,
  UsageError,
  wishesOf,
  type ImpactOptions,
  type ImpactReport,
  type RequestOf,
} from "../../lib/index.js";
import { findingsOfDiagnostics } from "../../lib/report/from-diagnostics.js";
import { findingsOfImpact, IMPACT_EXPLANATIONS } from "../../lib/report/from-impact.js";
import { usesColor } from "../color.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf, openQuestion, printLines } from "../question.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { diagnosticsReport, onStderr, reportOwnsStdout, reportTargetsOf, writeReports } from "../reports.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { failingKinds, readAllowed } from "../impact/accepted.js";
import { hasWhatIfs, proxySettings, readWhatIfs } from "../impact/what-ifs.js";

type ImpactRequest = RequestOf<"impact">;

/** Frontends named for each change. */
const MOST_NAMED = 5;

export async function runImpact(request: ImpactRequest, terminal: Terminal): Promise<ExitCode> {
  const failing = failingKinds(request.failOn);
  const allowed = readAllowed(request.allow, terminal);
  const targets = reportTargetsOf(request.report);
  const inputs = inputsOf(namedInputs(request), terminal);
  checkInputs(inputs, request);
  const reporter = makeReporter(request, terminal);
  const { before, after, options } = await open(inputs, request, terminal, reporter);
  const ownsStdout = reportOwnsStdout(targets);
  const own = ownsStdout ? onStderr(terminal) : terminal;
  if (request.worst !== undefined) return printFailures(before, { ...options }, request, own, reporter);
  const { report, diagnostics } = await impact(before, after, { ...options, allowed });
  reporter.add(diagnostics);
  reporter.flush();
  const findings = report ? findingsOfImpact(report.changes, failing) : [];
  if (report) printLines(await linesOf(report, request, terminal, ownsStdout), own);
  writeReports(
    targets,
    report
      ? {
          tool: { name: "svcrules", version: terminal.version ?? "" },
          command: "impact",
          checks: [],
          findings: [...findingsOfDiagnostics(reporter.all(), request.strict), ...findings],
          explanations: IMPACT_EXPLANATIONS,
        }
      : diagnosticsReport("impact", request.strict, reporter, terminal),
    terminal,
  );
  if (!report || reporter.failed()) return 2;
  return findings.some(({ fails }) => fails) && !request.exitZero ? 1 : 0;
}

function checkInputs(inputs: readonly string[], request: ImpactRequest): void {
  if (inputs.length > 2)
    throw new UsageError(
      `impact takes two states, or one: ${inputs.length} were named`,
      "put the files of a state into one directory",
    );
  if (inputs.length === 2 && request.worst !== undefined)
    throw new UsageError("--worst asks about one state", "leave one of the inputs out");
  if (request.worst !== undefined && request.report.length > 0)
    throw new UsageError("--worst makes no findings for --report", "print it with -o json or -o markdown");
  if (inputs.length === 2 && inputs.every((input) => input === "-"))
    throw new UsageError("only one state can be read from stdin", "name a file for the other one");
  if (inputs.length === 1 && request.worst === undefined && !hasWhatIfs(request))
    throw new UsageError(
      "one state alone does not change",
      request.set.length > 0
        ? "--set PATH=VALUE overrides kube-proxy's configuration on both sides; of a Service it is --set 'NS/SERVICE PATH=VALUE'"
        : "name the state after, too, or say what changes: --drain NODE, --apply FILE, --worst N",
    );
}

async function open(inputs: readonly string[], request: ImpactRequest, terminal: Terminal, reporter: Reporter) {
  const { sources: before, options } = await openQuestion([inputs[0]!], request, terminal, reporter);
  const second = inputs[1] === undefined ? undefined : await openInputs([inputs[1]], terminal);
  const { whatIf, diagnostics } = await readWhatIfs(request, terminal);
  const asked: ImpactOptions = {
    ...options,
    ...wishesOf({ ...request, set: proxySettings(request), ipFamily: undefined }),
    ...selectionOf(request),
    opened: [...(options.opened ?? []), ...(second?.diagnostics ?? []), ...diagnostics],
    whatIf,
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
  reporter.add(diagnostics);
  reporter.flush();
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
