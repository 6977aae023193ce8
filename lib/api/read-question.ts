/** The first step of every question: its sources as a cluster, with everything that is wrong in them. */
import { isEmpty } from "../cluster/is-empty.js";
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeProxyConfiguration } from "../kube/types.js";
import { loadCluster, readObjects, type LoadOptions } from "../pipeline/load.js";
import type { Source } from "../source/source.js";

/** Runs a stage of the work; for who wants to know how long each takes. */
export type Timed = <T>(stage: string, work: () => T) => T;

/** What every question is asked with, beside its own words. */
export interface QuestionOptions extends Omit<LoadOptions, "keepValid"> {
  /** Warnings count as errors. */
  readonly strict?: boolean;
  /** What was wrong with the inputs before they could be read; an error among it ends the answer. */
  readonly opened?: readonly Diagnostic[];
  /** What the inputs are called in messages; the sources' names when left out. */
  readonly inputNames?: readonly string[];
  /** Holds a KubeProxyConfiguration, or a ConfigMap with one, that counts instead of any in the sources. */
  readonly proxyConfig?: readonly Source[];
  readonly timed?: Timed;
  /** In the place of `loadCluster`, for who asks several questions of the same sources and reads them once. */
  readonly load?: typeof loadCluster;
}

export interface ReadQuestion {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly cluster: Cluster | undefined;
  /** Of `proxyConfig`. */
  readonly proxyConfiguration: KubeProxyConfiguration | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a diagnostic ends a run: an error, with `strict` a warning too. */
export function isFatal(diagnostics: readonly Diagnostic[], strict = false): boolean {
  return diagnostics.some(({ severity }) => severity === "error" || (strict && severity === "warning"));
}

/** Runs a stage as the question wishes. */
export function timedBy({ timed }: Pick<QuestionOptions, "timed">): Timed {
  return timed ?? ((_stage, work) => work());
}

/** `keepValid`: objects that are refused do not end the answer, which is about the others then. */
export interface ReadingOptions {
  readonly keepValid?: boolean;
  /** No objects at all are no error. */
  readonly mayBeEmpty?: boolean;
}

/** Reads, checks and completes the sources. */
export function readQuestion(
  sources: Iterable<Source>,
  options: QuestionOptions,
  { keepValid = false, mayBeEmpty = false }: ReadingOptions = {},
): ReadQuestion {
  const all = [...sources];
  const { opened = [], strict, load = loadCluster } = options;
  const { cluster, diagnostics: read } = timedBy(options)("read", () => load(all, { ...options, keepValid }));
  const config = readProxyConfiguration(options);
  const around = [...opened, ...config.diagnostics];
  const ends = isFatal(around, strict) || isFatal(keepValid ? read.filter(isNoError) : read, strict);
  const isBare = !mayBeEmpty && isEmpty(cluster);
  const diagnostics = [...opened, ...read, ...config.diagnostics];
  if (isBare && !isFatal(diagnostics, strict))
    diagnostics.push(noObjects(options.inputNames ?? all.map(({ name }) => name)));
  return {
    cluster: ends || isBare ? undefined : cluster,
    proxyConfiguration: config.found,
    diagnostics,
  };
}

function isNoError({ severity }: Diagnostic): boolean {
  return severity !== "error";
}

function noObjects(names: readonly string[]): Diagnostic {
  return {
    code: "no-objects",
    severity: "error",
    message: `${names.join(", ") || "the input"}: no Service, Pod, Node or other object that svcrules reads`,
    notes: [
      "Services, pods, workloads, nodes, endpoints and policies are read; directories are searched for .yaml, .yml and .json files",
    ],
  };
}

function readProxyConfiguration({ proxyConfig, kubeVersion }: QuestionOptions): {
  readonly found: KubeProxyConfiguration | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  if (!proxyConfig) return { found: undefined, diagnostics: [] };
  const { cluster, diagnostics } = readObjects(proxyConfig, { kubeVersion });
  const found = cluster.proxyConfigurations[0];
  const file = proxyConfig[0]?.name;
  // What cannot be read, or is refused, may be one.
  const isRefused = diagnostics.some(({ severity }) => severity === "error");
  if (found || file === undefined || isRefused) return { found, diagnostics };
  return { found, diagnostics: [...diagnostics, noProxyConfiguration(file)] };
}

function noProxyConfiguration(file: string): Diagnostic {
  return {
    code: "no-proxy-configuration",
    severity: "error",
    message: `${file} holds no KubeProxyConfiguration and no ConfigMap with one`,
    at: { file },
  };
}
