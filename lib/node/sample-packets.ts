/** Packets that tell whether two sets of rules do the same: of every sort of client to what Services are reached by. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import type { Cluster } from "../cluster/types.js";
import { nodeAddressOf } from "../explain/clients.js";
import { clientsOf, packetTo } from "../explain/frontend-flows.js";
import { frontendsOf } from "../explain/frontends.js";
import type { Packet } from "../trace/index.js";

/** Endpoints of a service port that ask for it themselves. */
const MOST_ENDPOINTS = 8;
const DEVICES = { outside: "eth0", pod: "veth0", node: "" } as const;

/** Of every client to every frontend and endpoint of a service port. `strangers`: addresses of more clients. */
export function packetsOfPort(
  { port, endpoints }: ServicePortWithEndpoints,
  cluster: Cluster,
  input: BackendInput,
  strangers: readonly string[] = [],
): Packet[] {
  const service = cluster.services.find(
    ({ metadata }) => metadata.name === port.service && (metadata.namespace ?? "default") === port.namespace,
  )!;
  const { loopback, outer } = strangersOf(input);
  const protocol = port.protocol.toLowerCase() as Packet["protocol"];
  const clients = clientsOf(port, new Set(endpoints.all.map(({ ip }) => ip)), input);
  for (const { ip } of endpoints.all.slice(0, MOST_ENDPOINTS))
    clients.push({ kind: "endpoint", source: ip, arrival: { from: "pod", interface: "veth0" } });
  for (const source of strangers) clients.push({ kind: "outside", source, arrival: outer.arrival });
  const packets: Packet[] = [];
  for (const frontend of frontendsOf(port, service))
    for (const client of clients) {
      const asked = { ...packetTo(port, frontend, client, input), sourcePort: 40_000 };
      const { arrival } = asked;
      const packet: Packet = {
        ...asked,
        arrival: arrival.from === "node" ? arrival : { interface: DEVICES[arrival.from], ...arrival },
      };
      packets.push(packet);
      if (frontend.address === undefined)
        packets.push({ ...packet, source: loopback, destination: loopback, arrival: { from: "node" } });
      else packets.push({ ...packet, destinationPort: 9 }, { ...packet, destination: nodeAddressOf(input) });
      if (port.nodePort !== 0) packets.push({ ...packet, destinationPort: port.nodePort });
    }
  for (const { ip, port: number } of endpoints.all.slice(0, 2))
    for (const connection of ["new", "established", "invalid"] as const)
      for (const mark of [0, 0x4000, 0x8000])
        packets.push({ ...outer, protocol, destination: ip, destinationPort: number, connection, mark });
  if (port.healthCheckNodePort > 0) {
    const to = { destination: nodeAddressOf(input), destinationPort: port.healthCheckNodePort };
    packets.push({ ...outer, protocol: "tcp", ...to });
  }
  // What is nobody's, at the number of the service port.
  packets.push({ ...outer, protocol, destination: outer.source, destinationPort: port.port });
  return packets;
}

/** To ports of the node that are of no Service, and from outside to its loopback address. */
export function packetsToNode(input: BackendInput): Packet[] {
  const { loopback, outer } = strangersOf(input);
  const toNode = [22, 30_999].map((destinationPort) => ({ destination: nodeAddressOf(input), destinationPort }));
  const toLoopback = { destination: loopback, destinationPort: 10_249 };
  return [...toNode, toLoopback].map((to) => ({ ...outer, protocol: "tcp", ...to }));
}

/** Of no pod, Service or node; and the address that every node has. */
export function strangersOf({ family }: BackendInput) {
  const [loopback, source, bridge] =
    family === "IPv4" ? ["127.0.0.1", "198.51.100.77", "172.17.0.1"] : ["::1", "2001:db8:99::77", "fd00:aaaa::1"];
  return {
    loopback: loopback!,
    /** One that a node may have beside those that are known. */
    bridge: bridge!,
    outer: { source: source!, sourcePort: 40_000, arrival: { from: "outside", interface: "eth0" } as const },
  };
}

/** From outside to the node ports of service ports at some addresses. */
export function nodePortPackets(
  ports: readonly ServicePortWithEndpoints[],
  addresses: readonly string[],
  input: BackendInput,
): Packet[] {
  const { outer } = strangersOf(input);
  return ports.flatMap(({ port: { nodePort, protocol } }) =>
    (nodePort === 0 ? [] : addresses).map((destination) => ({
      ...outer,
      protocol: protocol.toLowerCase() as Packet["protocol"],
      destination,
      destinationPort: nodePort,
    })),
  );
}
