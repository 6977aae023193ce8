/** iptables mode and nftables mode treat every frontend of every recorded case alike, save for the differences listed. */
import { describe, expect, test } from "@jest/globals";
import { backendInput, servicePortsOf } from "../pipeline/compile.js";
import type { ServicePortWithEndpoints } from "../backends/input.js";
import { recordedCases, readRecordedText } from "../testing/recorded-cases.js";
import { recordedCluster, recordedSituation } from "../testing/recorded-cluster.js";
import { compiledNode } from "../testing/traced-node.js";
import { describeHits } from "../testing/packet-flows.js";
import type { Situation } from "../pipeline/situation.js";
import { isLoopback, parseIP } from "../net/ip.js";
import { cidrContains } from "../net/cidr.js";
import {
  describeDistribution,
  distributionOf,
  equalDistributions,
  prepareTrace,
  type Packet,
  type Trace,
} from "./index.js";

type Frontend = "cluster IP" | "external IP" | "load-balancer IP" | "node port" | "wrong port of a cluster IP";

interface Flow {
  readonly packet: Packet;
  readonly frontend: Frontend;
  readonly subject: ServicePortWithEndpoints;
  readonly situation: Situation;
}

interface Difference {
  readonly name: string;
  readonly applies: (flow: Flow) => boolean;
  /** What the modes make of the packet, where that is the same for all such packets. */
  readonly iptables?: string;
  readonly nftables?: string;
}

/** Base chains of old releases check for endpoints before source ranges in what the node sends. */
const hasOldBaseChains = ({ situation }: Flow) => !situation.features.nftSplitPreDNATChains;
const hasEndpoints = ({ subject }: Flow) => subject.endpoints.hasAny;
const isExternal = ({ frontend }: Flow) => frontend === "external IP" || frontend === "load-balancer IP";
const fromNode = ({ packet }: Flow) => packet.arrival.from === "node";
const isOutsideRanges = ({ packet, frontend, subject: { port } }: Flow) => {
  if (frontend !== "load-balancer IP" || port.sourceRanges.length === 0) return false;
  return !port.sourceRanges.some(({ cidr }) => cidrContains(cidr, parseIP(packet.source)!));
};

/** The first that applies is the one that counts. */
const DIFFERENCES: readonly Difference[] = [
  {
    name: "ports of a cluster IP that are no service ports are rejected in nftables mode only",
    applies: ({ frontend }) => frontend === "wrong port of a cluster IP",
    iptables: "undisturbed",
    nftables: "rejected",
  },
  {
    name: "node ports exist on loopback addresses in iptables mode only",
    applies: ({ frontend, packet }) => frontend === "node port" && isLoopback(parseIP(packet.destination)!),
    nftables: "undisturbed",
  },
  {
    name: "node ports exist on the node's primary address only in nftables mode",
    applies: ({ frontend, packet, situation }) =>
      frontend === "node port" &&
      situation.config.nodePortAddresses.length === 0 &&
      packet.destination !== situation.node.ip[situation.family],
    nftables: "undisturbed",
  },
  {
    name: "node ports of services without usable endpoints are refused at addresses without node ports in iptables mode only",
    applies: (flow) =>
      flow.frontend === "node port" &&
      flow.packet.destination !== flow.situation.node.ip[flow.situation.family] &&
      (!hasEndpoints(flow) || (flow.subject.port.externalPolicyLocal && flow.subject.endpoints.local.length === 0)),
    nftables: "undisturbed",
  },
  {
    name: "source ranges of a service without endpoints are looked at in nftables mode only",
    applies: (flow) => isOutsideRanges(flow) && !hasEndpoints(flow) && !(fromNode(flow) && hasOldBaseChains(flow)),
    nftables: "dropped",
  },
  {
    name: "what the node sends to external addresses of a service without endpoints is refused in nftables mode only",
    applies: (flow) => fromNode(flow) && isExternal(flow) && !hasEndpoints(flow),
    iptables: "undisturbed",
    nftables: "rejected",
  },
  {
    name: "up to 1.32, what the node sends to external addresses under policy Local is dropped in nftables mode where no endpoint is local",
    applies: (flow) =>
      fromNode(flow) &&
      isExternal(flow) &&
      hasOldBaseChains(flow) &&
      flow.subject.port.externalPolicyLocal &&
      flow.subject.endpoints.local.length === 0,
    nftables: "dropped",
  },
];

function addressesOf(situation: Situation) {
  const v6 = situation.family === "IPv6";
  return v6
    ? { pod: "fd00:10:244:1::99", outside: "2001:db8:99::99", otherLocal: "fd00:aaaa::1", loopback: "::1" }
    : { pod: "10.244.1.99", outside: "198.51.100.99", otherLocal: "172.17.0.1", loopback: "127.0.0.1" };
}

