/**
 * svcrules as a library: Kubernetes Services to the rules kube-proxy programs, and comparisons with what a node holds.
 * Nothing here opens files, prints or exits: sources go in, values and diagnostics come out.
 *
 * @example
 * import { compile, sourceFromText } from "svcrules";
 *
 * const { text, diagnostics } = await compile([sourceFromText("web.yaml", manifest)], { kubeVersion: "1.34" });
 */
import { artifactLines, ARTIFACTS_OF_MODE, compileMode, type ArtifactName, type Format } from "./artifacts.js";
import { backendInput, type ServiceFilter } from "./compile.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { FileLine } from "./diff/types.js";
import { loadCluster, type LoadOptions } from "./load.js";
import { locate } from "./readers/locate.js";
import { locateDiagnostics } from "./readers/locate-diagnostics.js";
import { chunked } from "./render/chunks.js";
import { settleSituation, type Situation, type Wishes } from "./situation.js";
import type { Origin } from "./source/origin.js";
import { positionOf } from "./source/position.js";
import type { Source } from "./source/source.js";

export interface CompileOptions extends Wishes, LoadOptions, ServiceFilter {
  /** Which text; the mode's first when left out. */
  readonly artifact?: ArtifactName;
  /** "restore" when left out; "save" only for the artifact iptables. */
  readonly format?: Format;
}

export interface CompileResult {
  /** Chunks of the artifact's text; undefined when a diagnostic is an error. Iterate once. */
  readonly chunks: Iterable<string> | undefined;
  readonly situation: Situation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles the rules of one node from manifests or a cluster dump, as chunks: a large cluster's text is never whole. */
export async function compileChunks(sources: Iterable<Source>, options: CompileOptions = {}): Promise<CompileResult> {
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  const failed = (diagnostics: readonly Diagnostic[]) => diagnostics.some((d) => d.severity === "error");
  if (failed(read)) return { chunks: undefined, situation: undefined, diagnostics: locateDiagnostics(read) };
  const { situation, diagnostics: settled } = settleSituation(cluster, options);
  const sofar = locateDiagnostics([...read, ...settled]);
  if (!situation) return { chunks: undefined, situation, diagnostics: sofar };
  const compiled = await compileMode(backendInput(cluster, situation, options));
  const diagnostics = [...sofar, ...locateDiagnostics(compiled.diagnostics)];
  if (failed(diagnostics)) return { chunks: undefined, situation, diagnostics };
  const artifact = options.artifact ?? ARTIFACTS_OF_MODE[situation.mode][0]!;
  const lines = await artifactLines(compiled, artifact, options.format ?? "restore", {
    head: {
      mode: situation.mode,
      node: situation.node.name,
      kubeVersion: situation.version.text,
      ipFamily: situation.family === "IPv6" ? "ipv6" : "ipv4",
    },
    lineOf: lineOfServicePort(),
  });
  return { chunks: chunked(lines), situation, diagnostics };
}

/** As `compileChunks`, with the whole text: for inputs whose text is known to be small. */
export async function compile(
  sources: Iterable<Source>,
  options: CompileOptions = {},
): Promise<Omit<CompileResult, "chunks"> & { readonly text: string | undefined }> {
  const { chunks, ...rest } = await compileChunks(sources, options);
  return { ...rest, text: chunks && [...chunks].join("") };
}

/** Finds the manifest line of a service port; asked for the same one again and again, it looks once. */
export function lineOfServicePort(): (origin: Origin, portIndex: number) => FileLine | undefined {
  let last: { readonly origin: Origin; readonly portIndex: number; readonly at: FileLine } | undefined;
  return (origin, portIndex) => {
    if (last?.origin === origin && last.portIndex === portIndex) return last.at;
    const span = locate({ origin, path: ["spec", "ports", portIndex] });
    const at = { file: span.source.name, line: positionOf(span.source, span.start).line };
    last = { origin, portIndex, at };
    return at;
  };
}

export { ARTIFACT_NAMES, ARTIFACTS_OF_MODE, FORMATS, type ArtifactName, type Format } from "./artifacts.js";
export type { Cluster } from "./cluster/types.js";
export type { ServiceFilter } from "./compile.js";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic.js";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "./diagnostics/codes.js";
export type { Change, ChangeKind, DiffReport } from "./diff/types.js";
export { loadCluster, readObjects, type LoadOptions, type LoadResult } from "./load.js";
export { settleSituation, type Situation, type Wishes } from "./situation.js";
export { sourceFromBytes, sourceFromText, type Source } from "./source/source.js";
