/** The texts of a node's rules, and the paths of packets through them. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FileLine } from "../diff/types.js";
import type { PathGraph, PortRules } from "../graph/types.js";
import type { IPFamily } from "../net/ip.js";
import type { Cluster } from "../cluster/types.js";
import {
  artifactTexts,
  ARTIFACTS_OF_MODE,
  compileMode,
  FORMATS,
  type ArtifactName,
  type Compiled,
  type Format,
  type JsonContext,
} from "../pipeline/artifacts.js";
import { backendInput, type ServiceFilter } from "../pipeline/compile.js";
import { pathGraphs } from "../pipeline/path-graphs.js";
import { portRules } from "../pipeline/port-rules.js";
import { selectServices, type Selection } from "../pipeline/select-services.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import { locate } from "../readers/locate.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { chunked } from "../render/chunks.js";
import { describeSkipReason, findSkipReason } from "../services/skip-reason.js";
import type { Origin } from "../source/origin.js";
import { lineOf } from "../source/position.js";
import type { Source } from "../source/source.js";
import { describeContents } from "./describe-contents.js";
import { focusOf } from "./focus-of.js";
import { isFatal, timedBy, type QuestionOptions } from "./read-question.js";
import { settleQuestion } from "./settle-question.js";

export interface CompileOptions extends QuestionOptions, Wishes, Selection {
  /** Which text; the mode's first when left out, as `ARTIFACTS_OF_MODE` has it. */
  readonly artifact?: ArtifactName;
  /** "restore" when left out; "save" only for the artifact iptables. */
  readonly format?: Format;
}