/** Packets to every frontend: from a pod, from an endpoint on the node, from the node itself, from outside. */
function* flowsOf(subject: ServicePortWithEndpoints, situation: Situation): Iterable<Flow> {
  const { port, endpoints } = subject;
  const { pod, outside, otherLocal, loopback } = addressesOf(situation);
  const nodeIP = situation.node.ip[situation.family];
  const targets: [Frontend, string, number][] = [
    ["cluster IP", port.clusterIP, port.port],
    ["wrong port of a cluster IP", port.clusterIP, 9],
    ...port.externalIPs.map((ip): [Frontend, string, number] => ["external IP", ip, port.port]),
    ...port.loadBalancerVIPs.map((ip): [Frontend, string, number] => ["load-balancer IP", ip, port.port]),
  ];
  if (port.nodePort !== 0)
    for (const ip of [nodeIP, otherLocal, loopback]) targets.push(["node port", ip, port.nodePort]);
  const local = endpoints.all.find((endpoint) => endpoint.local && endpoint.ip !== nodeIP);
  for (const [frontend, destination, destinationPort] of targets) {
    const onLoopback = destination === loopback;
    const packet = (source: string, arrival: Packet["arrival"]): Flow => ({
      frontend,
      subject,
      situation,
      packet: {
        protocol: port.protocol.toLowerCase() as Packet["protocol"],
        source,
        destination,
        destinationPort,
        arrival,
      },
    });
    yield packet(onLoopback ? loopback : nodeIP, { from: "node" });
    if (onLoopback) continue;
    yield packet(pod, { from: "pod", interface: "cni0" });
    yield packet(outside, { from: "outside", interface: "eth0" });
    if (local) yield packet(local.ip, { from: "pod", interface: "cni0" });
  }
}

const seen = new Map<string, number>();

function compare(flow: Flow, iptables: Trace, nftables: Trace): string | undefined {
  const [a, b] = [distributionOf(iptables), distributionOf(nftables)];
  const difference = DIFFERENCES.find((d) => d.applies(flow));
  const isSame = equalDistributions(a, b);
  const problem = difference
    ? [
        difference.iptables !== undefined &&
          a.get(difference.iptables) !== 1 &&
          `iptables mode: not ${difference.iptables}`,
        difference.nftables !== undefined &&
          b.get(difference.nftables) !== 1 &&
          `nftables mode: not ${difference.nftables}`,
      ]
        .filter((text) => text !== false)
        .join("; ")
    : isSame
      ? ""
      : "the modes differ";
  if (difference && !isSame) seen.set(difference.name, (seen.get(difference.name) ?? 0) + 1);
  if (problem === "") return undefined;
  const { source, destination, destinationPort, arrival } = flow.packet;
  return [
    `${flow.subject.port.name} ${flow.frontend}: ${arrival.from} ${source} > ${destination}:${destinationPort}: ${problem}`,
    "iptables:",
    describeDistribution(a),
    describeHits(iptables),
    "nftables:",
    describeDistribution(b),
    describeHits(nftables),
  ].join("\n");
}

const cases = recordedCases().filter(
  ({ name }) =>
    readRecordedText(name, "nftables", "nft", 36) && readRecordedText(name, "iptables", "iptables-restore", 36),
);
let flows = 0;

describe("iptables mode and nftables mode", () => {
  test.each(cases)("treat every packet to $name alike, in old releases and new ones", (recorded) => {
    const cluster = recordedCluster(recorded.name);
    for (const minor of [31, 33, 36]) {
      const [iptables, nftables] = (["iptables", "nftables"] as const).map((mode) => {
        const input = backendInput(cluster, recordedSituation(recorded, cluster, mode, minor));
        const localAddresses = [...input.node.interfaceAddresses, "172.17.0.1", "fd00:aaaa::1"];
        return prepareTrace(compiledNode(input, mode, { localAddresses }));
      });
      const situation = recordedSituation(recorded, cluster, "iptables", minor);
      let number = 0;
      for (const subject of servicePortsOf(cluster, situation)) {
        // Of a case with very many services, every twentieth says enough.
        if (number++ % 20 !== 0 && recorded.name === "large-cluster") continue;
        for (const flow of flowsOf(subject, situation)) {
          flows++;
          const problem = compare(flow, iptables!(flow.packet), nftables!(flow.packet));
          if (problem !== undefined) throw new Error(`1.${minor}: ${problem}`);
        }
      }
    }
  });

  test("differ in every way that is listed, and were compared often", () => {
    expect([...seen.keys()].sort()).toEqual(DIFFERENCES.map((d) => d.name).sort());
    expect(flows).toBeGreaterThan(5000);
  });
});
