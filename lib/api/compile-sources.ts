/** Sources to the text of one artifact. */
import {
  artifactTexts,
  ARTIFACTS_OF_MODE,
  compileMode,
  FORMATS,
  type ArtifactName,
  type Format,
} from "../pipeline/artifacts.js";
import { backendInput, type ServiceFilter } from "../pipeline/compile.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { FileLine } from "../diff/types.js";
import type { LoadOptions } from "../pipeline/load.js";
import { locate } from "../readers/locate.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { chunked } from "../render/chunks.js";
import { hasError, settleSources } from "./settle-sources.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import type { Origin } from "../source/origin.js";
import { lineOf } from "../source/position.js";
import type { Source } from "../source/source.js";

export interface CompileOptions extends Wishes, LoadOptions, ServiceFilter {
  /** Which text; the mode's first when left out, as `ARTIFACTS_OF_MODE` has it. */
  readonly artifact?: ArtifactName;
  /** "restore" when left out; "save" only for the artifact iptables. */
  readonly format?: Format;
}

/** What both forms of compiling tell beside the text. */
export interface CompileFacts {
  /** Undefined when a diagnostic is an error. */
  readonly situation: Situation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompileChunks extends CompileFacts {
  /** Chunks of the artifact's text; undefined when a diagnostic is an error. Iterate once. */
  readonly chunks: Iterable<string> | undefined;
}

export interface CompileResult extends CompileFacts {
  /** The artifact's text; undefined when a diagnostic is an error. */
  readonly text: string | undefined;
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
  const { settled, diagnostics: sofar } = settleSources(sources, options);
  if (!settled) return { chunks: undefined, situation: undefined, diagnostics: sofar };
  const { cluster, situation } = settled;
  const compiled = await compileMode(backendInput(cluster, situation, options));
  const diagnostics = [...sofar, ...locateDiagnostics(compiled.diagnostics)];
  const { artifact = ARTIFACTS_OF_MODE[situation.mode][0]!, format = "restore" } = options;
  diagnostics.push(...checkArtifact(artifact, format, situation.mode));
  if (hasError(diagnostics)) return { chunks: undefined, situation, diagnostics };
  const texts = await artifactTexts(compiled, artifact, format, {
    head: {
      mode: situation.mode,
      node: situation.node.name,
      kubeVersion: situation.version.text,
      ipFamily: situation.family === "IPv6" ? "ipv6" : "ipv4",
    },
    lineOf: lineOfServicePort(),
  });
  return { chunks: chunked(texts), situation, diagnostics };
}

function checkArtifact(artifact: ArtifactName, format: Format, mode: Situation["mode"]): Diagnostic[] {
  const own = ARTIFACTS_OF_MODE[mode];
  const error = (message: string, note: string): Diagnostic[] => [
    { code: "no-such-artifact", severity: "error", message, notes: [note] },
  ];
  if (!own.includes(artifact)) return error(`mode ${mode} has no artifact ${artifact}`, `it has ${own.join(", ")}`);
  if (!FORMATS.includes(format)) return error(`there is no format ${format}`, `formats: ${FORMATS.join(", ")}`);
  if (format === "save" && artifact !== "iptables")
    return error(`the artifact ${artifact} has no format save`, "only the artifact iptables has one");
  return [];
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
