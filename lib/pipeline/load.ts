/** Sources to a Cluster: read, check, complete. */
import { splitBundles } from "../bundle/split-bundles.js";
import { createCollector } from "../cluster/collect.js";
import { completeCluster } from "../cluster/complete/index.js";
import type { Cluster } from "../cluster/types.js";
import { findCollisions, validateObject } from "../cluster/validate/index.js";
import { featuresOf, NEWEST_VERSION } from "../config/features.js";
import { parseKubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { noteNoEndpoints } from "../endpoints/no-endpoints-given.js";
import { warnOfUnknownNodes } from "../endpoints/pods-on-unknown-nodes.js";
import type { Service } from "../kube/types.js";
import type { Focus } from "../readers/focus.js";
import { leaveOutPatches, readSource } from "../readers/index.js";
import type { Source } from "../source/source.js";

export interface LoadOptions {
  /** Release whose API server checks the objects; the newest when left out or not known. */
  readonly kubeVersion?: string;
  /** Whether pods, addresses and node ports that plain manifests lack are made up; otherwise they are errors. */
  readonly simulate?: boolean;
  /** Where simulated cluster IPs come from. */
  readonly serviceCIDR?: readonly string[];
  /** Keep only what rules are made of; nothing can be explained from the cluster then. */
  readonly rulesOnly?: boolean;
  /** What the question is about: EndpointSlices that it cannot need may be left out of the cluster. */
  readonly focus?: Focus;
  /** The Services that are asked about, as a selection names them: of what others lack nothing is said. */
  readonly asked?: { readonly service?: string; readonly namespace?: string };
  /** Complete the valid objects although others are refused, for answers about what is left. */
  readonly keepValid?: boolean;
}

export interface LoadResult {
  /** As far as it could be read; not to be used when a diagnostic is an error. */
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
}

function featuresFor(options: LoadOptions) {
  return featuresOf(parseKubeVersion(options.kubeVersion ?? "") ?? NEWEST_VERSION);
}

function objectsAmong(sources: Iterable<Source>): readonly Source[] {
  return leaveOutPatches(splitBundles([...sources]).objects);
}

/** The objects of the sources as written, each checked by itself. Sources are to be in sorted order of their names. */
export function readObjects(sources: Iterable<Source>, options: LoadOptions = {}): LoadResult {
  const features = featuresFor(options);
  const collector = createCollector({
    rulesOnly: options.rulesOnly,
    focus: options.focus,
    validate: (object, report) => validateObject(object, report, features),
  });
  for (const source of objectsAmong(sources)) readSource(source, collector);
  return collector.finish();
}

/**
 * A cluster ready to compile: read, checked object by object, completed as the API server would (or simulated), and
 * checked across objects.
 */
export function loadCluster(sources: Iterable<Source>, options: LoadOptions = {}): LoadResult {
  return complete(readObjects(sources, options), options);
}

/**
 * As `loadCluster` for several releases, of which `undefined` is the newest: the sources are read once, and checked and
 * completed as each release's API server does. A refused object makes that release's result one with an error.
 */
export function loadClusterForReleases<V extends string | undefined>(
  sources: Iterable<Source>,
  options: Omit<LoadOptions, "kubeVersion">,
  kubeVersions: readonly V[],
): ReadonlyMap<V, LoadResult> {
  const releases = [...new Set(kubeVersions)].map((kubeVersion) => {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
    return { kubeVersion, features: featuresFor({ kubeVersion }), diagnostics, report };
  });
  const collector = createCollector({
    validate: (object) =>
      releases.map(({ report, features }) => validateObject(object, report, features)).some((accepted) => accepted),
  });
  for (const source of objectsAmong(sources)) readSource(source, collector);
  const { cluster, diagnostics } = collector.finish();
  return new Map(
    releases.map(({ kubeVersion, diagnostics: own }) => [
      kubeVersion,
      complete({ cluster, diagnostics: [...diagnostics, ...own] }, { ...options, kubeVersion }),
    ]),
  );
}

function complete(read: LoadResult, options: LoadOptions): LoadResult {
  if (!options.keepValid && read.diagnostics.some((d) => d.severity === "error"))
    return { ...read, diagnostics: [...read.diagnostics, ...findCollisions(read.cluster.services)] };
  const { focus } = options;
  const isRead = (service: Service) =>
    isAsked(service, options) && (!focus || focus.skipped.size === 0 || focus.names.includes(service.metadata.name));
  const completed = completeCluster(read.cluster, {
    simulate: options.simulate !== false,
    serviceCIDR: options.serviceCIDR ?? [],
    features: featuresFor(options),
  });
  return {
    cluster: completed.cluster,
    diagnostics: [
      ...read.diagnostics,
      ...completed.diagnostics,
      ...findCollisions(completed.cluster.services),
      ...warnOfUnknownNodes(completed.cluster, isRead),
      ...(focus && focus.skipped.size > 0 ? [] : noteNoEndpoints(completed.cluster)),
    ],
  };
}

function isAsked({ metadata }: Service, { asked = {} }: LoadOptions): boolean {
  const { namespace = "default", name } = metadata;
  const { service } = asked;
  const isNamed = service === undefined || service === (service.includes("/") ? `${namespace}/${name}` : name);
  return isNamed && (asked.namespace === undefined || asked.namespace === namespace);
}
