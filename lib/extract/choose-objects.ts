/** The objects that answers about a few Services need. */
import { indexPods } from "../endpoints/pod-index.js";
import { podIPsOf } from "../endpoints/pod-facts.js";
import { SERVICE_NAME_LABEL } from "../endpoints/slice-parts.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import type { EndpointSlice, KubeObject, Node, Pod, Service } from "../kube/types.js";
import { canonicalIP } from "../net/ip.js";
import { selectsPod } from "../netpol/network-policy.js";
import type { Cluster } from "../cluster/types.js";

/** What is known before the objects are chosen. */
export interface Choice {
  readonly services: readonly Service[];
  /** Pods to keep whatever refers to them: senders of packets. */
  readonly senders: ReadonlySet<Pod>;
  /** Names of nodes to keep whatever is on them. */
  readonly nodes: ReadonlySet<string>;
}

/** The objects by what they are to the Services. Simulated ones are left out: they are made again. */
export interface ChosenObjects {
  readonly objects: readonly KubeObject[];
  readonly slices: readonly EndpointSlice[];
}

/** ConfigMaps that say how the cluster is set up. */
const SETUP = /^kube-system\/(?:kube-proxy|kube-proxy-config|kubeadm-config)$|^openshift-kube-proxy\/proxy-config$/;
/** Pods whose flags say how the cluster is set up. */
const CONTROL_PLANE = ["kube-apiserver", "kube-controller-manager"];

/** Chooses among all objects of the cluster. */
export function chooseObjects(cluster: Cluster, choice: Choice): ChosenObjects {
  const { services } = choice;
  const names = new Set(services.map(nameOf));
  const slices = cluster.endpointSlices.filter((slice) => names.has(serviceOfSlice(slice)));
  const endpoints = cluster.endpoints.filter((object) => names.has(nameOf(object)));
  const pods = choosePods(cluster, choice, addressesOf(slices, endpoints));
  const isFromPods = services.some((service) => isComputed(service, slices));
  const nodes = chooseNodes(cluster, choice, pods, slices, isFromPods);
  const setup = setupObjects(cluster, nodes);
  const simulated = pods.filter(({ simulated }) => simulated === "object");
  const namespaces = new Set([...services, ...pods].map(namespaceOf));
  return {
    slices,
    objects: [
      // They have no metadata, and nothing here asks for it.
      ...(cluster.proxyConfigurations.filter(({ origin }) => origin && !isOfConfigMap(origin)) as KubeObject[]),
      ...setup,
      ...cluster.serviceCIDRs,
      ...nodes,
      ...cluster.namespaces.filter(({ metadata }) => namespaces.has(metadata.name)),
      ...services,
      ...slices,
      ...endpoints,
      ...pods.filter((pod) => pod.simulated !== "object" && !setup.includes(pod)),
      ...(simulated.length > 0 ? cluster.workloads.filter((own) => isOwner(own, services, setup)) : []),
      ...cluster.networkPolicies.filter((policy) => pods.some((pod) => selectsPod(policy, pod))),
      ...cluster.adminPolicies,
      ...cluster.foreignPolicies.filter(({ metadata }) => !metadata.namespace || namespaces.has(metadata.namespace)),
    ],
  };
}

function nameOf(object: KubeObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? "default";
}

/** "ns/name" of the Service that the slice is of. */
function serviceOfSlice(slice: EndpointSlice): string {
  return `${namespaceOf(slice)}/${slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ""}`;
}

function isComputed(service: Service, slices: readonly EndpointSlice[]): boolean {
  return service.spec.selector !== undefined && !slices.some((slice) => serviceOfSlice(slice) === nameOf(service));
}

function addressesOf(slices: readonly EndpointSlice[], endpoints: Cluster["endpoints"]): Set<string> {
  const found = new Set<string>();
  const add = (address: string | undefined) => {
    const ip = address === undefined ? undefined : canonicalIP(address);
    if (ip !== undefined) found.add(ip);
  };
  for (const slice of slices) for (const { addresses } of sliceEndpoints(slice)) addresses.forEach(add);
  for (const { subsets } of endpoints)
    for (const { addresses = [], notReadyAddresses = [] } of subsets ?? [])
      for (const { ip } of [...addresses, ...notReadyAddresses]) add(ip);
  return found;
}

function choosePods(cluster: Cluster, { services, senders }: Choice, addresses: ReadonlySet<string>): Pod[] {
  const select = indexPods(cluster.pods, services);
  const selected = new Set(
    services.flatMap((service) =>
      service.spec.selector ? [...select(namespaceOf(service), service.spec.selector)] : [],
    ),
  );
  const isEndpoint = (pod: Pod) => podIPsOf(pod).some((ip) => addresses.has(canonicalIP(ip) ?? ip));
  return cluster.pods.filter((pod) => selected.has(pod) || senders.has(pod) || isEndpoint(pod));
}

function chooseNodes(
  { nodes }: Cluster,
  choice: Choice,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  isFromPods: boolean,
): readonly Node[] {
  // Hints and the places of pods that are made up hang on all nodes.
  const isAnySimulated = pods.some(({ simulated }) => simulated !== undefined);
  if (isAnySimulated || (isFromPods && pods.length > 0)) return nodes;
  const wanted = new Set([...choice.nodes, ...pods.flatMap(({ spec }) => spec.nodeName ?? [])]);
  for (const slice of slices) for (const { nodeName } of sliceEndpoints(slice)) if (nodeName) wanted.add(nodeName);
  return nodes.filter(({ metadata }, i) => i === 0 || wanted.has(metadata.name));
}

function setupObjects({ configMaps, pods, workloads }: Cluster, nodes: readonly Node[]): KubeObject[] {
  const kept = new Set(nodes.map(({ metadata }) => metadata.name));
  const isProxy = ({ metadata }: KubeObject) => metadata.name.startsWith("kube-proxy");
  // What holds for all of the cluster is read off one of them.
  const ofControlPlane = CONTROL_PLANE.flatMap(
    (component) => pods.find((pod) => pod.metadata.name.startsWith(component)) ?? [],
  );
  return [
    ...configMaps.filter((object) => SETUP.test(nameOf(object))),
    ...pods.filter((pod) => isProxy(pod) && (kept.size === 0 || kept.has(pod.spec.nodeName ?? ""))),
    ...ofControlPlane,
    ...workloads.filter((own) => isProxy(own) && own.kind === "DaemonSet"),
  ];
}

/** One that was read out of a ConfigMap comes with it. */
function isOfConfigMap({ path }: NonNullable<KubeObject["origin"]>): boolean {
  return path.at(-2) === "data";
}

/** Whether a workload's pods are endpoints of one of the Services. */
function isOwner(
  own: Cluster["workloads"][number],
  services: readonly Service[],
  setup: readonly KubeObject[],
): boolean {
  if (setup.includes(own)) return false;
  const labels: Readonly<Record<string, string>> = own.spec.template?.metadata?.labels ?? {};
  return services.some(
    (service) =>
      namespaceOf(service) === namespaceOf(own) &&
      Object.entries(service.spec.selector ?? {}).every(([key, value]) => labels[key] === value),
  );
}
