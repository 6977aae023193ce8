/** What `svcrules diff` does. */
import { diffCaptures } from "../../lib/node/diff-captures.js";
import { diffExit, takePartial } from "../../lib/node/diff-exit.js";
import { groupCaptures, holdsObjects } from "../../lib/node/group-captures.js";
import { coverageWords } from "../../lib/diff/coverage.js";
import type { DiffReport } from "../../lib/diff/types.js";
import { chunked } from "../../lib/render/chunks.js";
import { findingsOfChanges, findingsOfCoverage } from "../../lib/report/from-changes.js";
import type { Report } from "../../lib/report/types.js";
import type { Source } from "../../lib/source/source.js";
import { usesColor } from "../color.js";
import { UsageError } from "../errors.js";
import { compareNodes } from "../fleet/compare-nodes.js";
import type { DiffResult } from "../../lib/node/diff-result.js";
import { keepFor, OUTPUTS, type Output } from "../fleet/node-result.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf, loadInputs } from "../load.js";
import { choiceOf, stringOf, stringsOf, wishesOf, type Args } from "../options.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { diagnosticsReport, onStderr, reportOwnsStdout, reportTargetsOf, writeReports } from "../reports.js";
import { partOf, shardOf } from "../shard.js";
import type { ExitCode, Terminal } from "../terminal.js";

export async function runDiff(args: Args, terminal: Terminal): Promise<ExitCode> {
  const output = choiceOf(args, "output", OUTPUTS) ?? "text";
  const targets = reportTargetsOf(args);
  const reporter = makeReporter(args, terminal);
  const made = hasCaptures(args)
    ? await diffTwoCaptures(args, terminal, reporter, output)
    : await diffNodes(args, terminal, reporter, output);
  const diffs = args["allowPartial"] === true ? made.map(takePartial) : made;
  reporter.add(diffs.flatMap((diff) => diff.diagnostics));
  reporter.flush();
  await write(diffs, output, args, reportOwnsStdout(targets) ? onStderr(terminal) : terminal);
  if (targets.length > 0) writeReports(targets, reportOf(diffs, args, reporter, terminal), terminal);
  if (reporter.failed() || (diffs.length === 0 && !shardOf(args, terminal))) return 2;
  const exit = diffs.some(({ report }) => !report) ? 2 : diffExit(reportsOf(diffs), args["allowPartial"] === true);
  return exit === 1 && args["exitZero"] === true ? 0 : exit;
}

function reportsOf(diffs: readonly DiffResult[]): DiffReport[] {
  return diffs.flatMap(({ report }) => report ?? []);
}

/** Each node is a check of the report; what no line of a capture shows stands at the capture as a whole. */
function reportOf(diffs: readonly DiffResult[], args: Args, reporter: Reporter, terminal: Terminal): Report {
  const reports = reportsOf(diffs);
  const isAllowed = args["allowPartial"] === true;
  const files = [...stringsOf(args, "node-file"), ...stringsOf(args, "after")];
  const capture = files.length === 1 && files[0] !== "-" ? files[0] : undefined;
  const nameOf = ({ node, ipFamily, mode }: DiffReport) => `${node || "node"} (${mode}, ${ipFamily})`;
  const findings = reports.flatMap((report) => [
    ...findingsOfCoverage(report.coverage, nameOf(report), isAllowed),
    ...findingsOfChanges(report.changes, nameOf(report), capture),
  ]);
  return { ...diagnosticsReport("diff", args, reporter, terminal, findings), checks: reports.map(nameOf) };
}

function hasCaptures(args: Args): boolean {
  const sides = [stringsOf(args, "before"), stringsOf(args, "after")];
  if (sides.every((side) => side.length === 0)) return false;
  if (sides.some((side) => side.length === 0)) throw new UsageError("--before and --after go together");
  if (stringsOf(args, "node-file").length > 0 || stringsOf(args, "manifests").length > 0)
    throw new UsageError("--before and --after take the place of NODE-FILE and --manifests");
  return true;
}

async function open(files: readonly string[], terminal: Terminal, reporter: Reporter): Promise<readonly Source[]> {
  const { sources, diagnostics } = await openInputs(files, terminal, { everyFile: true });
  reporter.add(diagnostics);
  return sources;
}

