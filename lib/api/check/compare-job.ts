/** Compiles a job and compares each artifact with its golden file. */
import { artifactLines, compileMode, type Compiled } from "../../pipeline/artifacts.js";
import { compareGolden, goldenFileLines, type GoldenComparison } from "../../check/compare-golden.js";
import { splitGolden, type GoldenHeader } from "../../check/golden-header.js";
import type { ArtifactLines, RuleChanges } from "../../check/rule-changes.js";
import { sourceLines } from "../../check/source-lines.js";
import { backendInput } from "../../pipeline/compile.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { jsonContext } from "../compile.js";
import type { Source } from "../../source/source.js";
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
  /** The golden file, named from the configuration's directory; undefined when there is none. */
  readonly golden: (file: string) => Source | undefined;
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
  const context = jsonContext(job.situation, job.situation.family, places.nameOf);
  const lines = await artifactLines(compiled, artifact.name, artifact.format, context);
  const golden = places.golden(artifact.file);
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

/** By meaning, once for all artifacts of the job: the rules of IPVS mode make sense together only. */
async function changesOf(
  job: CompileJob,
  compiled: Compiled,
  compared: readonly Comparing[],
  { golden: goldenOf }: GoldenPlaces,
): Promise<RuleChanges | undefined> {
  const differing = compared.filter(({ comparison }) => comparison.kind === "differs");
  if (differing.length === 0 || job.format === "json") return undefined;
  const { iptablesChanges, nftablesChanges, ipvsChanges } = await import("../../check/rule-changes.js");
  const linesOf = ({ artifact, comparison }: Comparing): ArtifactLines => {
    if (comparison.kind === "differs")
      return { artifact: artifact.name, golden: comparison.golden, compiled: comparison.compiled };
    const golden = goldenOf(artifact.file);
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
