/** What `svcrules compile` does: prints, writes files, draws, or compares with a golden file. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  compileChunks,
  compileFiles,
  reportOwnsStdout,
  reportTargetsOf,
  selectionOf,
  UsageError,
  wishesOf,
  type CompileOptions,
  type RequestOf,
  type Source,
} from "../../lib/index.js";
import type { Finding } from "../../lib/report/types.js";
import { openNamed } from "../question.js";
import { makeReporter, type Reporter } from "../reporter.js";
import { saveChunks, saveLines } from "../save-lines.js";
import type { ExitCode, Terminal } from "../terminal.js";

export type CompileRequest = RequestOf<"compile">;

/** Everything a form of the command needs. */
export interface CompileRun {
  readonly sources: readonly Source[];
  readonly options: CompileOptions;
  readonly request: CompileRequest;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
}

export interface CompileOutcome {
  readonly code: ExitCode;
  /** Of the golden file. */
  readonly findings: readonly Finding[];
}

/** Compiles and, where asked for, writes reports of what was said about the input. */
export async function runCompile(request: CompileRequest, terminal: Terminal): Promise<ExitCode> {
  if (request.update) {
    const { refuseWritingInCI } = await import("../check/ci.js");
    refuseWritingInCI("--update", terminal);
  }
  const reporter = makeReporter(request, terminal);
  if (request.report.length === 0) return (await compileTo(request, terminal, reporter)).code;
  const { onStderr, writeReports, reportOf } = await import("../reports.js");
  const targets = reportTargetsOf(request.report);
  const printsRules = request.golden === undefined && request.out === undefined;
  if (reportOwnsStdout(targets) && printsRules)
    throw new UsageError("--report: stdout is for the rules", "name a file for the report: --report FORMAT=FILE");
  const { code, findings } = await compileTo(request, terminal, reporter);
  // Workflow commands are read from stderr too, where they do not disturb the rules.
  const report = reportOf("compile", request, reporter, terminal, { findings });
  writeReports(targets, report, printsRules ? onStderr(terminal) : terminal);
  return code;
}

async function compileTo(request: CompileRequest, terminal: Terminal, reporter: Reporter): Promise<CompileOutcome> {
  const { output, golden, out } = request;
  const isDrawing = output === "mermaid" || output === "dot" || output === "html";
  if (golden !== undefined && isDrawing) throw new UsageError(`--golden: ${output} is no format of golden files`);
  const opened = await openNamed(request, terminal, reporter);
  const own = { artifact: request.artifact, format: isDrawing ? undefined : output };
  const options = { ...opened.options, ...wishesOf(request), ...selectionOf(request), ...own };
  const run = { sources: opened.sources, options, request, terminal, reporter };
  if (isDrawing) return { code: await (await import("../compile/draw.js")).draw(output, run), findings: [] };
  if (golden !== undefined) return (await import("../check/one-file.js")).compareOneFile(golden, run);
  if (out !== undefined && isDirectory(terminal, out)) return { code: await writeAll(out, run), findings: [] };
  return { code: await writeOne(out, run), findings: [] };
}

/** A name that ends in a slash, or an existing directory. */
function isDirectory({ cwd }: Terminal, path: string): boolean {
  if (path.endsWith("/")) return true;
  try {
    return statSync(resolve(cwd, path)).isDirectory();
  } catch {
    return false; // not there, or a file in its way: writing will say so
  }
}

/** One artifact, to a file or to stdout. */
async function writeOne(
  path: string | undefined,
  { sources, options, terminal, reporter }: CompileRun,
): Promise<ExitCode> {
  const { chunks, diagnostics } = await compileChunks(sources, options);
  reporter.tell(diagnostics);
  if (!chunks) return 2;
  if (path !== undefined) return saveChunks(terminal, path, chunks);
  reporter.timed("print", () => {
    for (const chunk of chunks) if (!terminal.write(chunk)) break;
  });
  return 0;
}

/** Every artifact of both families, and in IPVS mode the script that loads them. */
async function writeAll(directory: string, { sources, options, terminal, reporter }: CompileRun): Promise<ExitCode> {
  const { files, diagnostics } = await compileFiles(sources, options);
  reporter.tell(diagnostics);
  if (!files) return 2;
  for await (const { name, texts, isExecutable } of files)
    saveLines(terminal, join(directory, name), texts, isExecutable ? 0o755 : undefined);
  return 0;
}
