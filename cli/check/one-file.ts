/** `svcrules compile ... --golden FILE`: one artifact against one golden file. */
import { resolve } from "node:path";
import { prepareCompile } from "../../lib/api/compile.js";
import { ARTIFACTS_OF_MODE } from "../../lib/pipeline/artifacts.js";
import { inputsDigest } from "../../lib/check/inputs-digest.js";
import { chunked } from "../../lib/render/chunks.js";
import { renderCheckText, type GoldenFileView } from "../../lib/render/check-text.js";
import type { CompileOutcome, CompileRun } from "../compile/run-compile.js";
import { usesColor } from "../color.js";
import { writeFileAtomically } from "../io/write-output.js";
import { writing } from "../io/writing.js";
import { reportOwnsStdout, reportTargetsOf } from "../reports.js";
import { compareJob } from "./compare-job.js";
import { findingsOf, tellTrouble, type Trouble } from "./outcomes.js";
import { servicePlaces } from "./service-places.js";
import { shellWords } from "./shell-words.js";

/** Compares, or with --update writes. Diagnostics are flushed, text is printed. */
export async function compareOneFile(file: string, run: CompileRun): Promise<CompileOutcome> {
  const { sources, options, request, terminal, reporter } = run;
  const { job, diagnostics: read } = prepareCompile(sources, options);
  reporter.add(read);
  if (!job) {
    reporter.flush();
    return { code: 2, findings: [] };
  }
  const { situation } = job;
  const { artifact = ARTIFACTS_OF_MODE[situation.mode][0]!, format = "restore" } = options;
  const tool = `svcrules ${terminal.version ?? ""}`.trimEnd();
  const inputs = inputsDigest(sources, ({ name }) => name);
  const isAssumed = reporter.all().some(({ code }) => code === "version-assumed");
  const { artifacts, diagnostics } = await compareJob(
    {
      ...job,
      release: isAssumed ? "newest" : situation.version.text,
      inputs,
      format,
      artifacts: [{ name: artifact, format, file }],
    },
    { root: terminal.cwd, tool, nameOf: (name) => name },
  );
  reporter.add(diagnostics);
  reporter.flush();
  const compared = artifacts[0];
  if (reporter.failed() || !compared) return { code: 2, findings: [] };
  const say = reportOwnsStdout(reportTargetsOf(request.report)) ? terminal.warn : terminal.write;
  const show = (view: GoldenFileView) => {
    for (const line of renderCheckText([view], usesColor(request, terminal))) say(`${line}\n`);
  };
  const plain = { file, isBad: false, changes: [], notes: [], diff: [] };
  const { outcome } = compared;
  if (outcome.kind === "same") {
    if (!request.quiet) show({ ...plain, state: "matches" });
    return { code: 0, findings: [] };
  }
  if (request.update) {
    writing(file, () => writeFileAtomically(resolve(terminal.cwd, file), chunked(compared.wanted())));
    show({ ...plain, state: outcome.kind === "missing" ? "created" : "updated" });
    return { code: 0, findings: [] };
  }
  const trouble: Trouble = {
    file,
    outcome,
    command: shellWords([
      ...terminal.programName.split(" "),
      ...(terminal.argv ?? ["compile", "--golden", file]),
      "--update",
    ]),
    tool,
    inputs,
    placesOf: request.report.length > 0 ? (names) => servicePlaces(job.cluster, names) : undefined,
  };
  const told = tellTrouble(trouble);
  show(told.view);
  return { code: 1, findings: findingsOf([told]) };
}
