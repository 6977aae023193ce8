/** The Services that a question about one needs: itself, and those that share an address and port with it. */
import type { Cluster } from "../cluster/types.js";
import type { Features } from "../config/features.js";
import type { Service } from "../kube/types.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { ServicePort } from "../services/types.js";
import { frontendsOf, nodePortsOf } from "./reach.js";

const FAMILIES = ["IPv4", "IPv6"] as const;

/** In the cluster's order. */
export function chooseServices({ services }: Cluster, asked: Service, features: Features): Service[] {
  const taken = new Set(portsOf(asked, features).flatMap(placesOf));
  return services.filter(
    (service) =>
      service === asked || portsOf(service, features).some((port) => placesOf(port).some((place) => taken.has(place))),
  );
}

function portsOf(service: Service, features: Features): ServicePort[] {
  return FAMILIES.flatMap((family) => buildServicePorts(service, family, features));
}

/** "10.96.0.1 80 TCP", and "30080 TCP" for a node port. */
function placesOf(port: ServicePort): string[] {
  return [
    ...frontendsOf(port).map((address) => `${address} ${port.port} ${port.protocol}`),
    ...nodePortsOf(port).map((nodePort) => `${nodePort} ${port.protocol}`),
  ];
}
