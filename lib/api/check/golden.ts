/** One artifact of a compile against one golden file. */
import { inputsDigest } from "../../check/inputs-digest.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { ARTIFACTS_OF_MODE } from "../../pipeline/artifacts.js";
import { locateDiagnostics } from "../../readers/locate-diagnostics.js";
import type { Source } from "../../source/source.js";
import { prepareCompile, type CompileOptions } from "../compile.js";
import { compareJob, type ComparedArtifact } from "./compare-job.js";
import type { CheckedFile } from "./index.js";
import { servicePlaces } from "./service-places.js";

export interface GoldenOptions extends CompileOptions {
  /** Name of the golden file, for messages. */
  readonly file: string;
  /** The golden file; undefined when there is none. */
  readonly golden: Source | undefined;
  /** What the golden file is to say wrote it. */
  readonly tool: string;
}

export interface GoldenResult {
  /** Undefined when there is no answer. */
  readonly compared: (ComparedArtifact & Pick<CheckedFile, "inputs" | "placesOf">) | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one artifact and compares it with a golden file. */
export async function compareGoldenFile(sources: readonly Source[], options: GoldenOptions): Promise<GoldenResult> {
  const { job, diagnostics: read } = prepareCompile(sources, options);
  if (!job) return { compared: undefined, diagnostics: locateDiagnostics(read) };
  const { cluster, situation } = job;
  const { artifact = ARTIFACTS_OF_MODE[situation.mode][0]!, format = "restore", file, golden, tool } = options;
  const inputs = inputsDigest(sources, ({ name }) => name);
  const isAssumed = read.some(({ code }) => code === "version-assumed");
  const release = isAssumed ? "newest" : situation.version.text;
  const { artifacts, diagnostics } = await compareJob(
    { ...job, release, inputs, format, artifacts: [{ name: artifact, format, file }] },
    { tool, golden: () => golden, nameOf: (name) => name },
  );
  const [compared] = artifacts;
  const placesOf = (names: readonly string[]) => servicePlaces(cluster, names);
  return {
    compared: compared && { ...compared, inputs, placesOf },
    diagnostics: locateDiagnostics([...read, ...diagnostics]),
  };
}
