/** What `svcrules compile` does. */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  ARTIFACT_NAMES,
  artifactTexts,
  ARTIFACTS_OF_MODE,
  compileMode,
  FORMATS,
  type ArtifactName,
  type Compiled,
  type Format,
  type JsonContext,
} from "../../lib/pipeline/artifacts.js";
import { backendInput } from "../../lib/pipeline/compile.js";
import type { IPFamily } from "../../lib/net/ip.js";
import { chunked } from "../../lib/render/chunks.js";
import type { Finding } from "../../lib/report/types.js";
import { settleSituation, type Situation } from "../../lib/pipeline/situation.js";
import { UsageError } from "../errors.js";
import { lineOfServicePort } from "../../lib/api/compile-sources.js";
import { inputsOf, loadInputs, type Loaded } from "../load.js";
import { choiceOf, filterOf, stringOf, stringsOf, wishesOf, type Args } from "../options.js";
import { saveLines } from "../save-lines.js";
import { makeReporter, type Reporter } from "../reporter.js";
import type { ExitCode, Terminal } from "../terminal.js";
import { checkFilter } from "../check-filter.js";
import { GRAPH_FORMATS, isGraphFormat } from "./graph-formats.js";

/** Compiles and, where asked for, writes reports of what was said about the input. */
export async function runCompile(args: Args, terminal: Terminal): Promise<ExitCode> {
  const golden = stringOf(args, "golden");
  if (args["update"] === true) {
    const { refuseWritingInCI } = await import("../check/ci.js");
    refuseWritingInCI("--update", terminal);
  }
  const reporter = makeReporter(args, terminal);
  if (stringsOf(args, "report").length === 0) return (await compileTo(args, terminal, reporter)).code;
  const { reportTargetsOf, reportOwnsStdout, onStderr, writeReports, diagnosticsReport } =
    await import("../reports.js");
  const targets = reportTargetsOf(args);
  if (reportOwnsStdout(targets) && golden === undefined && args["out"] === undefined)
    throw new UsageError("--report: stdout is for the rules", "name a file for the report: --report FORMAT=FILE");
  const { code, findings } = await compileTo(args, terminal, reporter);
  // Workflow commands are read from stderr too, where they do not disturb the rules.
  const place = golden === undefined && args["out"] === undefined ? onStderr(terminal) : terminal;
  writeReports(targets, diagnosticsReport("compile", args, reporter, terminal, findings), place);
  return code;
}

interface Outcome {
  readonly code: ExitCode;
  /** Of the golden file. */
  readonly findings: readonly Finding[];
}

async function compileTo(args: Args, terminal: Terminal, reporter: Reporter): Promise<Outcome> {
  const artifact = choiceOf(args, "artifact", ARTIFACT_NAMES);
  const chosen = choiceOf(args, "output", [...FORMATS, ...GRAPH_FORMATS]) ?? "restore";
  const format = isGraphFormat(chosen) ? "restore" : chosen;
  const loaded = await loadInputs(inputsOf(args, "input", terminal), args, terminal, reporter, { rulesOnly: true });
  const situation = loaded && settle(loaded, args, reporter);
  if (!situation || reporter.failed()) {
    reporter.flush();
    return { code: 2, findings: [] };
  }
  checkArtifact(artifact, format, situation);
  reporter.add(checkFilter(loaded.cluster, situation, filterOf(args)));
  const output = stringOf(args, "out");
  const golden = stringOf(args, "golden");
  if (isGraphFormat(chosen)) {
    if (golden !== undefined) throw new UsageError(`--golden: ${chosen} is no format of golden files`);
    const { compileGraph } = await import("./compile-graph.js");
    const code = await compileGraph(chosen, { loaded, situation, args, output, terminal, reporter });
    return { code, findings: [] };
  }
  if (golden !== undefined) {
    const { compareOneFile } = await import("../check/one-file.js");
    return compareOneFile({ file: golden, loaded, situation, artifact, format, args, terminal, reporter });
  }
  const write = output === undefined ? printOne : isDirectory(terminal, output) ? writeAll : writeOne;
  const code = await write({ loaded, situation, args, artifact, format, output, terminal, reporter });
  return { code, findings: [] };
}

