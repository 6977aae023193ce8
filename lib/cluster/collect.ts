/** From objects one by one to a Cluster: made smaller, checked, merged, sorted. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { KubeObject, KubeProxyConfiguration, Service } from "../kube/types.js";
import { widenFocus, type Focus } from "../readers/focus.js";
import type { Likeness, RawObject, ReaderSink } from "../readers/sink.js";
import { alikeTo } from "./alike/index.js";
import { createFactCollector } from "./collect-facts.js";
import { createCustomKinds } from "./collect-custom-kinds.js";
import {
  findKeptKind,
  findMeantKind,
  findMoved,
  splitAPIVersion,
  type KeptKind,
  type ObjectList,
} from "./collect-kinds.js";
import { readProxyConfigMap } from "./collect-proxy-configuration.js";
import { inferProxyConfiguration } from "./collect-proxy-flags.js";
import { quoted } from "../util/quoted.js";
import { mergeObjects } from "./merge-objects.js";
import { createPool } from "./trim/pool.js";
import { trimMetadata } from "./trim/metadata.js";
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

/** A sink that makes a Cluster of what it gets. Sources are to be read in sorted order: of duplicates the last may win. */
export function createCollector(options: CollectorOptions = {}): Collector {
  const defaultNamespace = options.defaultNamespace ?? "default";
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const facts = createFactCollector();
  const pool = createPool(options.rulesOnly);
  const customKinds = createCustomKinds(options.rulesOnly === true);
  const lists = new Map<KeptKind, Map<string, Map<string, KubeObject>>>();
  /** Objects of one kind and namespace come together. */
  let last: { kept: KeptKind; namespace: string | undefined; names: Map<string, KubeObject> } | undefined;
  const proxyConfigurations: KubeProxyConfiguration[] = [];
  /** What became of the object handed out last, where nothing was to be said of it. */
  let lastWithoutDiagnostics:
    { readonly raw: RawObject; readonly kept: KeptKind; readonly object: KubeObject } | undefined;

  function namespaceOf(raw: RawObject, kept: KeptKind): string | undefined {
    if (!kept.namespaced) return undefined;
    const namespace = fieldsOf(raw.metadata)?.["namespace"];
    return typeof namespace === "string" && namespace !== "" ? namespace : defaultNamespace;
  }

  function namesOf(kept: KeptKind, namespace: string | undefined): Map<string, KubeObject> {
    if (last?.kept === kept && last.namespace === namespace) return last.names;
    let namespaces = lists.get(kept);
    if (!namespaces) lists.set(kept, (namespaces = new Map()));
    let names = namespaces.get(namespace ?? "");
    if (!names) namespaces.set(namespace ?? "", (names = new Map()));
    last = { kept, namespace, names };
    return names;
  }

  function keep(kept: KeptKind, object: KubeObject): void {
    const { namespace, name } = object.metadata;
    const names = namesOf(kept, namespace);
    const earlier = names.get(name);
    names.set(name, earlier ? mergeObjects(earlier, object, report) : object);
    if (options.focus?.addresses && kept.list === "services") widenFocus(options.focus, object as Service);
  }

  /** An object of an extension: a workload by its pod template, else what its spec says of labels. */
  function custom(raw: RawObject, group: string): void {
    const kept = customKinds.find(raw, group);
    if (!kept) return;
    const namespace = namespaceOf(raw, kept);
    const metadata = trimMetadata(raw.metadata, namespace && pool.text(namespace), pool);
    if (metadata.name === "") return;
    const [apiVersion, kind] = [pool.text(raw.apiVersion), pool.text(raw.kind)];
    keep(kept, kept.make({ apiVersion, kind, metadata, origin: raw.origin }, raw as unknown as Fields, pool));
  }

  function object(raw: RawObject): void {
    lastWithoutDiagnostics = undefined;
    const before = diagnostics.length;
    const { group, version } = splitAPIVersion(raw.apiVersion);
    facts.source(raw.origin.source);
    if (group === PROXY_CONFIGURATION_GROUP && raw.kind === "KubeProxyConfiguration") {
      if (options.validate?.(raw, report) !== false) proxyConfigurations.push(raw as unknown as KubeProxyConfiguration);
      return;
    }
    const kept = findKeptKind(group, raw.kind);
    const moved = findMoved(group, raw.kind);
    if (moved !== undefined) return report(oldVersion(raw, [moved]));
    if (!kept) {
      const meant = findMeantKind(group, raw.kind);
      if (meant) return report(meant.kind === raw.kind ? oldVersion(raw, [meant.apiVersion]) : unknownKind(raw, meant));
      facts.passedOver(raw, group);
      return custom(raw, group);
    }
    if (kept.versions && !kept.versions.includes(version))
      return report(
        oldVersion(
          raw,
          kept.versions.map((served) => (group === "" ? served : `${group}/${served}`)),
        ),
      );
    if (options.validate && !options.validate(raw, report)) return;
    const fields = raw as unknown as Fields;
    const namespace = namespaceOf(raw, kept);
    const metadata = trimMetadata(raw.metadata, namespace && pool.text(namespace), pool);
    if (metadata.name === "") return;
    const [apiVersion, kind] = [pool.text(raw.apiVersion), pool.text(raw.kind)];
    const trimmed = kept.make({ apiVersion, kind, metadata, origin: raw.origin }, fields, pool);
    keep(kept, trimmed);
    if (diagnostics.length === before) lastWithoutDiagnostics = { raw, kept, object: trimmed };
  }

  function likeness(raw: RawObject): Likeness | undefined {
    if (lastWithoutDiagnostics?.raw !== raw) return undefined;
    const { kept, object: first } = lastWithoutDiagnostics;
    // What endpoints refer to is not kept of slices read this way.
    if (!options.rulesOnly && first.kind !== "Service") return undefined;
    const alike = alikeTo(first);
    if (!alike) return undefined;
    let count = 0;
    return {
      differs(path) {
        const difference = alike.differs(path, count);
        if (difference) count++;
        return difference;
      },
      another(values, origin) {
        const other = alike.make(values, { origin });
        if (!other) return false;
        facts.source(origin.source);
        keep(kept, other);
        return true;
      },
    };
  }

  function deleted(raw: RawObject): void {
    const { group } = splitAPIVersion(raw.apiVersion);
    const kept = findKeptKind(group, raw.kind) ?? customKinds.find(raw, group);
    const name = fieldsOf(raw.metadata)?.["name"];
    if (kept && typeof name === "string") namesOf(kept, namespaceOf(raw, kept)).delete(name);
  }

  function finish() {
    const sorted = sortLists(lists);
    for (const configMap of sorted.configMaps) {
      const found = readProxyConfigMap(configMap, report);
      if (found && options.validate?.(found as unknown as KubeObject, report) !== false)
        proxyConfigurations.push(found);
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

  return {
    rulesOnly: options.rulesOnly,
    focus: options.focus,
    object,
    likeness,
    deleted,
    diagnostic: report,
    fact: facts.fact,
    finish,
  };
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

function oldVersion(raw: RawObject, served: readonly string[]): Diagnostic {
  return {
    code: "api-version-not-served",
    severity: isHeld(raw) ? "warning" : "error",
    message: `${raw.kind} has apiVersion ${JSON.stringify(raw.apiVersion)}; it is served as ${served.join(" or ")}`,
    at: { origin: raw.origin, path: ["apiVersion"] },
    notes: [
      isHeld(raw)
        ? "an old server gave it out under this apiVersion; it is passed over"
        : "the API server would refuse this object: change its apiVersion",
    ],
  };
}

/** Whether a cluster gave the object out, so that its API server took it. */
function isHeld({ metadata }: RawObject): boolean {
  const { uid, resourceVersion } = fieldsOf(metadata) ?? {};
  return typeof uid === "string" || typeof resourceVersion === "string";
}

function unknownKind(raw: RawObject, meant: { readonly kind: string; readonly apiVersion: string }): Diagnostic {
  return {
    code: "unknown-kind",
    severity: "error",
    message: `${quoted(raw.apiVersion)} has no kind ${quoted(raw.kind)}`,
    at: { origin: raw.origin, path: ["kind"] },
    notes: [`did you mean ${meant.kind} (${meant.apiVersion})?`, "the API server would refuse this object"],
  };
}

type SortedLists = { [List in ObjectList]: KubeObject[] } & Omit<Cluster, "facts" | "proxyConfigurations">;

/** Every list by namespace and name. */
function sortLists(lists: ReadonlyMap<KeptKind, ReadonlyMap<string, ReadonlyMap<string, KubeObject>>>): SortedLists {
  const sorted: Record<ObjectList, KubeObject[]> = {
    services: [],
    pods: [],
    nodes: [],
    endpointSlices: [],
    endpoints: [],
    workloads: [],
    customResources: [],
    configMaps: [],
    namespaces: [],
    networkPolicies: [],
    adminPolicies: [],
    foreignPolicies: [],
    serviceCIDRs: [],
  };
  const merged = new Map<ObjectList, Map<string, KubeObject[]>>();
  for (const [{ list }, namespaces] of lists) {
    let ofList = merged.get(list);
    if (!ofList) merged.set(list, (ofList = new Map()));
    for (const [namespace, names] of namespaces)
      ofList.set(namespace, [...(ofList.get(namespace) ?? []), ...names.values()]);
  }
  for (const [list, namespaces] of merged)
    for (const namespace of [...namespaces.keys()].sort()) {
      const objects = namespaces.get(namespace)!.sort(byNameAndKind);
      for (const object of objects) sorted[list].push(object);
    }
  return sorted as SortedLists;
}

function byNameAndKind(a: KubeObject, b: KubeObject): number {
  const [x, y] = [a.metadata.name, b.metadata.name];
  if (x !== y) return x < y ? -1 : 1;
  return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
}
