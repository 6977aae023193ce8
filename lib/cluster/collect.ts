/** From objects one by one to a Cluster: made smaller, checked, merged, sorted. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeObject, KubeProxyConfiguration, Service } from "../kube/types.js";
import { widenFocus, type Focus } from "../readers/focus.js";
import type { RawObject, ReaderSink, SkimTemplate } from "../readers/sink.js";
import { createCustomKinds, type CustomKinds } from "./collect-custom-kinds.js";
import { createFactCollector, type FactCollector } from "./collect-facts.js";
import { findKeptKind, splitAPIVersion, type KeptKind } from "./collect-kinds.js";
import { readProxyConfigMap } from "./collect-proxy-configuration.js";
import { inferProxyConfiguration } from "./collect-proxy-flags.js";
import { mergeObjects } from "./merge-objects.js";
import { createObjectStore, namesOf, sortedLists, type ObjectStore } from "./object-store.js";
import { refusalOf } from "./refused-kinds.js";
import { templateOf } from "./skim/index.js";
import { trimMetadata } from "./trim/metadata.js";
import { createPool, type Pool } from "./trim/pool.js";
import { fieldsOf, type Fields } from "./trim/shape.js";
import type { Cluster } from "./types.js";

export interface CollectorOptions {
  /** Keep only what rules are made of: less memory and time for large clusters. */
  readonly rulesOnly?: boolean;
  /** EndpointSlices that are not needed for this may be left out. */
  readonly focus?: Focus;
  /** Namespace of namespaced objects that name none. */
  readonly defaultNamespace?: string;
  /** Checks an object as it was written; false leaves it out. */
  readonly validate?: (object: KubeObject, report: (diagnostic: Diagnostic) => void) => boolean;
}

export interface Collector extends ReaderSink {
  finish(): { readonly cluster: Cluster; readonly diagnostics: readonly Diagnostic[] };
}

const PROXY_CONFIGURATION_GROUP = "kubeproxy.config.k8s.io";

/** What a collector has by now. */
interface Collection {
  readonly options: CollectorOptions;
  readonly diagnostics: Diagnostic[];
  readonly report: (diagnostic: Diagnostic) => void;
  readonly facts: FactCollector;
  readonly pool: Pool;
  readonly customKinds: CustomKinds;
  readonly store: ObjectStore;
  readonly proxyConfigurations: KubeProxyConfiguration[];
  /** The object handed out last and what is kept of it, if nothing was to be said of it. */
  lastWithoutDiagnostics: { readonly raw: RawObject; readonly kept: KeptKind; readonly object: KubeObject } | undefined;
}

/** A sink that makes a Cluster of what it gets. Sources are to be read in sorted order: of duplicates the last may win. */
export function createCollector(options: CollectorOptions = {}): Collector {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const collection: Collection = {
    options,
    diagnostics,
    report,
    facts: createFactCollector(),
    pool: createPool(options.rulesOnly),
    customKinds: createCustomKinds(options.rulesOnly === true),
    store: createObjectStore(),
    proxyConfigurations: [],
    lastWithoutDiagnostics: undefined,
  };
  return {
    rulesOnly: options.rulesOnly,
    focus: options.focus,
    object: (raw) => collect(collection, raw),
    template: (raw) => templateFrom(collection, raw),
    deleted: (raw) => forget(collection, raw),
    diagnostic: report,
    fact: collection.facts.fact,
    finish: () => finish(collection),
  };
}

function collect(collection: Collection, raw: RawObject): void {
  const { options, facts, report, diagnostics } = collection;
  collection.lastWithoutDiagnostics = undefined;
  const before = diagnostics.length;
  const { group, version } = splitAPIVersion(raw.apiVersion);
  facts.source(raw.origin.source);
  if (group === PROXY_CONFIGURATION_GROUP && raw.kind === "KubeProxyConfiguration") {
    if (options.validate?.(raw, report) !== false)
      collection.proxyConfigurations.push(raw as unknown as KubeProxyConfiguration);
    return;
  }
  const kept = findKeptKind(group, raw.kind);
  const refusal = refusalOf(raw, group, version, kept);
  if (refusal) return report(refusal);
  if (!kept) {
    facts.passedOver(raw, group);
    const custom = collection.customKinds.find(raw, group);
    if (custom) keepTrimmed(collection, raw, custom);
    return;
  }
  if (options.validate && !options.validate(raw, report)) return;
  const object = keepTrimmed(collection, raw, kept);
  if (object && diagnostics.length === before) collection.lastWithoutDiagnostics = { raw, kept, object };
}

