import { targetPortsOf } from "../../endpoints/target-ports.js";
import type { Endpoints, Service } from "../../kube/types.js";
import { groupBy } from "../../util/group-by.js";
import { nearest } from "../../util/nearest.js";
import { selectorOf } from "../context.js";
import { evidence, keyOf, namespaceOf } from "../describe.js";
import type { Check, DoctorContext } from "../types.js";

/** On Endpoints objects that programs elect their leader by; no Service belongs to them. */
const LEADER = "control-plane.alpha.kubernetes.io/leader";

/** Services that somebody has to write endpoints for, and that have none. */
function emptyServices({ cluster, endpointsOf }: DoctorContext): Map<string, Service[]> {
  const empty = cluster.services.filter(
    (service) =>
      service.spec.type !== "ExternalName" && !selectorOf(service) && endpointsOf(service).slices.length === 0,
  );
  return groupBy(empty, namespaceOf);
}

/** The Service that alone may be meant, whatever its name: the object has a port that it sends to. */
function onlyName(services: readonly Service[], { subsets }: Endpoints): string | undefined {
  const [service] = services;
  if (!service || services.length > 1) return undefined;
  const numbers = new Set((subsets ?? []).flatMap(({ ports }) => (ports ?? []).map(({ port }) => port)));
  return targetPortsOf(service).some(({ port, target }) => numbers.has(port.port) || numbers.has(Number(target)))
    ? service.metadata.name
    : undefined;
}

export const endpointsWithoutService: Check = {
  id: "endpoints-without-service",
  title: "An Endpoints object whose Service goes by another name",
  severity: "warning",
  why: "a Service without a selector takes its endpoints from the Endpoints object of its own name, and this name no Service has",
  needs: ["services", "Endpoints"],
  scope: "cluster",
  *run(context) {
    const written = context.cluster.endpoints.filter(
      (endpoints) =>
        !context.services.has(keyOf(endpoints)) &&
        endpoints.subsets?.some(({ addresses }) => addresses?.length) &&
        endpoints.metadata.annotations?.[LEADER] === undefined,
    );
    if (written.length === 0) return;
    const empty = emptyServices(context);
    for (const endpoints of written) {
      const services = empty.get(namespaceOf(endpoints));
      // Without one that waits for endpoints the object may be for something else.
      if (!services) continue;
      const names = services.map(({ metadata }) => metadata.name);
      const name = nearest(endpoints.metadata.name, names) ?? onlyName(services, endpoints);
      const service = services.find(({ metadata }) => metadata.name === name);
      if (!service) continue;
      yield {
        object: endpoints,
        concerns: [service],
        message: `no Service is named ${endpoints.metadata.name}, and Service ${name} has neither a selector nor endpoints`,
        evidence: [
          evidence(`Endpoints ${endpoints.metadata.name}`, endpoints, ["metadata", "name"]),
          evidence(`Service ${name}`, service, ["metadata", "name"]),
        ],
        change: `name the Endpoints object ${name}, if it is meant for that Service`,
      };
    }
  },
};
