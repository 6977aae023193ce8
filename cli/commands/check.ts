/** What `svcrules check` does. */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import {
  check,
  CHECK_EXPLANATIONS,
  findingsOfTroubles,
  reportOwnsStdout,
  reportTargetsOf,
  tellTrouble,
  UsageError,
  type CheckCase,
  type CheckedFile,
  type CheckFiles,
  type CheckResult,
  type GoldenTrouble,
  type ReportTarget,
  type RequestOf,
  type ToldTrouble,
} from "../../lib/index.js";
import { chunked } from "../../lib/render/chunks.js";
import { checkSummary, renderCheckText, type GoldenFileView } from "../../lib/render/check-text.js";
import { usesColor } from "../color.js";
import { openInputs } from "../io/open-inputs.js";
import { writeFileAtomically } from "../io/write-output.js";
import { writing } from "../io/writing.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { reportOf, writeReports } from "../reports.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { refuseWritingInCI } from "../check/ci.js";
import { findConfigFile, fromConfig, shownPath, type ConfigFile } from "../check/config-file.js";
import { findOrphans, type Orphan } from "../check/find-orphans.js";
import { openGolden } from "../check/open-golden.js";
import { shellWords } from "../check/shell-words.js";

type CheckRequest = RequestOf<"check">;

/** Everything a run of the command knows. */
interface Run {
  readonly request: CheckRequest;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
  readonly targets: readonly ReportTarget[];
  readonly config: ConfigFile;
  /** All cases of the file, and those to check. */
  readonly all: readonly CheckCase[];
  readonly cases: readonly CheckCase[];
  readonly tool: string;
}

/** What became of the golden files. */
interface Result {
  readonly troubles: readonly ToldTrouble[];
  /** Written or deleted. */
  readonly done: readonly GoldenFileView[];
  /** Every golden file that was looked at. */
  readonly files: readonly string[];
  /** Cases that could not be compiled. */
  readonly failedCases: number;
}

export async function runCheck(request: CheckRequest, terminal: Terminal): Promise<ExitCode> {
  const targets = reportTargetsOf(request.report);
  if (request.init) {
    refuseWritingInCI("--init", terminal);
    const { writeStartingFile } = await import("../check/init.js");
    return writeStartingFile(request, terminal);
  }
  if (request.update) refuseWritingInCI("--update", terminal);
  const reporter = makeReporter(request, terminal);
  const config = findConfigFile(request, terminal);
  const tool = `svcrules ${terminal.version ?? ""}`.trimEnd();
  const options = { cases: request.case, tool, timed: reporter.timed };
  const plan = await check(config.source, filesOf(config, terminal), options);
  if (plan.kind === "unknown-case") throw unknownCase(plan);
  reporter.add(plan.diagnostics);
  if (plan.kind === "failed" || (request.update && reporter.failed()))
    return finish({ request, terminal, reporter, targets }, undefined);
  const { all, cases } = plan;
  const run: Run = { request, terminal, reporter, targets, config, all, cases, tool };
  return finish(run, await reporter.timed("compare", () => compareAll(run, plan)));
}

function filesOf(config: ConfigFile, terminal: Terminal): CheckFiles {
  return {
    open: (names) => openInputs(names, terminal),
    golden: (file, directory) => openGolden(config.path, file, directory),
    shown: (path) => shownPath(path, config),
    named: (name) => fromConfig(name, config, terminal),
  };
}

function unknownCase({ name, near, all }: Extract<CheckResult, { kind: "unknown-case" }>): UsageError {
  const hint = near === undefined ? `cases: ${all.map((known) => known.name).join(", ")}` : `did you mean ${near}?`;
  return new UsageError(`--case ${name}: there is no such case`, hint);
}

type Plan = Extract<CheckResult, { kind: "checked" }>;

