/** What the API server fills in without looking at anything else. Source: kubernetes pkg/apis/core/v1/defaults.go. */
import type { Features } from "../../config/features.js";
import type { ContainerPort, Endpoints, EndpointSlice, Node, Pod, PodSpec, Service } from "../../kube/types.js";

/**
 * A Service with its static defaults; addresses and node ports are another matter. The same object when nothing of
 * either is missing, as in every cluster; otherwise one that may be changed.
 */
export function defaultService(service: Service, features: Features): Service {
  if (isCompleteClusterIPService(service)) return service;
  const given = service.spec;
  const type = given.type || "ClusterIP";
  const external = type === "NodePort" || type === "LoadBalancer";
  const spec: Service["spec"] = {
    ...given,
    type,
    sessionAffinity: given.sessionAffinity || "None",
    ports: given.ports?.map((port) => ({
      ...port,
      protocol: port.protocol || "TCP",
      targetPort: port.targetPort || port.port,
    })),
  };
  if (spec.sessionAffinity === "ClientIP")
    spec.sessionAffinityConfig = {
      clientIP: { timeoutSeconds: given.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800 },
    };
  else if (spec.sessionAffinityConfig) spec.sessionAffinityConfig = undefined;
  const byExternalIPs =
    type === "ClusterIP" && features.externalPolicyDefaultsOnClusterIP && (given.externalIPs?.length ?? 0) > 0;
  if (!given.externalTrafficPolicy && (external || byExternalIPs)) spec.externalTrafficPolicy = "Cluster";
  if (!given.internalTrafficPolicy && type !== "ExternalName") spec.internalTrafficPolicy = "Cluster";
  if (type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  const ingress = service.status?.loadBalancer?.ingress;
  if (type !== "LoadBalancer" || !features.loadBalancerIPMode || !ingress?.some((i) => i.ip && !i.ipMode))
    return { ...service, spec };
  const withMode = ingress.map((i) => (i.ip && !i.ipMode ? { ...i, ipMode: "VIP" } : i));
  return { ...service, spec, status: { ...service.status, loadBalancer: { ingress: withMode } } };
}

/** Fast accept for Services of the type there are most of, with every address that their policy means. */
function isCompleteClusterIPService({ spec }: Service): boolean {
  const addresses = spec.ipFamilyPolicy === "SingleStack" ? 1 : 2;
  return (
    spec.type === "ClusterIP" &&
    spec.sessionAffinity === "None" &&
    spec.sessionAffinityConfig === undefined &&
    !!spec.internalTrafficPolicy &&
    !spec.externalIPs?.length &&
    !!spec.ipFamilyPolicy &&
    !!spec.clusterIP &&
    spec.clusterIPs?.length === addresses &&
    spec.clusterIPs[0] !== "None" &&
    spec.ipFamilies?.length === addresses &&
    spec.ports !== undefined &&
    spec.ports.every(({ protocol, targetPort }) => !!protocol && !!targetPort)
  );
}

/** A pod with the protocols of its container ports; the same object when nothing is missing. */
export function defaultPod(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec);
  const status = defaultPodIPs(pod.status);
  return spec === pod.spec && status === pod.status ? pod : { ...pod, spec, status };
}

/** Of podIP and podIPs each stands for the other; where they differ podIP is right. */
function defaultPodIPs(status: Pod["status"]): Pod["status"] {
  if (!status) return status;
  const { podIP, podIPs } = status;
  const first = podIPs?.[0]?.ip;
  if (!podIP) return first ? { ...status, podIP: first } : status;
  return first === podIP ? status : { ...status, podIPs: [{ ip: podIP }] };
}

/** A pod's spec, or that of a template, with the protocols and host ports of its container ports. */
export function defaultPodSpec<Spec extends PodSpec>(spec: Spec): Spec {
  const incomplete = (port: ContainerPort) => !port.protocol || (spec.hostNetwork === true && !port.hostPort);
  const lists = ["containers", "initContainers"] as const;
  if (!lists.some((list) => spec[list]?.some(({ ports }) => ports?.some(incomplete)))) return spec;
  const complete = (port: ContainerPort): ContainerPort => ({
    ...port,
    protocol: port.protocol || "TCP",
    ...(spec.hostNetwork ? { hostPort: port.hostPort || port.containerPort } : {}),
  });
  const out: Spec = { ...spec };
  for (const list of lists)
    out[list] = spec[list]?.map((container) =>
      container.ports ? { ...container, ports: container.ports.map(complete) } : container,
    );
  return out;
}

/** A slice with names and protocols of its ports; the same object when nothing is missing. */
export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  if (!slice.ports?.some(({ name, protocol }) => name === undefined || name === null || !protocol)) return slice;
  return { ...slice, ports: slice.ports.map((p) => ({ ...p, name: p.name ?? "", protocol: p.protocol || "TCP" })) };
}

/** Endpoints with protocols of their ports; the same object when nothing is missing. */
export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  if (!endpoints.subsets?.some(({ ports }) => ports?.some(({ protocol }) => !protocol))) return endpoints;
  const subsets = endpoints.subsets.map((subset) =>
    subset.ports ? { ...subset, ports: subset.ports.map((p) => ({ ...p, protocol: p.protocol || "TCP" })) } : subset,
  );
  return { ...endpoints, subsets: subsets as Endpoints["subsets"] };
}

/** A Node whose allocatable resources are its capacity unless it says so. */
export function defaultNode(node: Node): Node {
  const { status } = node;
  if (!status?.capacity || status.allocatable) return node;
  return { ...node, status: { ...status, allocatable: status.capacity } };
}
