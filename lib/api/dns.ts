/** The cluster's DNS: its zone, answers to questions, and lookups as a pod makes them. */
import { featuresOf } from "../config/features.js";
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { allRecords } from "../dns/all-records.js";
import { ASSUMED_SERVER, findClusterDNS, type ClusterDNS } from "../dns/cluster-dns.js";
import { findZone, fullyQualified, lookup } from "../dns/lookup.js";
import { parseResolvConf } from "../dns/parse-resolv-conf.js";
import { resolvConfOf, resolvConfOfPod, type ResolvConf } from "../dns/resolv-conf.js";
import { resolveName, type Resolution, type ResolverLibrary } from "../dns/resolve-name.js";
import type { DNSAnswer, DNSConfig, DNSRecord, QuestionType } from "../dns/types.js";
import { createEndpointResolver } from "../endpoints/resolve.js";
import type { Pod } from "../kube/types.js";
import { settleControllerVersion } from "../pipeline/settle-version.js";
import { focusOn, type Focus } from "../readers/focus.js";
import { locateDiagnostics } from "../readers/locate-diagnostics.js";
import type { Source } from "../source/source.js";
import { nearest } from "../util/nearest.js";
import { readQuestion, type QuestionOptions } from "./read-question.js";

export interface DNSOptions extends QuestionOptions {
  /** Instead of the one the input tells, or cluster.local. */
  readonly clusterDomain?: string;
  /** Text of the node's own resolv.conf, for its servers and search list. */
  readonly resolvConf?: string;
  /** What will be asked first: EndpointSlices that its answer does not need are read when another question does. */
  readonly about?: Pick<DNSQuestion, "name" | "from">;
}

export interface ResolveOptions {
  /** A pod of the namespace, with its own dnsPolicy and dnsConfig; a plain pod when left out or not in the input. */
  readonly pod?: string;
  /** "glibc" when left out. */
  readonly library?: ResolverLibrary;
  /** A and AAAA when left out. */
  readonly types?: readonly QuestionType[];
}

/** A name that is asked for. */
export interface DNSQuestion {
  readonly name: string;
  /** The pod that asks: "NS/POD", "NS/WORKLOAD", or "NS" for a plain pod; a name of the zone is put to the server itself without. */
  readonly from?: string;
  /** In upper case; A and AAAA when left out. */
  readonly type?: QuestionType;
  /** "glibc" when left out. */
  readonly library?: ResolverLibrary;
}

export type DNSReply =
  | { readonly kind: "answers"; readonly answers: readonly DNSAnswer[]; readonly isFound: boolean }
  | { readonly kind: "resolution"; readonly resolution: Resolution; readonly isFound: boolean }
  | { readonly kind: "unknown-sender"; readonly message: string; readonly note: string };

/** What CoreDNS serves for a cluster. */
export interface Zone {
  readonly config: DNSConfig;
  /** Every record, in the zone's order. */
  readonly records: () => Iterable<DNSRecord>;
  /** The server's answer for a complete name. `type`: in upper case. */
  readonly lookup: (name: string, type?: QuestionType) => DNSAnswer;
  /** What happens when a program in a pod of the namespace looks the name up. */
  readonly resolve: (name: string, namespace: string, options?: ResolveOptions) => Resolution;
  /** As `resolve` or `lookup`, whichever the question means. */
  readonly ask: (question: DNSQuestion) => DNSReply;
  /** What was assumed. */
  readonly notes: readonly string[];
}