async function diffTwoCaptures(
  args: Args,
  terminal: Terminal,
  reporter: Reporter,
  output: Output,
): Promise<DiffResult[]> {
  const before = await open(stringsOf(args, "before"), terminal, reporter);
  const after = await open(stringsOf(args, "after"), terminal, reporter);
  return reporter.failed() ? [] : [keepFor(await diffCaptures(before, after, wishesOf(args)), output)];
}

async function diffNodes(args: Args, terminal: Terminal, reporter: Reporter, output: Output): Promise<DiffResult[]> {
  const files = stringsOf(args, "node-file");
  if (files.length === 0)
    throw new UsageError(
      "no NODE-FILE given",
      "name the output of iptables-save, ipvsadm-save or nft list ruleset, or - for stdin",
    );
  // The same command lines as people write them: objects may stand among the node files.
  const opened = await open(files, terminal, reporter);
  const objects = opened.filter(holdsObjects).map(({ name }) => name);
  const captures = opened.filter((source) => !holdsObjects(source));
  if (captures.length === 0 && !reporter.failed())
    throw new UsageError(`${files.join(", ")}: Kubernetes objects, and no capture of a node`);
  const manifests = [...stringsOf(args, "manifests"), ...stringsOf(args, "filename"), ...objects];
  const inputs = manifests.length > 0 ? manifests : inputsOf(args, "manifests", terminal);
  const loaded = await loadInputs(inputs, args, terminal, reporter, { rulesOnly: true });
  if (!loaded || reporter.failed()) return [];
  const wanted = stringOf(args, "node");
  const names = loaded.cluster.nodes.map(({ metadata }) => metadata.name);
  const all = wanted === undefined ? groupCaptures(captures, names) : [{ node: wanted, sources: captures }];
  const groups = partOf(all, shardOf(args, terminal));
  return reporter.timed("compare", () => compareNodes({ args, loaded, groups, output }, inputs, files, terminal));
}

async function write(diffs: readonly DiffResult[], output: Output, args: Args, terminal: Terminal): Promise<void> {
  const reports = reportsOf(diffs);
  if (reports.length === 0) return;
  for (const chunk of chunked(await linesOf(diffs, reports, output, args, terminal)))
    if (!terminal.write(chunk)) return;
}

async function linesOf(
  diffs: readonly DiffResult[],
  reports: readonly DiffReport[],
  output: Output,
  args: Args,
  terminal: Terminal,
): Promise<Iterable<string>> {
  switch (output) {
    case "json":
      return (await import("../../lib/render/diff-json.js")).diffJsonLines(reports);
    case "jsonl":
      return reports.map((report) => JSON.stringify(report));
    case "html":
      return htmlLines(diffs);
    case "patch":
      return diffs.flatMap((diff) => [...diff.patch()]);
    case "unified": {
      const { renderDiffUnified } = await import("../../lib/render/diff-unified.js");
      return diffs.flatMap((diff) => [...renderDiffUnified(diff.sections(), diff.report?.node ?? "")]);
    }
    case "text": {
      const options = { color: usesColor(args, terminal), columns: terminal.columns };
      if (reports.length > 1) return (await import("../../lib/render/diff-nodes.js")).renderNodesText(reports, options);
      return (await import("../../lib/render/diff-text.js")).renderDiffText(reports[0]!, options);
    }
  }
}

/** One page for one node: a fleet has the other forms. */
async function htmlLines(diffs: readonly DiffResult[]): Promise<Iterable<string>> {
  const [diff, ...others] = diffs.filter(({ report }) => report);
  if (others.length > 0) throw new UsageError("--output html shows one node", "choose it with --node NAME");
  const { renderHtml } = await import("../../lib/render/graph-html.js");
  const { mode, node, kubeVersion, ipFamily, coverage } = diff!.report!;
  const title = [mode, ...(node ? [node] : []), `Kubernetes ${kubeVersion}`, ipFamily, coverageWords(coverage)].join(
    ", ",
  );
  return renderHtml(diff!.graphs(), { title }, diff!.report!.changes);
}
