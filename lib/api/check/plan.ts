/** Cases to jobs: everything read, every situation settled, before anything is compiled or written. */
import { ARTIFACTS_OF_MODE, type ArtifactName, type Format } from "../../pipeline/artifacts.js";
import { combinationsOf, directoryOf, type Combination } from "../../check/combinations.js";
import type { ConfigFieldName } from "../../check/config-fields.js";
import { inputsDigest } from "../../check/inputs-digest.js";
import type { CheckCase } from "../../check/types.js";
import type { Cluster } from "../../cluster/types.js";
import type { ServiceFilter } from "../../pipeline/compile.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { KubeProxyConfiguration } from "../../kube/types.js";
import { loadClusterForReleases, readObjects, type LoadResult } from "../../pipeline/load.js";
import { selectServices } from "../../pipeline/select-services.js";
import { withoutRules } from "../compile.js";
import { settleSituation, type Situation } from "../../pipeline/situation.js";
import type { Source } from "../../source/source.js";
import { isEmpty } from "../../cluster/is-empty.js";
import type { CheckFiles } from "./files.js";

/** One combination of a case, ready to be compiled. */
export interface Job extends CompileJob {
  readonly checkCase: CheckCase;
}

/** What is compiled, and which files it is compared with. */
export interface CompileJob {
  readonly cluster: Cluster;
  readonly situation: Situation;
  readonly filter: ServiceFilter;
  readonly artifacts: readonly { readonly name: ArtifactName; readonly format: Format; readonly file: string }[];
  /** For the header: a release that nobody named is "newest". */
  readonly release: string;
  /** Digest of the inputs. */
  readonly inputs: string;
  /** As asked for; an artifact that does not have it is in another. */
  readonly format: string;
}

export interface Plan {
  readonly jobs: readonly Job[];
  readonly diagnostics: readonly Diagnostic[];
  /** Cases that cannot be compiled. */
  readonly failed: ReadonlySet<string>;
}

