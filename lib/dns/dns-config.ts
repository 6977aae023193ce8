/** The DNS configuration of a cluster: from its Corefile, else kubeadm's. */
import type { Cluster } from "../cluster/types.js";
import { parseCIDR } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import { isRecord } from "../util/is-record.js";
import { parseCorefile, type Directive, type ServerBlock } from "./corefile.js";
import type { DNSConfig, PodsMode } from "./types.js";

/** What kubeadm writes. Source: kubeadm's CoreDNS addon manifest, 1.31 to 1.36. */
export function kubeadmDNSConfig(domain: string): DNSConfig {
  return {
    domains: [domain],
    reverseZones: ["in-addr.arpa", "ip6.arpa"],
    ttlSeconds: 30,
    pods: "insecure",
    endpointPodNames: false,
    namespaces: undefined,
    namespaceLabels: undefined,
    serviceLabels: undefined,
    noEndpoints: false,
    ignoreEmptyServices: false,
    fallthrough: ["in-addr.arpa", "ip6.arpa"],
    zonal: false,
    forwards: true,
    notes: [],
  };
}

/** Plugins that may answer before `kubernetes` does; what they do is not modelled. */
const ANSWERING_PLUGINS = new Set(["rewrite", "hosts", "template", "file", "view", "acl", "k8s_external", "dns64"]);

function isReverse(zone: string): boolean {
  return zone === "in-addr.arpa" || zone === "ip6.arpa" || zone.endsWith(".in-addr.arpa") || zone.endsWith(".ip6.arpa");
}

/** "dns://Cluster.Local.:53" to "cluster.local"; a CIDR on an octet or nibble boundary to its reverse zone. */
function zoneName(text: string): string {
  const cidr = parseCIDR(text);
  if (cidr) {
    const step = cidr.family === "IPv4" ? 8 : 4;
    const all = cidr.family === "IPv4" ? 32 : 128;
    const labels: string[] = [];
    for (let bits = step; bits <= cidr.prefix; bits += step) {
      const part = (cidr.base >> BigInt(all - bits)) & ((1n << BigInt(step)) - 1n);
      labels.unshift(part.toString(cidr.family === "IPv4" ? 10 : 16));
    }
    return [...labels, cidr.family === "IPv4" ? "in-addr.arpa" : "ip6.arpa"].join(".");
  }
  return text
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/:\d+$/, "")
    .replace(/\.$/, "");
}

function ttlOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,4}$/.test(text)) return undefined;
  const ttl = Number(text);
  return ttl <= 3600 ? ttl : undefined;
}

function configOfPlugin(plugin: Directive, server: ServerBlock): DNSConfig {
  const zones = (plugin.args.length > 0 ? plugin.args : server.keys).map(zoneName);
  const option = (name: string) => plugin.block.find((directive) => directive.name === name);
  const list = (name: string) =>
    plugin.block.filter((directive) => directive.name === name).flatMap(({ args }) => args);
  const namespaces = list("namespaces");
  const podsText = option("pods")?.args[0];
  const fallthrough = option("fallthrough")?.args.map(zoneName);
  const others = server.directives.filter(({ name }) => ANSWERING_PLUGINS.has(name)).map(({ name }) => name);
  return {
    domains: zones.filter((zone) => !isReverse(zone) && zone !== ""),
    reverseZones: zones.filter(isReverse),
    ttlSeconds: ttlOf(option("ttl")?.args[0]) ?? 5,
    pods: podsText === "insecure" || podsText === "verified" ? (podsText satisfies PodsMode) : "disabled",
    endpointPodNames: option("endpoint_pod_names") !== undefined,
    namespaces: namespaces.length > 0 ? namespaces : undefined,
    namespaceLabels: option("namespace_labels")?.args.join(" "),
    serviceLabels: option("labels")?.args.join(" "),
    noEndpoints: option("noendpoints") !== undefined,
    ignoreEmptyServices: plugin.block.some(({ name, args }) => name === "ignore" && args.includes("empty_service")),
    fallthrough: fallthrough && (fallthrough.includes("") ? [] : fallthrough),
    zonal: option("zonal") !== undefined,
    forwards: server.directives.some(({ name }) => name === "forward" || name === "proxy"),
    notes:
      others.length > 0
        ? [`the Corefile also uses ${[...new Set(others)].sort().join(", ")}; answers they make are not modelled`]
        : [],
  };
}

