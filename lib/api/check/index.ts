/** What manifests change for the nodes: compiled rules against golden files. */
import { findCases } from "../../check/combinations.js";
import { readConfig } from "../../check/read-config.js";
import type { CheckCase } from "../../check/types.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { FindingPlace } from "../../report/types.js";
import type { Source } from "../../source/source.js";
import { timedBy, type Timed } from "../read-question.js";
import { compareJob, type ComparedArtifact } from "./compare-job.js";
import type { CheckFiles } from "./files.js";
import { planJobs } from "./plan.js";
import { servicePlaces } from "./service-places.js";

export interface CheckOptions {
  /** Names of the cases to check; all when left out. */
  readonly cases?: readonly string[];
  /** What golden files are to say wrote them, e.g. "svcrules 1.0.0". */
  readonly tool: string;
  readonly timed?: Timed;
}

/** One golden file, compared. */
export interface CheckedFile extends ComparedArtifact {
  readonly caseName: string;
  /** Digest of the inputs now. */
  readonly inputs: string;
  /** Where Services, "ns/name", are written. */
  readonly placesOf: (names: readonly string[]) => ReadonlyMap<string, FindingPlace>;
}

export type CheckResult =
  | {
      readonly kind: "checked";
      /** All cases of the configuration, and those to check. */
      readonly all: readonly CheckCase[];
      readonly cases: readonly CheckCase[];
      /** Names of the cases that cannot be compiled. */
      readonly failed: ReadonlySet<string>;
      /** Golden files that are expected, named from the configuration's directory. */
      readonly expected: readonly string[];
      /** One after the other, so that the rules of a large cluster are there once. `report` takes what compiling says. */
      readonly compare: (report: (diagnostics: readonly Diagnostic[]) => void) => AsyncIterable<CheckedFile>;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly kind: "unknown-case";
      readonly name: string;
      readonly near: string | undefined;
      readonly all: readonly CheckCase[];
    }
  | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };

/** Reads the configuration (svcrules.yaml) and plans what it says; nothing is compared before it is asked for. */
export async function check(config: Source, files: CheckFiles, options: CheckOptions): Promise<CheckResult> {
  const read = readConfig(config);
  if (!read.config || read.diagnostics.some(({ severity }) => severity === "error"))
    return { kind: "failed", diagnostics: read.diagnostics };
  const all = read.config.cases;
  const chosen = findCases(all, options.cases ?? []);
  if ("unknown" in chosen) return { kind: "unknown-case", name: chosen.unknown, near: chosen.near, all };
  const plan = await timedBy(options)("read", () => planJobs(chosen.cases, files));
  return {
    kind: "checked",
    all,
    cases: chosen.cases,
    failed: plan.failed,
    expected: plan.jobs.flatMap(({ artifacts }) => artifacts.map(({ file }) => file)),
    async *compare(report) {
      for (const job of plan.jobs) {
        const { checkCase, inputs, cluster } = job;
        const golden = (file: string) => files.golden(file, checkCase.goldenRoot);
        const { artifacts, diagnostics } = await compareJob(job, { tool: options.tool, golden, nameOf: files.named });
        report(diagnostics);
        const placesOf = (names: readonly string[]) => servicePlaces(cluster, names);
        for (const artifact of artifacts) yield { ...artifact, caseName: checkCase.name, inputs, placesOf };
      }
    },
    diagnostics: [...read.diagnostics, ...plan.diagnostics],
  };
}