/** Keeps what is needed of an object; undefined when it has no name. */
function keepTrimmed(collection: Collection, raw: RawObject, kept: KeptKind): KubeObject | undefined {
  const { pool, options } = collection;
  const namespace = namespaceOf(raw, kept, options);
  const metadata = trimMetadata(raw.metadata, namespace && pool.text(namespace), pool);
  if (metadata.name === "") return undefined;
  const [apiVersion, kind] = [pool.text(raw.apiVersion), pool.text(raw.kind)];
  const object = kept.make({ apiVersion, kind, metadata, origin: raw.origin }, raw as unknown as Fields, pool);
  keep(collection, kept, object);
  return object;
}

function namespaceOf(raw: RawObject, kept: KeptKind, { defaultNamespace = "default" }: CollectorOptions) {
  if (!kept.namespaced) return undefined;
  const namespace = fieldsOf(raw.metadata)?.["namespace"];
  return typeof namespace === "string" && namespace !== "" ? namespace : defaultNamespace;
}

function keep({ options, store, report }: Collection, kept: KeptKind, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  const names = namesOf(store, kept, namespace);
  const earlier = names.get(name);
  names.set(name, earlier ? mergeObjects(earlier, object, report) : object);
  if (options.focus?.addresses && kept.list === "services") widenFocus(options.focus, object as Service);
}

/** The object handed out last as a template, where it has one and no check had anything to say of it. */
function templateFrom(collection: Collection, raw: RawObject): SkimTemplate | undefined {
  const { options, facts, lastWithoutDiagnostics: last } = collection;
  if (last?.raw !== raw) return undefined;
  // What endpoints refer to is not kept of slices made from a template.
  if (!options.rulesOnly && last.object.kind !== "Service") return undefined;
  const template = templateOf(last.object);
  if (!template) return undefined;
  let count = 0;
  return {
    differs(path) {
      const difference = template.differs(path, count);
      if (difference) count++;
      return difference;
    },
    take(values, origin) {
      const other = template.make(values, { origin });
      if (!other) return false;
      facts.source(origin.source);
      keep(collection, last.kept, other);
      return true;
    },
  };
}

/** A watch event told that the object is gone. */
function forget({ customKinds, store, options }: Collection, raw: RawObject): void {
  const { group } = splitAPIVersion(raw.apiVersion);
  const kept = findKeptKind(group, raw.kind) ?? customKinds.find(raw, group);
  const name = fieldsOf(raw.metadata)?.["name"];
  if (kept && typeof name === "string") namesOf(store, kept, namespaceOf(raw, kept, options)).delete(name);
}

function finish({ options, store, facts, report, diagnostics, proxyConfigurations }: Collection) {
  const sorted = sortedLists(store);
  for (const configMap of sorted.configMaps) {
    const found = readProxyConfigMap(configMap, report);
    if (found && options.validate?.(found as unknown as KubeObject, report) !== false) proxyConfigurations.push(found);
  }
  const found = facts.finish({ ...sorted, proxyConfigurations });
  const inferred = proxyConfigurations.length === 0 ? inferProxyConfiguration(found) : undefined;
  if (inferred) {
    proxyConfigurations.push(inferred.configuration);
    report({
      code: "proxy-configuration-inferred",
      severity: "note",
      message: `the input holds no KubeProxyConfiguration; what is known of it comes from ${inferred.from}`,
    });
  }
  if (found.otherProxy) report(noKubeProxy(found.otherProxy));
  return { cluster: { ...sorted, proxyConfigurations, facts: found }, diagnostics };
}

function noKubeProxy({ name, evidence, origin }: NonNullable<Cluster["facts"]["otherProxy"]>): Diagnostic {
  return {
    code: "no-kube-proxy",
    severity: "warning",
    message: `${name} does kube-proxy's work in this cluster: ${evidence}`,
    at: origin && { origin, path: [] },
    notes: ["kube-proxy's rules are on none of its nodes; the endpoints of Services are the same"],
  };
}
