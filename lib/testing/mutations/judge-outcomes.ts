/** What becomes of packets on a captured node, for telling whether a mutation changed anything. */
import type { BackendInput } from "../../backends/input.js";
import type { Cluster } from "../../cluster/types.js";
import { localAddressesOf, nodeAddressOf } from "../../explain/clients.js";
import { clientsOf, packetTo } from "../../explain/frontend-flows.js";
import { frontendsOf } from "../../explain/frontends.js";
import { readCapturedRules } from "../../node/captured-rules.js";
import { sourceFromText } from "../../source/source.js";
import { distributionOf, prepareTrace, type Packet, type Trace } from "../../trace/index.js";
import type { CaptureTexts } from "./mutate-capture.js";

/** Packets of every client to every frontend and endpoint, and some that are for none. */
export function packetsOf(cluster: Cluster, input: BackendInput): Packet[] {
  const packets: Packet[] = [];
  const nodeAddress = nodeAddressOf(input);
  const [loopback, outside] = input.family === "IPv4" ? ["127.0.0.1", "198.51.100.77"] : ["::1", "2001:db8:99::77"];
  const outer = { source: outside!, sourcePort: 40_000, arrival: { from: "outside", interface: "eth0" } as const };
  for (const { port, endpoints } of input.servicePorts) {
    const service = cluster.services.find(
      ({ metadata }) => metadata.name === port.service && (metadata.namespace ?? "default") === port.namespace,
    )!;
    const protocol = port.protocol.toLowerCase() as Packet["protocol"];
    const clients = clientsOf(port, new Set(endpoints.all.map(({ ip }) => ip)), input);
    for (const { ip } of endpoints.all.slice(0, 8))
      clients.push({ kind: "endpoint", source: ip, arrival: { from: "pod", interface: "veth0" } });
    for (const frontend of frontendsOf(port, service))
      for (const client of clients) {
        const packet = { ...packetTo(port, frontend, client, input), sourcePort: 40_000 };
        const { arrival } = packet;
        packets.push({
          ...packet,
          arrival: arrival.from === "node" ? arrival : { interface: "eth0", ...arrival },
        });
        if (frontend.address === undefined)
          packets.push({ ...packet, source: loopback!, destination: loopback!, arrival: { from: "node" } });
        else packets.push({ ...packet, destinationPort: 9 });
      }
    for (const { ip, port: number } of endpoints.all.slice(0, 2))
      for (const connection of ["new", "established", "invalid"] as const)
        for (const mark of [0, 0x4000])
          packets.push({ ...outer, protocol, destination: ip, destinationPort: number, connection, mark });
    if (port.healthCheckNodePort > 0)
      packets.push({ ...outer, protocol: "tcp", destination: nodeAddress, destinationPort: port.healthCheckNodePort });
  }
  for (const destinationPort of [22, 30_999])
    packets.push({ ...outer, protocol: "tcp", destination: nodeAddress, destinationPort });
  packets.push({ ...outer, protocol: "tcp", destination: loopback!, destinationPort: 10_249 });
  return packets;
}

export type Outcomes = readonly ReadonlyMap<string, number>[];

/** Affinities that are tried, one remembering all clients and the others none. */
const MOST_AFFINITIES = 4;

/** Outcomes of all packets, of clients that nobody remembers and of clients that one affinity remembers. */
export function outcomesOf(texts: CaptureTexts, packets: readonly Packet[], input: BackendInput): Outcomes {
  const sources = Object.entries(texts).map(([name, text]) => sourceFromText(name, text));
  const { node } = readCapturedRules(sources);
  const localAddresses = [...new Set([...localAddressesOf(input), ...node.facts.localAddresses])];
  const first = prepareTrace({ ...node, facts: { localAddresses } });
  const traces = packets.map(first);
  const names = new Set(traces.flatMap(rememberedIn));
  if (names.size === 0) return traces.map(distributionOf);
  const clients = [...new Set(packets.map(({ source }) => source))];
  const second = [...names]
    .sort()
    .slice(0, MOST_AFFINITIES)
    .map((name) => prepareTrace({ ...node, facts: { localAddresses, affinity: new Map([[name, clients]]) } }));
  const remembered = traces.map((trace) => new Map(rememberedIn(trace).map((name) => [name, 1])));
  return [
    ...traces.map(distributionOf),
    ...remembered,
    ...second.flatMap((trace) => packets.map((packet) => distributionOf(trace(packet)))),
  ];
}

function rememberedIn({ outcomes }: Trace): string[] {
  return outcomes.flatMap(({ paths }) => paths.flatMap((path) => path.remembered));
}