/** The configuration of the first `kubernetes` plugin with a forward zone in a Corefile; undefined when it has none. */
export function dnsConfigOfCorefile(text: string): DNSConfig | undefined {
  for (const server of parseCorefile(text)) {
    for (const plugin of server.directives) {
      if (plugin.name !== "kubernetes") continue;
      const config = configOfPlugin(plugin, server);
      if (config.domains.length > 0) return config;
    }
  }
  return undefined;
}

/**
 * The first document that holds `key` in the YAML text of kubeadm's and the kubelet's ConfigMaps; undefined when none does.
 * Of a text that is no YAML (a template, or cut short) what its lines tell.
 */
function fieldsIn(text: string | undefined, key: string): Readonly<Record<string, unknown>> | undefined {
  const parsed = text === undefined ? undefined : parseYAMLText(text);
  if (parsed && "error" in parsed) return fieldsOfLines(text!);
  return parsed?.values.filter(isRecord).find((document) => Object.hasOwn(document, key));
}

const LINE = /^[ \t]*(clusterDomain|dnsDomain):[ \t]*["']?([A-Za-z0-9.-]+)["']?[ \t]*\r?$/gm;
const SERVERS = /^clusterDNS:[ \t]*(?:\[([^\]\n]*)\]|((?:\r?\n[ \t]*-[^\n]*)+))/m;

/** What is read of a configuration that is no YAML, by its lines. */
export function fieldsOfLines(text: string): Readonly<Record<string, unknown>> {
  const scalars = new Map([...text.matchAll(LINE)].reverse().map(([, key, value]) => [key, value]));
  const block = SERVERS.exec(text);
  const items = block?.[1]?.split(",") ?? block?.[2]?.split("\n").map((line) => line.replace(/^[ \t]*-/, "")) ?? [];
  const servers = items.map((item) => item.replace(/["'\s]/g, "")).filter((item) => parseIP(item) !== undefined);
  const [clusterDomain, dnsDomain] = [scalars.get("clusterDomain"), scalars.get("dnsDomain")];
  return {
    ...(clusterDomain !== undefined && { clusterDomain }),
    ...(dnsDomain !== undefined && { networking: { dnsDomain } }),
    ...(servers.length > 0 && { clusterDNS: servers }),
  };
}

/** A name of a domain; anything else counts as not given. */
function domainIn(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z0-9.-]+$/.test(value) ? value : undefined;
}

/** The data of a ConfigMap of kube-system, own keys only. */
function systemData(cluster: Cluster, name: string, key: string): string | undefined {
  const map = cluster.configMaps.find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? "default") === "kube-system",
  );
  return map?.data && Object.hasOwn(map.data, key) ? map.data[key] : undefined;
}

/** The cluster domain that kubelet or kubeadm configure; undefined when the input does not tell. */
export function findClusterDomain(cluster: Cluster): string | undefined {
  const { networking } = fieldsIn(systemData(cluster, "kubeadm-config", "ClusterConfiguration"), "networking") ?? {};
  const domain =
    domainIn(fieldsIn(systemData(cluster, "kubelet-config", "kubelet"), "clusterDomain")?.["clusterDomain"]) ??
    domainIn(isRecord(networking) ? networking["dnsDomain"] : undefined);
  return domain?.toLowerCase().replace(/\.$/, "");
}

/** The addresses kubelet hands to pods as nameservers, from ConfigMap kubelet-config; empty when it does not tell. */
export function findKubeletDNSServers(cluster: Cluster): string[] {
  const servers = fieldsIn(systemData(cluster, "kubelet-config", "kubelet"), "clusterDNS")?.["clusterDNS"];
  return Array.isArray(servers) ? servers.filter((server) => typeof server === "string" && server !== "") : [];
}

/**
 * The DNS configuration in use.
 * `domain`: chosen by the user; it wins over the input's.
 */
export function findDNSConfig(cluster: Cluster, domain?: string): DNSConfig {
  const corefile = systemData(cluster, "coredns", "Corefile");
  const fromCorefile = corefile === undefined ? undefined : dnsConfigOfCorefile(corefile);
  const chosen = domain?.toLowerCase().replace(/\.$/, "");
  if (fromCorefile) return chosen === undefined ? fromCorefile : { ...fromCorefile, domains: [chosen] };
  const found = chosen ?? findClusterDomain(cluster);
  const notes = [
    corefile === undefined
      ? "no Corefile in the input (ConfigMap kube-system/coredns): kubeadm's is assumed"
      : "the Corefile in the input has no kubernetes plugin with a forward zone: kubeadm's is assumed",
    ...(found === undefined ? ["no cluster domain in the input: cluster.local is assumed"] : []),
  ];
  return { ...kubeadmDNSConfig(found ?? "cluster.local"), notes };
}
