/** `svcrules compile ... --golden FILE`: one artifact against one golden file. */
import {
  compareGoldenFile,
  findingsOfTroubles,
  reportOwnsStdout,
  reportTargetsOf,
  tellTrouble,
} from "../../lib/index.js";
import { renderCheckText, type GoldenFileView } from "../../lib/render/check-text.js";
import { usesColor } from "../color.js";
import type { CompileOutcome, CompileRun } from "../commands/compile.js";
import { saveLines } from "../save-lines.js";
import { openGolden } from "./open-golden.js";
import { shellWords } from "./shell-words.js";

/** Compares, or with --update writes. Diagnostics are flushed, text is printed. */
export async function compareOneFile(file: string, run: CompileRun): Promise<CompileOutcome> {
  const { sources, options, request, terminal, reporter } = run;
  const tool = `svcrules ${terminal.version ?? ""}`.trimEnd();
  const golden = openGolden(terminal.cwd, file);
  const { compared, diagnostics } = await compareGoldenFile(sources, { ...options, file, golden, tool });
  reporter.tell(diagnostics);
  if (reporter.failed() || !compared) return { code: 2, findings: [] };
  const say = reportOwnsStdout(reportTargetsOf(request.report)) ? terminal.warn : terminal.write;
  const show = (view: GoldenFileView) => {
    for (const line of renderCheckText([view], usesColor(request, terminal))) say(`${line}\n`);
  };
  const plain = { file, isBad: false, changes: [], notes: [], diff: [] };
  const { outcome, inputs } = compared;
  if (outcome.kind === "same") {
    if (!request.quiet) show({ ...plain, state: "matches" });
    return { code: 0, findings: [] };
  }
  if (request.update) {
    saveLines(terminal, file, compared.wanted());
    show({ ...plain, state: outcome.kind === "missing" ? "created" : "updated" });
    return { code: 0, findings: [] };
  }
  const words = terminal.argv ?? ["compile", "--golden", file];
  const command = shellWords([...terminal.programName.split(" "), ...words, "--update"]);
  const placesOf = request.report.length > 0 ? compared.placesOf : undefined;
  const told = tellTrouble({ file, outcome, command, tool, inputs, placesOf });
  show(told.view);
  return { code: 1, findings: findingsOfTroubles([told]) };
}