interface Inputs {
  readonly sources: readonly Source[];
  readonly digest: string;
  readonly results: ReadonlyMap<string | undefined, LoadResult>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the inputs of all cases, each set of them once, and settles every combination. */
export async function planJobs(cases: readonly CheckCase[], files: CheckFiles): Promise<Plan> {
  const jobs: Job[] = [];
  const diagnostics: Diagnostic[] = [];
  const failed = new Set<string>();
  const loaded = new Map<string, Promise<Inputs>>();
  const owners = new Map<string, string>();
  for (const checkCase of cases) {
    const report = (found: readonly Diagnostic[]) => {
      for (const diagnostic of found) diagnostics.push(diagnostic);
      if (found.some(({ severity }) => severity === "error")) failed.add(checkCase.name);
    };
    const key = inputsKey(checkCase);
    let inputs = loaded.get(key);
    if (!inputs) {
      const sharing = cases.filter((other) => inputsKey(other) === key);
      loaded.set(key, (inputs = loadInputsOf(checkCase, releasesOf(sharing), files)));
    }
    const own = await inputs;
    report(own.diagnostics.map((diagnostic) => atInput(diagnostic, checkCase, files)));
    const proxyConfiguration = await readProxyConfig(checkCase, files, report);
    for (const kubeVersion of releasesOf([checkCase])) report(own.results.get(kubeVersion)!.diagnostics);
    if (failed.has(checkCase.name)) continue;
    const nodeNames = own.results
      .values()
      .next()
      .value!.cluster.nodes.map((node) => node.metadata.name);
    for (const combination of combinationsOf(checkCase, nodeNames)) {
      const { cluster } = own.results.get(combination.kubeVersion)!;
      const settled = settle(checkCase, combination, cluster, proxyConfiguration);
      report(settled.diagnostics.map((diagnostic) => atField(diagnostic, checkCase, combination)));
      if (!settled.situation) continue;
      const { service, namespace } = checkCase;
      const selected = selectServices(cluster, { service, namespace });
      const about = [...selected.diagnostics, ...withoutRules(cluster, settled.situation, selected.filter)];
      const job = makeJob(
        checkCase,
        combination,
        { cluster, situation: settled.situation, inputs: own.digest, filter: selected.filter },
        settled.diagnostics,
      );
      report([...artifactTrouble(job), ...about.map((d) => atField(d, checkCase, combination))]);
      for (const { file } of job.artifacts) {
        const owner = owners.get(file);
        if (owner !== undefined) report([sharedFile(checkCase, file, owner)]);
        else owners.set(file, checkCase.name);
      }
      jobs.push(job);
    }
  }
  return {
    jobs: jobs.filter(({ checkCase }) => !failed.has(checkCase.name)),
    diagnostics: diagnostics.map(inFieldNames),
    failed,
  };
}

function inputsKey({ inputs, simulate, serviceCIDRs }: CheckCase): string {
  return JSON.stringify([inputs, simulate, serviceCIDRs]);
}

function releasesOf(cases: readonly CheckCase[]): readonly (string | undefined)[] {
  const releases = new Set<string | undefined>();
  for (const { kubeVersions } of cases)
    for (const kubeVersion of kubeVersions.length > 0 ? kubeVersions : [undefined]) releases.add(kubeVersion);
  return [...releases];
}

async function loadInputsOf(
  { inputs, simulate, serviceCIDRs }: CheckCase,
  releases: readonly (string | undefined)[],
  files: CheckFiles,
): Promise<Inputs> {
  const opened = await files.open(inputs.map(files.shown));
  const results = loadClusterForReleases(opened.sources, { simulate, serviceCIDR: serviceCIDRs }, releases);
  const diagnostics = [...opened.diagnostics];
  const first = results.values().next().value!;
  const hasErrors = [...diagnostics, ...first.diagnostics].some(({ severity }) => severity === "error");
  if (!hasErrors && isEmpty(first.cluster))
    diagnostics.push({
      code: "no-objects",
      severity: "error",
      message: `${inputs.join(", ")}: no Service, Pod, Node or other object that svcrules reads`,
      notes: ["directories are searched for .yaml, .yml and .json files"],
    });
  const nameOf = (source: Source) => files.named(source.name);
  return { sources: opened.sources, digest: inputsDigest(opened.sources, nameOf), results, diagnostics };
}

async function readProxyConfig(
  checkCase: CheckCase,
  files: CheckFiles,
  report: (found: readonly Diagnostic[]) => void,
): Promise<KubeProxyConfiguration | undefined> {
  if (checkCase.proxyConfig === undefined) return undefined;
  const file = files.shown(checkCase.proxyConfig);
  const opened = await files.open([file]);
  const { cluster, diagnostics } = readObjects(opened.sources);
  report(opened.diagnostics.map((diagnostic) => ({ ...diagnostic, at: checkCase.placeOf("proxyConfig") })));
  report(diagnostics);
  const found = cluster.proxyConfigurations[0];
  const isTold = [...opened.diagnostics, ...diagnostics].some(({ severity }) => severity === "error");
  if (!found && !isTold)
    report([
      {
        code: "no-proxy-configuration",
        severity: "error",
        message: `${file} holds no KubeProxyConfiguration and no ConfigMap with one`,
        at: checkCase.placeOf("proxyConfig"),
      },
    ]);
  return found;
}

function settle(
  checkCase: CheckCase,
  { node, mode, kubeVersion, ipFamily }: Combination,
  cluster: Cluster,
  proxyConfiguration: KubeProxyConfiguration | undefined,
) {
  const { set, controllerVersion, watchSelectors, nfacct, randomFully, tcpBeLiberal } = checkCase;
  return settleSituation(cluster, {
    node,
    mode,
    kubeVersion,
    ipFamily,
    set,
    controllerVersion,
    watchSelectors,
    proxyConfiguration,
    nodeFeatures: { nfacct, randomFully, tcpBeLiberal },
  });
}

function makeJob(
  checkCase: CheckCase,
  combination: Combination,
  found: Pick<Job, "cluster" | "situation" | "inputs" | "filter">,
  diagnostics: readonly Diagnostic[],
): Job {
  const { mode, family, version } = found.situation;
  const directory = directoryOf(checkCase, combination);
  const extension = checkCase.format === "json" ? "json" : "txt";
  return {
    checkCase,
    ...found,
    format: checkCase.format,
    release: diagnostics.some(({ code }) => code === "version-assumed") ? "newest" : version.text,
    artifacts: artifactsOf(checkCase, mode).map((name) => ({
      name,
      format:
        checkCase.format === "json" ? "json" : checkCase.format === "save" && name === "iptables" ? "save" : "restore",
      file: `${directory}/${name}.${family.toLowerCase()}.${extension}`,
    })),
  };
}

/** In JSON the virtual servers come with the sets and addresses that belong to them. */
function artifactsOf({ artifacts, format }: CheckCase, mode: Situation["mode"]): readonly ArtifactName[] {
  const own = ARTIFACTS_OF_MODE[mode];
  if (artifacts.length > 0) return own.filter((name) => artifacts.includes(name));
  return mode === "ipvs" && format === "json" ? ["ipvsadm", "iptables"] : own;
}

function artifactTrouble({ checkCase, artifacts, situation }: Job): readonly Diagnostic[] {
  if (artifacts.length > 0) return [];
  const { mode } = situation;
  return [
    {
      code: "check-config-invalid-value",
      severity: "error",
      message: `artifacts: mode ${mode} has ${ARTIFACTS_OF_MODE[mode].join(", ")}, and none of those is named`,
      at: checkCase.placeOf("artifacts"),
    },
  ];
}

function sharedFile(checkCase: CheckCase, file: string, owner: string): Diagnostic {
  return {
    code: "check-config-duplicate",
    severity: "error",
    message: `${file} is the golden file of case ${owner} and of case ${checkCase.name}`,
    at: checkCase.placeOf("golden"),
    notes: ["give each case a directory of its own, or leave golden out"],
  };
}

const FIELD_OF_OPTION: readonly (readonly [option: RegExp, field: string])[] = [
  [/--node NAME/g, "nodes"],
  [/--kube-version/g, "kubeVersions"],
  [/--mode\b/g, "modes"],
  [/--proxy-config FILE/g, "proxyConfig"],
  [/--no-simulate/g, "simulate: false"],
];

/** What to choose is a field here, where the command line has an option. */
function inFieldNames(diagnostic: Diagnostic): Diagnostic {
  const notes = diagnostic.notes?.map((note) =>
    FIELD_OF_OPTION.reduce((text, [option, field]) => text.replace(option, field), note),
  );
  return notes ? { ...diagnostic, notes } : diagnostic;
}

const FIELD_OF_CODE: Readonly<Partial<Record<Diagnostic["code"], ConfigFieldName>>> = {
  "unsupported-version": "kubeVersions",
  "unsupported-mode": "modes",
  "unknown-node": "nodes",
  "node-without-object": "nodes",
  "bad-set-option": "set",
  "nothing-selected": "service",
  "service-without-rules": "service",
};

/** What was asked for in the configuration is shown there. */
function atField(diagnostic: Diagnostic, checkCase: CheckCase, combination: Combination): Diagnostic {
  if (diagnostic.at) return diagnostic;
  const field = FIELD_OF_CODE[diagnostic.code] ?? "inputs";
  const values: Readonly<Record<string, string | undefined>> = {
    kubeVersions: combination.kubeVersion,
    modes: combination.mode,
    nodes: combination.node,
  };
  const value = values[field];
  const list = checkCase[field];
  const index = value !== undefined && Array.isArray(list) ? list.indexOf(value) : -1;
  return { ...diagnostic, at: checkCase.placeOf(field, index >= 0 ? index : undefined) };
}

/** An input that is not there is shown where the configuration names it. */
function atInput(diagnostic: Diagnostic, checkCase: CheckCase, files: Pick<CheckFiles, "shown">): Diagnostic {
  if (diagnostic.code === "no-objects") return { ...diagnostic, at: checkCase.placeOf("inputs") };
  const at = diagnostic.at;
  if (!at || !("file" in at)) return diagnostic;
  const index = checkCase.inputs.findIndex((input) => files.shown(input) === at.file);
  return index < 0 ? diagnostic : { ...diagnostic, at: checkCase.placeOf("inputs", index) };
}