export interface DNSResult {
  /** Undefined when there is no answer; a diagnostic says why. */
  readonly zone: Zone | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The DNS of a cluster, as CoreDNS' kubernetes plugin serves it. Refused objects do not hide the others.
 *
 * @example
 * import { dns, sourceFromText } from "svcrules";
 *
 * const { zone } = dns([sourceFromText("dump.yaml", dump)]);
 * assert(zone?.lookup("frontend.guestbook.svc.cluster.local").status === "NOERROR");
 * assert(zone?.resolve("frontend", "guestbook").outcome === "resolved");
 */
export function dns(sources: Iterable<Source>, options: DNSOptions = {}): DNSResult {
  const all = [...sources];
  const focus = focusOfQuestion(options);
  const read = (within: Focus | undefined) => readQuestion(all, { ...options, focus: within }, { keepValid: true });
  const { cluster, diagnostics: wrong } = read(focus);
  const diagnostics = [...wrong];
  const features = featuresOf(settleControllerVersion(options.kubeVersion, (found) => void diagnostics.push(found)));
  if (!cluster) return { zone: undefined, diagnostics: locateDiagnostics(diagnostics) };
  const resolve = createEndpointResolver(cluster, features);
  const endpointsOf = focus
    ? readMore(resolve, focus, () => createEndpointResolver(read(undefined).cluster ?? cluster, features))
    : resolve;
  const found = findClusterDNS(cluster, endpointsOf, {
    domain: options.clusterDomain,
    node: options.resolvConf === undefined ? undefined : parseResolvConf(options.resolvConf),
  });
  return { zone: zoneOf(cluster, found), diagnostics: locateDiagnostics(diagnostics) };
}

/** What the DNS server's Service is mostly called; a lookup in a pod asks whether it has endpoints. */
const SERVER_NAMES = ["kube-dns", "coredns", "rke2-coredns-rke2-coredns", "dns-default"];

/** Every label may be the name of a Service. */
function focusOfQuestion({ about, resolvConf }: DNSOptions): Focus | undefined {
  if (!about) return undefined;
  const labels = about.name.toLowerCase().split(".");
  const servers = resolvConf === undefined ? [] : parseResolvConf(resolvConf).nameservers;
  return { ...focusOn(...labels, ...SERVER_NAMES), addresses: new Set([ASSUMED_SERVER, ...servers]) };
}

type EndpointsOf = ReturnType<typeof createEndpointResolver>;

/** For Services outside of the focus that are asked about all the same, everything is read once more. */
function readMore(resolve: EndpointsOf, { names, skipped }: Focus, readWhole: () => EndpointsOf): EndpointsOf {
  let whole: EndpointsOf | undefined;
  return (service) => {
    if (skipped.size === 0 || names.includes(service.metadata.name)) return resolve(service);
    return (whole ??= readWhole())(service);
  };
}

function zoneOf(cluster: Cluster, found: ClusterDNS): Zone {
  const { data, node, notes } = found;
  return {
    config: data.config,
    records: () => allRecords(data),
    lookup: (name, type = "A") => lookup(data, name, type),
    resolve: (name, namespace, { pod: podName, library, types } = {}) => {
      const pod = podsIn(cluster, namespace).find(({ metadata }) => metadata.name === podName);
      return resolveName(
        data,
        pod ? resolvConfOfPod(pod, node) : resolvConfOf({}, namespace, node),
        name,
        library,
        types,
      );
    },
    ask: (question) => ask(question, cluster, found),
    notes,
  };
}

const FOUND: ReadonlySet<string> = new Set(["resolved", "upstream", "address"]);

function ask({ name, from, type, library }: DNSQuestion, cluster: Cluster, dns: ClusterDNS): DNSReply {
  const types = type === undefined ? ["A", "AAAA"] : [type];
  const { domains, reverseZones } = dns.data.config;
  const complete = fullyQualified(name);
  const inZone = findZone([...domains, ...reverseZones], complete) !== undefined;
  if (from === undefined && (inZone || name.endsWith("."))) {
    const answers = types.map((asked) => lookup(dns.data, complete, asked));
    const isFound = answers.some(({ status, answers: found }) => found.length > 0 || status === "upstream");
    return { kind: "answers", answers, isFound };
  }
  const settings = settingsOf(from ?? "default", cluster, dns);
  if ("kind" in settings) return settings;
  const resolution = resolveName(dns.data, settings, name, library, types);
  return { kind: "resolution", resolution, isFound: FOUND.has(resolution.outcome) };
}

function podsIn({ pods }: Cluster, namespace: string): Pod[] {
  return pods.filter(({ metadata }) => (metadata.namespace ?? "default") === namespace);
}

/** The resolver settings of NS/POD, of the first pod of NS/WORKLOAD, or of a plain pod of NS. */
function settingsOf(
  from: string,
  cluster: Cluster,
  { node }: ClusterDNS,
): ResolvConf | Extract<DNSReply, { kind: "unknown-sender" }> {
  const slash = from.indexOf("/");
  if (slash < 0) return resolvConfOf({}, from, node);
  const [namespace, name] = [from.slice(0, slash), from.slice(slash + 1)];
  const pods = podsIn(cluster, namespace);
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (pod) return resolvConfOfPod(pod, node);
  const workload = cluster.workloads.find(
    ({ metadata }) => (metadata.namespace ?? "default") === namespace && metadata.name === name,
  );
  if (workload) return resolvConfOf(workload.spec.template?.spec ?? {}, namespace, node);
  const near = nearest(
    name,
    pods.map(({ metadata }) => metadata.name),
  );
  return {
    kind: "unknown-sender",
    message: `--from ${from}: the input holds no pod or workload of that name`,
    note:
      near === undefined
        ? `use --from ${namespace} for a plain pod of the namespace`
        : `did you mean ${namespace}/${near}?`,
  };
}
