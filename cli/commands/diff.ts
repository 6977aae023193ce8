/** What `svcrules diff` does. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  captureFiles,
  chooseCaptures,
  diffPairs,
  diffExit,
  groupCaptures,
  holdsObjects,
  inputHolding,
  missedNodes,
  partOf,
  prepareDiff,
  readingOf,
  reportOwnsStdout,
  reportTargetsOf,
  selectionOf,
  shardOf,
  splitBundles,
  takePartial,
  UsageError,
  wholePatch,
  withCapture,
  wishesOf,
  type DiffReport,
  type DiffResult,
  type RequestOf,
  type Source,
} from "../../lib/index.js";
import { findingsOfNodes } from "../../lib/report/from-changes.js";
import { renderDiff } from "../../lib/render/diff-output.js";
import { checkName } from "../../lib/render/node-label.js";
import type { Report } from "../../lib/report/types.js";
import { styleOf } from "../color.js";
import { openInputs } from "../io/open-inputs.js";
import { inputsOf, openQuestion, printLines } from "../question.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { reportOf, onStderr, writeReports } from "../reports.js";
import { saveLines } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { compareNodes } from "../fleet/compare-nodes.js";
import { keepFor } from "../fleet/node-result.js";
import { checkPatchTarget, writePatches } from "../fleet/write-patches.js";

type DiffRequest = RequestOf<"diff">;

export async function runDiff(request: DiffRequest, terminal: Terminal): Promise<ExitCode> {
  const targets = reportTargetsOf(request.report);
  const shard = shardOf(request.shard, terminal.env["JOB_COMPLETION_INDEX"]);
  const reporter = makeReporter(request, terminal);
  const made = hasCaptures(request)
    ? await diffTwoCaptures(request, terminal, reporter)
    : await diffNodes(request, terminal, reporter);
  const diffs = request.allowPartial ? made.map(takePartial) : made;
  reporter.tell([...reporter.atEnd, ...diffs.flatMap((diff) => diff.diagnostics)]);
  await write(diffs, request, reportOwnsStdout(targets) ? onStderr(terminal) : terminal);
  if (targets.length > 0) writeReports(targets, diffReportOf(diffs, request, reporter, terminal), terminal);
  if (reporter.failed() || (diffs.length === 0 && !shard)) return 2;
  const exit = diffs.some(({ report }) => !report) ? 2 : diffExit(reportsOf(diffs), request.allowPartial);
  return exit === 1 && request.exitZero ? 0 : exit;
}

function reportsOf(diffs: readonly DiffResult[]): DiffReport[] {
  return diffs.flatMap(({ report }) => report ?? []);
}

/** Each node is a check of the report; what no line of a capture shows stands at the capture as a whole. */
function diffReportOf(
  diffs: readonly DiffResult[],
  request: DiffRequest,
  reporter: Reporter,
  terminal: Terminal,
): Report {
  const { nodeFile, after, allowPartial } = request;
  const reports = reportsOf(diffs);
  const files = [...nodeFile, ...after];
  const capture = files.length === 1 && files[0] !== "-" ? files[0] : undefined;
  const findings = findingsOfNodes(reports, { capture, allowPartial });
  return reportOf("diff", request, reporter, terminal, { findings, checks: reports.map(checkName) });
}

function hasCaptures(request: DiffRequest): boolean {
  const { before, after, nodeFile, manifests, filename } = request;
  if (before.length + after.length === 0) return false;
  if (before.length === 0 || after.length === 0) throw new UsageError("--before and --after go together");
  if (nodeFile.length + manifests.length + filename.length > 0)
    throw new UsageError("--before and --after take the place of NODE-FILE and --manifests");
  const { service, namespace, selector } = selectionOf(request);
  if (service !== undefined || namespace !== undefined || selector !== undefined)
    throw new UsageError("--before and --after compare all that two captures hold: they select no Services");
  return true;
}

async function open(
  files: readonly string[],
  request: DiffRequest,
  terminal: Terminal,
  reporter: Reporter,
): Promise<readonly Source[]> {
  const { sources, diagnostics } = await openInputs(files, terminal, { ...readingOf(request), everyFile: true });
  reporter.addOpened(diagnostics);
  return sources;
}

async function diffTwoCaptures(request: DiffRequest, terminal: Terminal, reporter: Reporter): Promise<DiffResult[]> {
  const before = { named: request.before, sources: await open(request.before, request, terminal, reporter) };
  const after = { named: request.after, sources: await open(request.after, request, terminal, reporter) };
  if (reporter.failed() || reporter.atEnd.length > 0) return [];
  const { results, diagnostics } = await diffPairs(before, after, wishesOf(request));
  reporter.add(diagnostics);
  return reporter.failed() ? [] : results.map((made) => keepFor(made, request.output));
}

