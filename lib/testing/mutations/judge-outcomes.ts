/** What becomes of packets on a captured node, for telling whether a mutation changed anything. */
import type { BackendInput } from "../../backends/input.js";
import type { Cluster } from "../../cluster/types.js";
import { localAddressesOf } from "../../explain/clients.js";
import { readCapturedRules } from "../../node/captured-rules.js";
import { packetsOfPort, packetsToNode } from "../../node/sample-packets.js";
import { sourceFromText } from "../../source/source.js";
import { distributionOf, equalDistributions, prepareTrace, type Packet, type Trace } from "../../trace/index.js";
import type { CaptureTexts } from "./mutate-capture.js";

/** Packets of every client to every frontend and endpoint, and some that are for none. */
export function packetsOf(cluster: Cluster, input: BackendInput): Packet[] {
  return [...[...input.servicePorts].flatMap((own) => packetsOfPort(own, cluster, input)), ...packetsToNode(input)];
}

/** The service, "ns/name", of the first packet to a frontend other than a node port that no longer fares as before. */
export function firstServiceHurt(before: Outcomes, after: Outcomes, packets: readonly Packet[], input: BackendInput) {
  const owners = new Map<string, string>();
  for (const { port } of input.servicePorts)
    for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs])
      owners.set(`${port.protocol.toLowerCase()} ${address} ${port.port}`, `${port.namespace}/${port.service}`);
  const owned = packets.map((packet) =>
    owners.get(`${packet.protocol} ${packet.destination} ${packet.destinationPort}`),
  );
  return owned.find((owner, i) => owner !== undefined && !equalDistributions(before[i]!, after[i]!));
}

export type Outcomes = readonly ReadonlyMap<string, number>[];

/** Affinities that are tried, one remembering all clients and the others none. */
const MOST_AFFINITIES = 16;

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