async function compareAll(run: Run, plan: Plan): Promise<Result> {
  const troubles: ToldTrouble[] = [];
  const done: GoldenFileView[] = [];
  const files: string[] = [];
  for await (const checked of plan.compare(run.reporter.add)) {
    files.push(shownPath(checked.file, run.config));
    const trouble = troubleOf(run, checked);
    if (!trouble) continue;
    if (run.request.update) done.push(writeGolden(run, checked, trouble));
    else troubles.push(tellTrouble(trouble));
  }
  for (const orphan of orphansOf(run, plan)) {
    const trouble = orphanTrouble(run, orphan);
    files.push(trouble.file);
    if (run.request.update && orphan.isOwn) done.push(deleteOrphan(orphan, trouble));
    else troubles.push(tellTrouble(trouble));
  }
  return { troubles, done, files, failedCases: plan.failed.size };
}

function troubleOf(run: Run, { file, outcome, caseName, inputs, placesOf }: CheckedFile): GoldenTrouble | undefined {
  if (outcome.kind === "same") return undefined;
  return {
    file: shownPath(file, run.config),
    outcome,
    command: updateCommand(run, caseName),
    tool: run.tool,
    inputs,
    placesOf: run.targets.length > 0 ? placesOf : undefined,
  };
}

function updateCommand({ terminal, config, all }: Run, name?: string): string {
  return shellWords([
    ...terminal.programName.split(" "),
    "check",
    ...(config.isDefault ? [] : [config.name]),
    "--update",
    ...(name === undefined || all.length === 1 ? [] : ["--case", name]),
  ]);
}

function writeGolden({ config }: Run, { file, wanted, outcome }: CheckedFile, trouble: GoldenTrouble): GoldenFileView {
  writing(trouble.file, () => writeFileAtomically(resolve(config.path, file), chunked(wanted())));
  const state = outcome.kind === "missing" ? "created" : "updated";
  return { file: trouble.file, state, isBad: false, changes: [], notes: [], diff: [] };
}

function deleteOrphan({ path }: Orphan, { file }: GoldenTrouble): GoldenFileView {
  writing(file, () => rmSync(path));
  return { file, state: "deleted: no case compiles it", isBad: false, changes: [], notes: [], diff: [] };
}

function orphansOf({ config, cases, all }: Run, { expected, failed }: Plan): Orphan[] {
  const own = cases.filter(({ name }) => !failed.has(name));
  const others = all.filter((checkCase) => !own.includes(checkCase));
  const inFull = (path: string) => resolve(config.path, path);
  const used = new Set(expected.map(inFull));
  return findOrphans(own, config.path, used, new Set(others.map(({ golden }) => inFull(golden))));
}

function orphanTrouble(run: Run, { path, isOwn }: Orphan): GoldenTrouble {
  return {
    file: shownPath(fromConfig(path, run.config, run.terminal), run.config),
    outcome: { kind: "orphaned", isOwn },
    command: isOwn ? updateCommand(run) : undefined,
    tool: run.tool,
    inputs: "",
    placesOf: undefined,
  };
}

/** Says everything: diagnostics on stderr, the text, the reports; gives the exit status. */
function finish(run: Pick<Run, "request" | "terminal" | "reporter" | "targets">, result: Result | undefined): ExitCode {
  const { request, terminal, reporter, targets } = run;
  reporter.flush();
  if (result) {
    const say = reportOwnsStdout(targets) ? terminal.warn : terminal.write;
    const views = [...result.done, ...result.troubles.map(({ view }) => view)];
    for (const line of renderCheckText(views, usesColor(request, terminal))) say(`${line}\n`);
    if (!request.quiet || result.troubles.length > 0) say(`${checkSummary(result)}\n`);
  }
  const findings = findingsOfTroubles(result?.troubles ?? []);
  const more = { checks: result?.files, findings, explanations: CHECK_EXPLANATIONS };
  writeReports(targets, reportOf("check", request, reporter, terminal, more), terminal);
  if (reporter.failed()) return 2;
  return result && result.troubles.length > 0 && !request.exitZero ? 1 : 0;
}
