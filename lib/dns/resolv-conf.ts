/** A pod's /etc/resolv.conf as the kubelet writes it. Source: pkg/kubelet/network/dns/dns.go. */
import type { Pod, PodSpec } from "../kube/types.js";

export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** By option name; "" for an option without value. */
  readonly options: Readonly<Record<string, string>>;
  /** Whose nameservers: the cluster's, the node's or the pod's own. */
  readonly from: "cluster" | "node" | "pod";
  /** What was cut, ignored or assumed. */
  readonly notes: readonly string[];
}

/** What the kubelet and the node add. */
export interface NodeDNS {
  /** The kubelet's clusterDNS; empty when it has none. */
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's own resolv.conf; empty lists when not known. */
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_SEARCH_LENGTH = 253;

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

/** Search entries within the limits; what is dropped is said in `notes`. */
function fitSearches(searches: readonly string[], notes: string[]): string[] {
  const fitting = searches.filter((entry) => entry.length <= MAX_SEARCH_LENGTH);
  const kept: string[] = [];
  let characters = -1;
  for (const entry of fitting) {
    characters += entry.length + 1;
    if (kept.length === MAX_SEARCHES || characters > MAX_SEARCH_CHARACTERS) break;
    kept.push(entry);
  }
  if (kept.length < searches.length)
    notes.push(
      `search limits were exceeded: ${searches.length - kept.length} of ${searches.length} entries are left out (event DNSConfigForming)`,
    );
  return kept;
}

/** The resolver settings of a pod with this spec in the namespace. */
export function resolvConfOf(spec: PodSpec, namespace: string, node: NodeDNS): ResolvConf {
  const notes: string[] = [];
  let policy = spec.dnsPolicy || "ClusterFirst";
  if (policy === "ClusterFirst" && spec.hostNetwork) {
    policy = "Default";
    notes.push(
      "dnsPolicy ClusterFirst counts as Default because the pod uses the host's network; ClusterFirstWithHostNet is what asks the cluster's DNS",
    );
  }
  if ((policy === "ClusterFirst" || policy === "ClusterFirstWithHostNet") && node.clusterDNS.length === 0) {
    policy = "Default";
    notes.push("the kubelet has no clusterDNS, so the pod gets the node's settings (event MissingClusterDNS)");
  }
  const domain = node.clusterDomain;
  let base: { nameservers: readonly string[]; searches: readonly string[]; options: Readonly<Record<string, string>> };
  let from: ResolvConf["from"];
  if (policy === "None") {
    from = "pod";
    base = { nameservers: [], searches: [], options: {} };
  } else if (policy === "Default") {
    from = "node";
    base = node;
  } else {
    from = "cluster";
    base = {
      nameservers: node.clusterDNS,
      searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...node.searches],
      options: { ndots: "5" },
    };
  }
  const own = spec.dnsConfig ?? {};
  const nameservers = unique([...base.nameservers, ...(own.nameservers ?? [])]);
  if (nameservers.length > MAX_NAMESERVERS)
    notes.push(
      `only the first ${MAX_NAMESERVERS} of ${nameservers.length} nameservers are used (event DNSConfigForming)`,
    );
  const ownOptions = Object.fromEntries((own.options ?? []).map(({ name, value }) => [name, value ?? ""]));
  return {
    nameservers: nameservers.slice(0, MAX_NAMESERVERS),
    searches: fitSearches(
      unique([...base.searches, ...(own.searches ?? [])].map((entry) => entry.replace(/\.$/, "") || ".")),
      notes,
    ),
    options: { ...base.options, ...ownOptions },
    from,
    notes,
  };
}

/** The resolver settings of a pod. */
export function resolvConfOfPod(pod: Pod, node: NodeDNS): ResolvConf {
  return resolvConfOf(pod.spec, pod.metadata.namespace ?? "default", node);
}

/** ndots of the settings: 1 when not given, at most 15 as in glibc. */
export function ndotsOf(conf: ResolvConf): number {
  const text = Object.hasOwn(conf.options, "ndots") ? conf.options["ndots"]! : "1";
  return /^\d{1,3}$/.test(text) ? Math.min(Number(text), 15) : 1;
}
