/** TCP node ports on loopback that kube-proxy serves itself: no rule touches their packets, and they reach endpoints all the same. */
import type { ServicePortWithEndpoints } from "../backends/input.js";
import { isServedInUserspace } from "../explain/userspace-node-port.js";
import type { Packet, TracedNode } from "../trace/index.js";
import type { Share } from "./types.js";

/** What becomes of the packet on one side. `traced`: by the rules alone; `own`: the service port that has the node port. */
export function servedShares(
  packet: Packet,
  node: TracedNode,
  own: ServicePortWithEndpoints | undefined,
  traced: readonly Share[],
): readonly Share[] {
  const endpoints = own?.endpoints.cluster ?? [];
  if (endpoints.length === 0 || !isServedInUserspace(packet, node)) return traced;
  // The connection to the endpoint is kube-proxy's own, so that the client's address is lost.
  return endpoints.map(({ ip, port }) => ({
    outcome: { kind: "endpoint", address: ip, port, masqueraded: true },
    probability: 1 / endpoints.length,
  }));
}
