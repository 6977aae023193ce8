/** The service ports of a few Services on one node, on one side. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import { endpointsOfPort } from "../endpoints/endpoints-of-port.js";
import { selectEndpoints } from "../endpoints/select-endpoints.js";
import type { Endpoint } from "../endpoints/types.js";
import { isSameContent } from "../cluster/trim/same-content.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { ServicePort } from "../services/types.js";
import type { Side, UnitOnNode, UnitState } from "./types.js";

/** `names`: "ns/name" in order; those that the side lacks have no ports. */
export function unitState(side: Side, names: readonly string[], input: BackendInput): UnitState {
  const ports: ServicePortWithEndpoints[] = [];
  for (const name of names) {
    const service = side.services.get(name);
    if (!service) continue;
    for (const port of buildServicePorts(service, input.family, input.features)) {
      const all = endpointsOfPort(side.slicesOf(service), port, input.node, input.features);
      ports.push({ port, endpoints: selectEndpoints(all, port, input.node, input.features) });
    }
  }
  return { input, ports };
}

/** Whether both sides have the same service ports with the same endpoints; the node itself is not compared. */
export function isSameState({ before, after }: UnitOnNode): boolean {
  return (
    before.ports.length === after.ports.length && before.ports.every((port, i) => isSamePort(port, after.ports[i]!))
  );
}

const OUTSIDE_PORT: ReadonlySet<string> = new Set(["origin", "portIndex", "topologyAnnotation"]);

function isSamePort(a: ServicePortWithEndpoints, b: ServicePortWithEndpoints): boolean {
  return (
    isSameContent(a.port satisfies ServicePort, b.port, OUTSIDE_PORT) &&
    a.endpoints.hasAny === b.endpoints.hasAny &&
    isSameList(a.endpoints.cluster, b.endpoints.cluster) &&
    isSameList(a.endpoints.local, b.endpoints.local) &&
    countReadyLocal(a) === countReadyLocal(b)
  );
}

function isSameList(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a.length === b.length && a.every((one, i) => one.target === b[i]!.target && one.ip === b[i]!.ip);
}

/** What the health-check port of the service port answers from. Source: kube-proxy pkg/proxy/healthcheck. */
export function countReadyLocal({ endpoints }: ServicePortWithEndpoints): number {
  let count = 0;
  for (const { local, ready } of endpoints.all) if (local && ready) count++;
  return count;
}