/** What every form of compiling tells beside its result. */
export interface CompileFacts {
  /** Undefined when there is no answer. */
  readonly situation: Situation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompileChunks extends CompileFacts {
  /** Chunks of the artifact's text; undefined when there is no answer. Iterate once. */
  readonly chunks: Iterable<string> | undefined;
}

export interface CompileResult extends CompileFacts {
  /** The artifact's text; undefined when there is no answer. */
  readonly text: string | undefined;
}

/** A file of a directory with every artifact. */
export interface CompiledFile {
  /** "iptables.ipv4.txt". */
  readonly name: string;
  readonly isExecutable: boolean;
  /** Lines, several joined here and there, the last of each without its newline; iterate once. */
  readonly texts: Iterable<string>;
}

export interface CompileFiles extends CompileFacts {
  /** One after the other, each made when it is reached; undefined when there is no answer. */
  readonly files: AsyncIterable<CompiledFile> | undefined;
}

export interface CompileGraphs extends CompileFacts {
  /** One for each service port, made while iterated; undefined when there is no answer. */
  readonly graphs: Iterable<PathGraph> | undefined;
  /** The rules of the service ports, as many as fit a page; none when there is no answer. */
  readonly rules: () => Promise<PortRules>;
}

/** What is compiled, once everything is settled. */
export interface CompileJob {
  readonly cluster: Cluster;
  readonly situation: Situation;
  readonly filter: ServiceFilter;
}

/** Reads, settles and selects: all that comes before rules. `job` is undefined when there is no answer. */
export function prepareCompile(
  sources: Iterable<Source>,
  options: CompileOptions,
): { readonly job: CompileJob | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { settled, diagnostics: read } = settleQuestion(sources, { rulesOnly: true, ...focusOf(options), ...options });
  if (!settled) return { job: undefined, diagnostics: read };
  const { cluster, situation } = settled;
  const { filter, diagnostics: unselected } = selectServices(cluster, options);
  const found = [...noServices(cluster, options), ...checkArtifact(options, situation), ...unselected];
  const diagnostics = [...read, ...found, ...(unselected.length > 0 ? [] : withoutRules(cluster, situation, filter))];
  return { job: isFatal(diagnostics, options.strict) ? undefined : { cluster, situation, filter }, diagnostics };
}

/**
 * There is nothing to compile in an input without any Service; where a kube-proxy is configured, it has rules of its own
 * without them.
 */
function noServices(cluster: Cluster, { proxyConfig, proxyConfiguration }: CompileOptions): Diagnostic[] {
  if (cluster.services.length > 0) return [];
  // One that was inferred from captured rules stands nowhere.
  const isConfigured = proxyConfig ?? proxyConfiguration ?? cluster.proxyConfigurations.find(({ origin }) => origin);
  return [
    {
      code: "no-services",
      severity: isConfigured ? "warning" : "error",
      message: `the input holds no Service, so there are no rules for any; it holds ${describeContents([cluster], "other objects")}`,
      notes: ["add the Services, e.g. with kubectl get services,endpointslices,nodes -A -o yaml"],
    },
  ];
}

function checkArtifact({ artifact, format = "restore" }: CompileOptions, { mode }: Situation): Diagnostic[] {
  const own = ARTIFACTS_OF_MODE[mode];
  const error = (message: string, note: string): Diagnostic[] => [
    { code: "no-such-artifact", severity: "error", message, notes: [note] },
  ];
  const chosen = artifact ?? own[0]!;
  if (!own.includes(chosen)) return error(`mode ${mode} has no artifact ${chosen}`, `it has ${own.join(", ")}`);
  if (!FORMATS.includes(format)) return error(`there is no format ${format}`, `formats: ${FORMATS.join(", ")}`);
  if (format === "save" && chosen !== "iptables")
    return error(`the artifact ${chosen} has no format save`, "only the artifact iptables has one");
  return [];
}

/** Why the one Service selected has no rules. */
export function withoutRules(
  { services }: Cluster,
  { family, features }: Situation,
  filter: ServiceFilter,
): Diagnostic[] {
  const service = services.find(
    ({ metadata }) => `${metadata.namespace ?? "default"}/${metadata.name}` === filter.service,
  );
  const reason = service && findSkipReason(service, family, features);
  if (!reason) return [];
  const message = `Service ${filter.service} has no rules: ${describeSkipReason(reason)}`;
  return [{ code: "service-without-rules", severity: "note", message }];
}

function compileFamily(
  { cluster, situation, filter }: CompileJob,
  options: CompileOptions,
  family: IPFamily,
): Promise<Compiled> {
  return timedBy(options)("compile", () => compileMode(backendInput(cluster, situation, filter, family)));
}

/** What the JSON form says at its head, and how it finds manifest lines. `nameOf`: a source's name as it is to stand there. */
export function jsonContext(
  { mode, node, version }: Situation,
  family: IPFamily,
  nameOf: (name: string) => string = (name) => name,
): JsonContext {
  const lineAt = lineOfServicePort();
  return {
    head: { mode, node: node.name, kubeVersion: version.text, ipFamily: family === "IPv6" ? "ipv6" : "ipv4" },
    lineOf: (origin, portIndex) => {
      const at = lineAt(origin, portIndex);
      return at && { ...at, file: nameOf(at.file) };
    },
  };
}

/**
 * Compiles the rules of one node, as chunks: a large cluster's text is never whole.
 *
 * @example
 * import { compileChunks, sourceFromText } from "svcrules";
 *
 * const { chunks } = await compileChunks([sourceFromText("cluster.yaml", dump)], { mode: "nftables" });
 * let characters = 0;
 * for (const chunk of chunks ?? []) characters += chunk.length;
 * assert(characters > 0);
 */
export async function compileChunks(sources: Iterable<Source>, options: CompileOptions = {}): Promise<CompileChunks> {
  const { job, diagnostics: read } = prepareCompile(sources, options);
  if (!job) return { chunks: undefined, situation: undefined, diagnostics: locateDiagnostics(read) };
  const { situation } = job;
  const compiled = await compileFamily(job, options, situation.family);
  const diagnostics = locateDiagnostics([...read, ...compiled.diagnostics]);
  if (isFatal(compiled.diagnostics, options.strict)) return { chunks: undefined, situation, diagnostics };
  const { artifact = ARTIFACTS_OF_MODE[situation.mode][0]!, format = "restore" } = options;
  const texts = await artifactTexts(compiled, artifact, format, jsonContext(situation, situation.family));
  return { chunks: chunked(texts), situation, diagnostics };
}

/**
 * As `compileChunks`, with the whole text: for inputs whose text is known to be small.
 *
 * @example
 * import { compile, sourceFromText } from "svcrules";
 *
 * const { text, diagnostics } = await compile([sourceFromText("web.yaml", manifest)], { kubeVersion: "1.34" });
 * assert(text?.includes("-A KUBE-SERVICES"));
 * assert(diagnostics.every(({ severity }) => severity !== "error"));
 */
export async function compile(sources: Iterable<Source>, options: CompileOptions = {}): Promise<CompileResult> {
  const { chunks, ...rest } = await compileChunks(sources, options);
  return { ...rest, text: chunks && [...chunks].join("") };
}

/** Every artifact of both families as files, and in IPVS mode the script that loads them. */
export async function compileFiles(sources: Iterable<Source>, options: CompileOptions = {}): Promise<CompileFiles> {
  const { job, diagnostics: read } = prepareCompile(sources, options);
  if (!job) return { files: undefined, situation: undefined, diagnostics: locateDiagnostics(read) };
  const families = ["IPv4", "IPv6"] as const;
  const compiled: Compiled[] = [];
  for (const family of families) compiled.push(await compileFamily(job, options, family));
  const found = compiled.flatMap(({ diagnostics }) => diagnostics);
  const diagnostics = locateDiagnostics([...read, ...found]);
  if (isFatal(found, options.strict)) return { files: undefined, situation: job.situation, diagnostics };
  return { files: filesOf(job.situation, options, compiled), situation: job.situation, diagnostics };
}

async function* filesOf(
  situation: Situation,
  { artifact, format = "restore" }: CompileOptions,
  compiled: readonly Compiled[],
): AsyncIterable<CompiledFile> {
  const wanted = artifact ? [artifact] : ARTIFACTS_OF_MODE[situation.mode];
  const extension = format === "json" ? "json" : "txt";
  for (const [i, family] of (["IPv4", "IPv6"] as const).entries())
    for (const name of wanted) {
      const texts = await artifactTexts(compiled[i]!, name, format, jsonContext(situation, family));
      yield { name: `${name}.${family.toLowerCase()}.${extension}`, isExecutable: false, texts };
    }
  if (situation.mode !== "ipvs" || artifact !== undefined || format !== "restore") return;
  const { renderApplyScript } = await import("../render/ipvs-apply-script.js");
  yield { name: "apply.sh", isExecutable: true, texts: renderApplyScript(situation.config) };
}

/** The path of a packet to each service port, for drawings. */
export function compileGraphs(sources: Iterable<Source>, options: CompileOptions = {}): CompileGraphs {
  const { job, diagnostics: read } = prepareCompile(sources, options);
  const diagnostics = locateDiagnostics(read);
  const rules = async (): Promise<PortRules> =>
    job ? portRules(await compileFamily(job, options, job.situation.family)) : new Map();
  return {
    graphs: job && pathGraphs(job.cluster, job.situation, job.filter),
    rules,
    situation: job?.situation,
    diagnostics,
  };
}

/** Finds the manifest line of a service port; asked for the same one again and again, it looks once. */
export function lineOfServicePort(): (origin: Origin, portIndex: number) => FileLine | undefined {
  let last: { readonly origin: Origin; readonly portIndex: number; readonly at: FileLine } | undefined;
  return (origin, portIndex) => {
    if (last?.origin === origin && last.portIndex === portIndex) return last.at;
    const span = locate({ origin, path: ["spec", "ports", portIndex] });
    const at = { file: span.source.name, line: lineOf(span.source, span.start) };
    last = { origin, portIndex, at };
    return at;
  };
}
