/** Sources to the cluster's DNS: its zone, answers to questions, and lookups as a pod makes them. */
import { NEWEST_VERSION, featuresOf } from "../config/features.js";
import { parseKubeVersion } from "../config/kube-version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { allRecords } from "../dns/all-records.js";
import { findClusterDNS } from "../dns/cluster-dns.js";
import { lookup } from "../dns/lookup.js";
import { resolvConfOf, resolvConfOfPod, type ResolvConf } from "../dns/resolv-conf.js";
import { resolveName, type Resolution, type ResolverLibrary } from "../dns/resolve-name.js";
import type { DNSAnswer, DNSRecord } from "../dns/types.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import { loadCluster, type LoadOptions } from "../pipeline/load.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import { hasError } from "./settle-sources.js";
import type { Source } from "../source/source.js";

export interface DNSOptions extends LoadOptions {
  /** Instead of the one the input tells, or cluster.local. */
  readonly clusterDomain?: string;
}

export interface ResolveOptions {
  /** A pod of the namespace, with its own dnsPolicy and dnsConfig; a plain pod when left out or not in the input. */
  readonly pod?: string;
  /** "glibc" when left out. */
  readonly library?: ResolverLibrary;
  /** A and AAAA when left out. */
  readonly types?: readonly string[];
}

/** What CoreDNS serves for a cluster. */
export interface Zone {
  /** Every record, in the zone's order. */
  readonly records: () => Iterable<DNSRecord>;
  /** The server's answer for a complete name. `type`: in upper case. */
  readonly lookup: (name: string, type?: string) => DNSAnswer;
  /** What happens when a program in a pod of the namespace looks the name up. */
  readonly resolve: (name: string, namespace: string, options?: ResolveOptions) => Resolution;
  /** What was assumed. */
  readonly notes: readonly string[];
}

export interface DNSResult {
  /** Undefined when a diagnostic is an error. */
  readonly zone: Zone | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The DNS of a cluster, as CoreDNS' kubernetes plugin serves it.
 *
 * @example
 * import { dns, sourceFromText } from "svcrules";
 *
 * const { zone } = dns([sourceFromText("dump.yaml", dump)]);
 * assert(zone?.lookup("frontend.guestbook.svc.cluster.local").status === "NOERROR");
 * assert(zone?.resolve("frontend", "guestbook").outcome === "resolved");
 */
export function dns(sources: Iterable<Source>, options: DNSOptions = {}): DNSResult {
  const { cluster, diagnostics: read } = loadCluster(sources, options);
  const diagnostics = locateDiagnostics(read);
  if (hasError(diagnostics)) return { zone: undefined, diagnostics };
  const version = parseKubeVersion(options.kubeVersion ?? "") ?? NEWEST_VERSION;
  const { data, node, notes } = findClusterDNS(cluster, createEndpointResolver(cluster, featuresOf(version)), {
    domain: options.clusterDomain,
  });
  const settingsOf = (namespace: string, name: string | undefined): ResolvConf => {
    const pod = cluster.pods.find(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? "default") === namespace,
    );
    return pod ? resolvConfOfPod(pod, node) : resolvConfOf({}, namespace, node);
  };
  const zone: Zone = {
    records: () => allRecords(data),
    lookup: (name, type = "A") => lookup(data, name, type),
    resolve: (name, namespace, { pod, library, types } = {}) =>
      resolveName(data, settingsOf(namespace, pod), name, library, types),
    notes,
  };
  return { zone, diagnostics };
}
