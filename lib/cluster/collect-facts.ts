/** What the input tells beyond its objects. */
import type { Container, KubeObject, Pod } from "../kube/types.js";
import type { RawObject } from "../readers/sink.js";
import type { SourceFact } from "../readers/source-fact.js";
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import type { DumpKind, Source } from "../source/source.js";
import { flagsOf } from "./collect-flags.js";
import { findOtherProxy, otherProxyOfObject } from "./collect-other-proxy.js";
import { fieldsOf, stringOf } from "./trim/shape.js";
import type { Cluster, ClusterFacts } from "./types.js";

type Objects = Omit<Cluster, "facts">;

export interface FactCollector {
  source(source: Source): void;
  /** An object of a kind that is not kept. */
  passedOver(object: RawObject, group: string): void;
  readonly fact: (fact: SourceFact) => void;
  finish(objects: Objects): ClusterFacts;
}

export function createFactCollector(): FactCollector {
  const sources = new Set<Source>();
  const dumps = new Set<DumpKind>();
  const facts: SourceFact[] = [];
  let otherProxy: ClusterFacts["otherProxy"];
  let lastSource: Source | undefined;
  return {
    source(source) {
      if (source === lastSource) return;
      lastSource = source;
      sources.add(source);
      if (source.dump) dumps.add(source.dump);
    },
    passedOver(object, group) {
      otherProxy ??= otherProxyOfObject(object, group);
    },
    fact(fact) {
      facts.push(fact);
      if (fact.kind === "cluster-info-dump") dumps.add("cluster-info-dump");
    },
    finish(objects) {
      const proxy = findProxyContainers(objects);
      const apiServer = flagsOfControlPlane(objects, "kube-apiserver");
      const controllerManager = flagsOfControlPlane(objects, "kube-controller-manager");
      const kubeadm = kubeadmNetworking(objects);
      const slice = Number(controllerManager["max-endpoints-per-slice"]);
      return withoutUndefined<ClusterFacts>({
        clusterInfoDump: dumps.has("cluster-info-dump"),
        fromLiveCluster: isFromLiveCluster(objects),
        sources: [...sources],
        dumps: [...dumps].sort(),
        apiServerVersion: facts.findLast((fact) => fact.kind === "api-server-version")?.version,
        kubeProxyVersions: proxy.versions,
        kubeProxyFlags: proxy.flags,
        kubeProxyMode: modeOf(facts),
        serviceRange: serviceRangeOf(objects, apiServer, kubeadm),
        nodePortRange: apiServer["service-node-port-range"],
        podRange: controllerManager["cluster-cidr"] ?? stringOf(kubeadm["podSubnet"]),
        maxEndpointsPerSlice: slice > 0 ? slice : undefined,
        otherProxy: otherProxy ?? findOtherProxy(objects),
      });
    },
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

/** Servers give every object a uid; manifests have none. */
function isFromLiveCluster({ services, pods, nodes, endpointSlices }: Objects): boolean {
  return [services, pods, nodes, endpointSlices].some((list) => list.some(({ metadata }) => !!metadata.uid));
}

/** kube-proxy's log is believed before rules, which may be left over from another mode. */
function modeOf(facts: readonly SourceFact[]): ClusterFacts["kubeProxyMode"] {
  const log = facts.find((fact) => fact.kind === "kube-proxy-log-mode");
  if (log) return { mode: log.mode, from: "log", source: log.source };
  const dumps = facts.filter((fact) => fact.kind === "rule-dump");
  // Modes ipvs and nftables leave rules that mode iptables does not.
  const dump = dumps.find(({ mode }) => mode !== "iptables") ?? dumps[0];
  return dump && { mode: dump.mode, from: "rule-dump", source: dump.source };
}

const TAG = /:v?(\d+\.\d+\.\d+[^@/]*)(?:@|$)/;

/** The version in an image's tag, as "v1.33.2"; undefined for digests alone. */
function versionOfImage(image: string | undefined): string | undefined {
  const version = TAG.exec(image ?? "")?.[1];
  return version && `v${version}`;
}

function isProxyContainer({ name, image }: Container): boolean {
  return name === "kube-proxy" || /(?:^|\/)kube-proxy[^/]*$/.test(image ?? "");
}

interface ProxyContainers {
  readonly versions?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
}

/** Version by node and flags of kube-proxy, from its pods, else from its DaemonSet. */
function findProxyContainers({ pods, workloads, nodes }: Objects): ProxyContainers {
  const versions: [string, string][] = [];
  let flags: Readonly<Record<string, string>> | undefined;
  for (const { metadata, spec } of workloads) {
    if (!metadata.name.startsWith("kube-proxy") && metadata.namespace !== "kube-system") continue;
    const container = spec.template?.spec?.containers?.find(isProxyContainer);
    const version = versionOfImage(container?.image);
    if (!container) continue;
    flags ??= flagsOf(container);
    if (version) for (const node of nodes) versions.push([node.metadata.name, version]);
  }
  for (const pod of pods) {
    const container = proxyContainerOf(pod);
    if (!container) continue;
    flags ??= flagsOf(container);
    const version = versionOfImage(container.image);
    if (version && pod.spec.nodeName) versions.push([pod.spec.nodeName, version]);
  }
  return { versions: versions.length > 0 ? Object.fromEntries(versions) : undefined, flags };
}

function proxyContainerOf({ metadata, spec }: Pod): Container | undefined {
  if (!metadata.name.startsWith("kube-proxy")) return undefined;
  return spec.containers?.find(isProxyContainer);
}

/** Flags of the first pod of a control plane component, {} on managed control planes. */
function flagsOfControlPlane({ pods }: Objects, component: string): Readonly<Record<string, string>> {
  const pod = pods.find(
    ({ metadata, spec }) =>
      metadata.name.startsWith(component) && spec.containers?.some(({ name }) => name === component),
  );
  const container = pod?.spec.containers?.find(({ name }) => name === component);
  return container ? flagsOf(container) : {};
}

function kubeadmNetworking({ configMaps }: Objects): Readonly<Record<string, unknown>> {
  const isKubeadm = ({ metadata }: KubeObject) =>
    metadata.namespace === "kube-system" && metadata.name === "kubeadm-config";
  const text = configMaps.find(isKubeadm)?.data?.["ClusterConfiguration"];
  const parsed = text === undefined ? undefined : parseYAMLText(text);
  const values = parsed && "values" in parsed ? parsed.values : [];
  return fieldsOf(fieldsOf(values[0])?.["networking"]) ?? {};
}

function serviceRangeOf(
  { serviceCIDRs, services }: Objects,
  apiServer: Readonly<Record<string, string>>,
  kubeadm: Readonly<Record<string, unknown>>,
): ClusterFacts["serviceRange"] {
  const split = (text: string) => text.split(",").map((cidr) => cidr.trim());
  const cidrs = serviceCIDRs.flatMap(({ spec }) => spec?.cidrs ?? []);
  if (cidrs.length > 0) return { cidrs, from: "ServiceCIDR" };
  const subnet = stringOf(kubeadm["serviceSubnet"]);
  if (subnet) return { cidrs: split(subnet), from: "kubeadm-config" };
  const flag = apiServer["service-cluster-ip-range"];
  if (flag) return { cidrs: split(flag), from: "kube-apiserver" };
  const kubernetes = services.find(
    ({ metadata }) => metadata.namespace === "default" && metadata.name === "kubernetes",
  );
  const first = kubernetes?.spec.clusterIP;
  const inferred = first && /^(\d+\.\d+\.\d+)\.1$/.exec(first)?.[1];
  return inferred ? { cidrs: [`${inferred}.0/${widthFor(services, inferred)}`], from: "inferred" } : undefined;
}

/** The longest prefix that holds every IPv4 cluster IP, from the address that Service default/kubernetes follows. */
function widthFor(services: Objects["services"], base: string): number {
  const number = (text: string) => text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const low = number(`${base}.0`);
  let high = low + 255;
  for (const { spec } of services)
    if (spec.clusterIP && /^\d+\.\d+\.\d+\.\d+$/.test(spec.clusterIP)) high = Math.max(high, number(spec.clusterIP));
  let width = 24;
  while (width > 8 && Math.floor(high / 2 ** (32 - width)) !== Math.floor(low / 2 ** (32 - width))) width--;
  return width;
}
