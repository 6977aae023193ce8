/** `svcrules compile ... --golden FILE`: one artifact against one golden file. */
import { resolve } from "node:path";
import { ARTIFACTS_OF_MODE, type ArtifactName, type Format } from "../../lib/pipeline/artifacts.js";
import { inputsDigest } from "../../lib/check/inputs-digest.js";
import { chunked } from "../../lib/render/chunks.js";
import { renderCheckText, type GoldenFileView } from "../../lib/render/check-text.js";
import type { Finding } from "../../lib/report/types.js";
import type { Situation } from "../../lib/pipeline/situation.js";
import { usesColor } from "../color.js";
import { writeFileAtomically } from "../io/write-output.js";
import { writing } from "../io/writing.js";
import type { Loaded } from "../load.js";
import { filterOf, stringsOf, type Args } from "../options.js";
import type { Reporter } from "../reporter.js";
import { reportOwnsStdout, reportTargetsOf } from "../reports.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { compareJob } from "./compare-job.js";
import { findingsOf, tellTrouble, type Trouble } from "./outcomes.js";
import { servicePlaces } from "./service-places.js";
import { shellWords } from "./shell-words.js";

export interface GoldenRun {
  readonly file: string;
  readonly loaded: Loaded;
  readonly situation: Situation;
  readonly artifact: ArtifactName | undefined;
  readonly format: Format;
  readonly args: Args;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
}

export interface GoldenResult {
  readonly code: ExitCode;
  readonly findings: readonly Finding[];
}

/** Compares, or with --update writes. Diagnostics are flushed, text is printed. */
export async function compareOneFile(run: GoldenRun): Promise<GoldenResult> {
  const { file, loaded, situation, artifact, format, args, terminal, reporter } = run;
  const tool = `svcrules ${terminal.version ?? ""}`.trimEnd();
  const inputs = inputsDigest(loaded.sources, ({ name }) => name);
  const isAssumed = reporter.all().some(({ code }) => code === "version-assumed");
  const { artifacts, diagnostics } = await compareJob(
    {
      cluster: loaded.cluster,
      situation,
      filter: filterOf(args),
      release: isAssumed ? "newest" : situation.version.text,
      inputs,
      format,
      artifacts: [{ name: artifact ?? ARTIFACTS_OF_MODE[situation.mode][0]!, format, file }],
    },
    { root: terminal.cwd, tool, nameOf: (name) => name },
  );
  reporter.add(diagnostics);
  reporter.flush();
  const compared = artifacts[0];
  if (reporter.failed() || !compared) return { code: 2, findings: [] };
  const say = reportOwnsStdout(reportTargetsOf(args)) ? terminal.warn : terminal.write;
  const show = (view: GoldenFileView) => {
    for (const line of renderCheckText([view], usesColor(args, terminal))) say(`${line}\n`);
  };
  const plain = { file, isBad: false, changes: [], notes: [], diff: [] };
  const { outcome } = compared;
  if (outcome.kind === "same") {
    if (args["quiet"] !== true) show({ ...plain, state: "matches" });
    return { code: 0, findings: [] };
  }
  if (args["update"] === true) {
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
    placesOf: stringsOf(args, "report").length > 0 ? (names) => servicePlaces(loaded.cluster, names) : undefined,
  };
  const told = tellTrouble(trouble);
  show(told.view);
  return { code: 1, findings: findingsOf([told]) };
}
