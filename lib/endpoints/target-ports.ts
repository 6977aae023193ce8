/** Which port of a Pod each port of a Service means. */
import type { Features } from "../config/features.js";
import type { Container, Pod, Protocol, Service, ServicePortSpec, SlicePort } from "../kube/types.js";
import { isSidecar } from "./pod-facts.js";

/** A service port with its target: a number, or the name of a container port. */
export interface TargetPort {
  readonly port: ServicePortSpec;
  readonly protocol: Protocol;
  readonly target: number | string;
}

/** The Service's ports, defaulted; a target that is absent, 0 or "" is the port itself. */
export function targetPortsOf(service: Service): TargetPort[] {
  return (service.spec.ports ?? []).map((port) => ({
    port,
    protocol: port.protocol ?? "TCP",
    target: port.targetPort || port.port,
  }));
}

/**
 * The number a target means for the Pod; undefined when none of its containers names the port with that protocol.
 * Sidecars are searched after the containers, where the release does so.
 * Source: staging/src/k8s.io/endpointslice/util, the search for a Pod's port.
 */
export function findPodPort({ target, protocol }: TargetPort, pod: Pod, features: Features): number | undefined {
  if (typeof target === "number") return target;
  const found = findContainerPort(pod.spec.containers, target, protocol);
  if (found !== undefined || !features.namedPortsOfSidecars) return found;
  return findContainerPort(pod.spec.initContainers?.filter(isSidecar), target, protocol);
}

function findContainerPort(
  containers: readonly Container[] | null | undefined,
  name: string,
  protocol: Protocol,
): number | undefined {
  if (!containers) return undefined;
  for (const { ports } of containers) {
    if (!ports) continue;
    for (const port of ports)
      if (port.name === name && (port.protocol ?? "TCP") === protocol) return port.containerPort;
  }
  return undefined;
}

/** A slice's port list: the ports whose number is known. */
export function slicePorts(targets: readonly TargetPort[], numbers: readonly (number | undefined)[]): SlicePort[] {
  const ports: SlicePort[] = [];
  for (const [i, { port, protocol }] of targets.entries()) {
    const number = numbers[i];
    if (number === undefined) continue;
    const slicePort: SlicePort = { name: port.name ?? "", protocol, port: number };
    if (port.appProtocol != null) slicePort.appProtocol = port.appProtocol;
    ports.push(slicePort);
  }
  return ports;
}