function settle(loaded: Loaded, args: Args, reporter: Reporter): Situation | undefined {
  const result = settleSituation(loaded.cluster, {
    ...wishesOf(args),
    proxyConfiguration: loaded.proxyConfiguration,
  });
  reporter.add(result.diagnostics);
  return result.situation;
}

function checkArtifact(artifact: ArtifactName | undefined, format: Format, { mode }: Situation): void {
  const own = ARTIFACTS_OF_MODE[mode];
  if (artifact !== undefined && !own.includes(artifact))
    throw new UsageError(`--artifact ${artifact}: mode ${mode} has ${own.join(", ")}`);
  const chosen = artifact ?? own[0]!;
  if (format === "save" && chosen !== "iptables")
    throw new UsageError(`--format save: only the artifact iptables has one, this is ${chosen}`);
}

interface Job {
  readonly loaded: Loaded;
  readonly situation: Situation;
  readonly args: Args;
  readonly artifact: ArtifactName | undefined;
  readonly format: Format;
  readonly output: string | undefined;
  readonly terminal: Terminal;
  readonly reporter: Reporter;
}

/** A name that ends in a slash, or an existing directory. */
function isDirectory(terminal: Terminal, output: string): boolean {
  if (output.endsWith("/")) return true;
  try {
    return statSync(resolve(terminal.cwd, output)).isDirectory();
  } catch {
    return false; // not there, or a file in its way: writing will say so
  }
}

async function compileFamily({ loaded, situation, args, reporter }: Job, family: IPFamily): Promise<Compiled> {
  const started = backendInput(loaded.cluster, situation, filterOf(args), family);
  const compiled = await reporter.timed("compile", () => compileMode(started));
  reporter.add(compiled.diagnostics);
  return compiled;
}

function jsonContext({ situation }: Job, family: IPFamily): JsonContext {
  return {
    head: {
      mode: situation.mode,
      node: situation.node.name,
      kubeVersion: situation.version.text,
      ipFamily: family === "IPv6" ? "ipv6" : "ipv4",
    },
    lineOf: lineOfServicePort(),
  };
}

async function textsOf(job: Job, compiled: Compiled, artifact: ArtifactName, family: IPFamily) {
  return artifactTexts(compiled, artifact, job.format, jsonContext(job, family));
}

async function printOne(job: Job): Promise<ExitCode> {
  const { situation, reporter, terminal } = job;
  const compiled = await compileFamily(job, situation.family);
  reporter.flush();
  if (reporter.failed()) return 2;
  const texts = await textsOf(job, compiled, job.artifact ?? ARTIFACTS_OF_MODE[situation.mode][0]!, situation.family);
  reporter.timed("print", () => {
    for (const chunk of chunked(texts)) if (!terminal.write(chunk)) break;
  });
  return 0;
}

async function writeOne(job: Job): Promise<ExitCode> {
  const { situation, reporter } = job;
  const compiled = await compileFamily(job, situation.family);
  reporter.flush();
  if (reporter.failed()) return 2;
  const texts = await textsOf(job, compiled, job.artifact ?? ARTIFACTS_OF_MODE[situation.mode][0]!, situation.family);
  return saveLines(job.terminal, job.output!, texts);
}

/** Every artifact of both families, and in IPVS mode the script that loads them. */
async function writeAll(job: Job): Promise<ExitCode> {
  const { situation, reporter, artifact } = job;
  const wanted = artifact ? [artifact] : ARTIFACTS_OF_MODE[situation.mode];
  const extension = job.format === "json" ? "json" : "txt";
  for (const family of ["IPv4", "IPv6"] as const) {
    const compiled = await compileFamily(job, family);
    if (reporter.failed()) {
      reporter.flush();
      return 2;
    }
    for (const name of wanted) {
      const path = join(job.output!, `${name}.${family.toLowerCase()}.${extension}`);
      const code = saveLines(job.terminal, path, await textsOf(job, compiled, name, family));
      if (code !== 0) return code;
    }
  }
  reporter.flush();
  if (situation.mode !== "ipvs" || artifact !== undefined || job.format !== "restore") return 0;
  const { renderApplyScript } = await import("../../lib/render/ipvs-apply-script.js");
  return saveLines(job.terminal, join(job.output!, "apply.sh"), renderApplyScript(situation.config), 0o755);
}
