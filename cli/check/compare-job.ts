/** Compiles a job and compares each artifact with its golden file. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { artifactLines, compileMode, type Compiled, type JsonContext } from "../../lib/pipeline/artifacts.js";
import { compareGolden, goldenFileLines, type GoldenComparison } from "../../lib/check/compare-golden.js";
import { splitGolden, type GoldenHeader } from "../../lib/check/golden-header.js";
import type { ArtifactLines, RuleChanges } from "../../lib/check/rule-changes.js";
import { sourceLines } from "../../lib/check/source-lines.js";
import { backendInput } from "../../lib/pipeline/compile.js";
import type { Diagnostic } from "../../lib/diagnostics/diagnostic.js";
import { lineOfServicePort } from "../../lib/api/compile.js";
import type { Situation } from "../../lib/pipeline/situation.js";
import type { Source } from "../../lib/source/source.js";
import { UsageError } from "../errors.js";
import { fileSource } from "../io/file-source.js";
import type { CompileJob } from "./plan.js";

export type GoldenOutcome =
  | { readonly kind: "same" }
  | { readonly kind: "missing" }
  | Extract<GoldenComparison, { kind: "header" }>
  | (Extract<GoldenComparison, { kind: "differs" }> & { readonly changes: RuleChanges | undefined });

export interface ComparedArtifact {
  /** Relative to the configuration's directory. */
  readonly file: string;
  readonly outcome: GoldenOutcome;
  /** The lines of the file as it should be; to be iterated once. */
  readonly wanted: () => Iterable<string>;
}

export interface ComparedJob {
  readonly artifacts: readonly ComparedArtifact[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface GoldenPlaces {
  /** Directory that golden files are relative to. */
  readonly root: string;
  readonly tool: string;
  /** A source's name as it is to stand in JSON. */
  readonly nameOf: (name: string) => string;
}

/** One artifact while it is compared. */
interface Comparing {
  readonly artifact: CompileJob["artifacts"][number];
  readonly comparison: GoldenComparison | { readonly kind: "missing" };
  readonly wanted: () => Iterable<string>;
}

export async function compareJob(job: CompileJob, places: GoldenPlaces): Promise<ComparedJob> {
  const { situation, cluster, filter } = job;
  const compiled = await compileMode(backendInput(cluster, situation, filter));
  if (compiled.diagnostics.some(({ severity }) => severity === "error"))
    return { artifacts: [], diagnostics: compiled.diagnostics };
  const compared: Comparing[] = [];
  for (const artifact of job.artifacts) compared.push(await compareArtifact(job, artifact, compiled, places));
  const changes = await changesOf(job, compiled, compared, places);
  const artifacts = compared.map(({ artifact, comparison, wanted }): ComparedArtifact => ({
    file: artifact.file,
    outcome: comparison.kind === "differs" ? { ...comparison, changes } : comparison,
    wanted,
  }));
  return { artifacts, diagnostics: compiled.diagnostics };
}

async function compareArtifact(
  job: CompileJob,
  artifact: CompileJob["artifacts"][number],
  compiled: Compiled,
  places: GoldenPlaces,
): Promise<Comparing> {
  const header = headerOf(job, places.tool);
  const form = artifact.format === "json" ? "json" : "text";
  const context = jsonContext(job.situation, places.nameOf);
  const lines = await artifactLines(compiled, artifact.name, artifact.format, context);
  const golden = openGolden(places.root, artifact.file);
  if (!golden) return { artifact, comparison: { kind: "missing" }, wanted: () => goldenFileLines(header, lines, form) };
  const comparison = compareGolden(sourceLines(golden), lines, header, form);
  const again = async () => artifactLines(compiled, artifact.name, artifact.format, context);
  const kept = comparison.kind === "differs" ? comparison.compiled : comparison.kind === "header" ? await again() : [];
  return { artifact, comparison, wanted: () => goldenFileLines(header, kept, form) };
}

function headerOf({ situation, release, inputs }: CompileJob, tool: string): GoldenHeader {
  const { node, mode, family } = situation;
  return { node: node.name, mode, release, family: family === "IPv6" ? "ipv6" : "ipv4", tool, inputs };
}

export function jsonContext(situation: Situation, nameOf: (name: string) => string): JsonContext {
  const lineOf = lineOfServicePort();
  return {
    head: {
      mode: situation.mode,
      node: situation.node.name,
      kubeVersion: situation.version.text,
      ipFamily: situation.family === "IPv6" ? "ipv6" : "ipv4",
    },
    lineOf: (origin, portIndex) => {
      const at = lineOf(origin, portIndex);
      return at && { ...at, file: nameOf(at.file) };
    },
  };
}

/** Undefined when there is no such file; what is no file is a usage error. */
function openGolden(root: string, file: string): Source | undefined {
  const path = resolve(root, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) throw new UsageError(`${file} is no file, so it cannot hold golden rules`);
  return fileSource(file, path, stat.size);
}

/** By meaning, once for all artifacts of the job: the rules of IPVS mode make sense together only. */
async function changesOf(
  job: CompileJob,
  compiled: Compiled,
  compared: readonly Comparing[],
  { root }: GoldenPlaces,
): Promise<RuleChanges | undefined> {
  const differing = compared.filter(({ comparison }) => comparison.kind === "differs");
  if (differing.length === 0 || job.format === "json") return undefined;
  const { iptablesChanges, nftablesChanges, ipvsChanges } = await import("../../lib/check/rule-changes.js");
  const linesOf = ({ artifact, comparison }: Comparing): ArtifactLines => {
    if (comparison.kind === "differs")
      return { artifact: artifact.name, golden: comparison.golden, compiled: comparison.compiled };
    const golden = openGolden(root, artifact.file);
    const { body } = splitGolden(golden ? sourceLines(golden) : [][Symbol.iterator](), "text");
    return { artifact: artifact.name, golden: [...{ [Symbol.iterator]: () => body }], compiled: [] };
  };
  switch (compiled.mode) {
    case "iptables":
      return iptablesChanges(linesOf(differing[0]!), job.situation.family);
    case "nftables":
      return nftablesChanges(linesOf(differing[0]!));
    case "ipvs": {
      const expected = { ...compiled.compiled, excludeCIDRs: job.situation.config.ipvs.excludeCIDRs };
      const present = compared.filter(({ comparison }) => comparison.kind !== "missing");
      return ipvsChanges(expected, present.map(linesOf), job.format);
    }
  }
}