const MANIFESTS_HINT = "name the cluster's objects, too: --manifests dump.json";
const CAPTURE_HINT = "name the output of iptables-save, ipvsadm-save or nft list ruleset, or - for stdin";

async function diffNodes(request: DiffRequest, terminal: Terminal, reporter: Reporter): Promise<DiffResult[]> {
  const files = request.nodeFile;
  if (files.length === 0) throw new UsageError("no NODE-FILE given", CAPTURE_HINT);
  // The same command lines as people write them: objects may stand among the node files.
  const opened = await open(files, request, terminal, reporter);
  const bundles = splitBundles(opened);
  const holding = bundles.objects.filter(holdsObjects);
  // A stream gives its bytes once; a part of an archive has no name that can be opened.
  const inBundle = (name: string) => bundles.roots.find((root) => name.startsWith(root));
  const kept = opened.filter((source) => {
    const root = inBundle(source.name);
    return root === undefined ? holding.includes(source) && !isOnDisk(source.name, terminal) : isStreamed(root);
  });
  const objects = [
    ...new Set(
      holding.filter((source) => !kept.includes(source)).map(({ name }) => inputHolding(name, bundles.roots, files)),
    ),
  ];
  const found = captureFiles(bundles.others, files);
  const isNone = found.length + bundles.nodes.length === 0;
  if (isNone && reporter.atEnd.length === 0 && !reporter.failed()) {
    const message = `${files.join(", ")}: ${holding.length > 0 ? "Kubernetes objects, and " : ""}no capture of a node`;
    reporter.add([{ code: "capture-empty", severity: "error", message, notes: [CAPTURE_HINT] }]);
    return [];
  }
  const named = [...request.manifests, ...request.filename, ...objects];
  if ((isNone || reporter.failed()) && named.length === 0) return [];
  const inputs = kept.length > 0 ? named : inputsOf(named, terminal, MANIFESTS_HINT);
  const { sources: read, options } = await openQuestion(inputs, request, terminal, reporter);
  const sources = [...read, ...kept];
  const { prepared, diagnostics } = prepareDiff(sources, { ...options, ...wishesOf(request), ...selectionOf(request) });
  reporter.add(diagnostics);
  if (!prepared || isNone || reporter.failed()) return [];
  const { node } = request;
  const captures = captureFiles(bundles.others, files, prepared.nodeNames);
  const isAsked = (own: { readonly node: string }) => node === undefined || own.node === node;
  const bundled = bundles.nodes.filter(isAsked);
  reporter.add(missedNodes(bundles, captures, isAsked));
  const own = node === undefined ? undefined : chooseCaptures(captures, node, prepared.nodeNames, "note");
  reporter.add([...(own?.diagnostics ?? []), ...wholePatch(request)]);
  if (reporter.failed()) return [];
  const single = own ? [{ node, sources: own.captures }] : groupCaptures(captures, prepared.nodeNames);
  const all = [...bundled, ...(captures.length > 0 || bundled.length === 0 ? single : [])];
  const groups = partOf(all, shardOf(request.shard, terminal.env["JOB_COMPLETION_INDEX"]));
  if (groups.length === 0)
    reporter.add([{ code: "shard-empty", severity: "note", message: `none of ${all.length} nodes is in this shard` }]);
  checkPatchTarget(request, groups.length);
  const made = await reporter.timed("compare", () =>
    compareNodes({ request, prepared, sources, groups }, [...inputs, ...kept.map(({ name }) => name)], files, terminal),
  );
  return all.length === 1 ? made : made.map((diff, i) => withCapture(diff, groups[i]!));
}

function isOnDisk(name: string, { cwd }: Terminal): boolean {
  return existsSync(resolve(cwd, name));
}

/** Whether a bundle came on stdin. */
function isStreamed(root: string): boolean {
  return root.startsWith("<stdin>");
}

async function write(diffs: readonly DiffResult[], request: DiffRequest, terminal: Terminal): Promise<void> {
  const { out, output } = request;
  if (out !== undefined && output === "patch") return writePatches(out, diffs, terminal);
  if (reportsOf(diffs).length === 0) return;
  const style = styleOf(out === undefined ? request : { ...request, color: "never" }, terminal);
  const lines = await renderDiff(output, diffs, style);
  if (out === undefined) printLines(lines, terminal);
  else saveLines(terminal, out, lines);
}
