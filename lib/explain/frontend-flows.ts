/** What becomes of clients' packets at each frontend of a service port. */
import type { BackendInput } from "../backends/input.js";
import type { ServicePort } from "../services/types.js";
import type { Tracer, Trace, Packet } from "../trace/index.js";
import {
  addressOutsideRanges,
  arrivalsOf,
  nodeAddressOf,
  outsideAddress,
  podAddressOf,
  type Client,
} from "./clients.js";
import type { Frontend } from "./frontends.js";

export const CLIENT_WORDS: Readonly<Record<Client["kind"], string>> = {
  pod: "from a pod of this node",
  endpoint: "from an endpoint on this node",
  node: "from this node",
  outside: "from outside",
  "outside-ranges": "from outside the source ranges",
};

export interface Flow {
  readonly client: Client;
  readonly packet: Packet;
  readonly trace: Trace;
}

/** The clients that may fare differently at the service port. */
export function clientsOf(port: ServicePort, endpointIPs: ReadonlySet<string>, input: BackendInput): Client[] {
  const arrivals = arrivalsOf(input);
  const ranges = port.sourceRanges.map(({ cidr }) => cidr);
  const stranger = ranges.length > 0 ? addressOutsideRanges(port.family, ranges) : undefined;
  return [
    { kind: "pod", source: podAddressOf(input, endpointIPs), arrival: arrivals.pod },
    { kind: "node", source: nodeAddressOf(input), arrival: { from: "node" } },
    { kind: "outside", source: outsideAddress(port.family, ranges), arrival: arrivals.outside },
    ...(stranger === undefined
      ? []
      : [{ kind: "outside-ranges" as const, source: stranger, arrival: arrivals.outside }]),
  ];
}

/** The packet of a client to a frontend; node ports are asked for at the node's own address. */
export function packetTo(port: ServicePort, frontend: Frontend, client: Client, input: BackendInput): Packet {
  return {
    protocol: port.protocol.toLowerCase() as Packet["protocol"],
    source: client.source,
    destination: frontend.address ?? nodeAddressOf(input),
    destinationPort: frontend.port,
    arrival: client.arrival,
  };
}

/** One flow for each client. */
export function flowsOf(
  port: ServicePort,
  frontend: Frontend,
  clients: readonly Client[],
  input: BackendInput,
  tracer: Tracer,
): Flow[] {
  const relevant = clients.filter(({ kind }) => kind !== "outside-ranges" || frontend.role === "load-balancer-ip");
  return relevant.map((client) => {
    const packet = packetTo(port, frontend, client, input);
    return { client, packet, trace: tracer(packet) };
  });
}
