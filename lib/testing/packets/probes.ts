/** The packets that are sent, and what they are to show. */
import type { IPFamily } from "../../net/ip.js";
import { ADDRESSES, SERVER_PORT, type Addresses, type Place } from "./network.js";

export interface Probe {
  /** What it shows. */
  readonly name: string;
  readonly from: Place | "stranger";
  readonly to: Addresses;
  readonly port: number;
  /** When the rules leave it alone: who is at the destination. */
  readonly atDestination: "a server" | "nobody" | "a closed port";
  readonly families: readonly IPFamily[];
  /** Sent once more after the first answer, whose endpoint it has to reach again. */
  readonly sticks: boolean;
  /** Sent where every cluster IP is masqueraded, too. */
  readonly masqueradeAll: boolean;
}

const clusterIP = (n: number): Addresses => ({ IPv4: `10.96.0.${n}`, IPv6: `fd00:10:96::${n.toString(16)}` });
const externalIP = (n: number): Addresses => ({ IPv4: `203.0.113.${n}`, IPv6: `2001:db8:f::${n.toString(16)}` });
const nodeIP = ADDRESSES.node;
const LOOPBACK: Addresses = { IPv4: "127.0.0.1", IPv6: "::1" };

function probe(from: Probe["from"], name: string, to: Addresses, port: number, more: Partial<Probe> = {}): Probe {
  return {
    name,
    from,
    to,
    port,
    atDestination: "nobody",
    families: ["IPv4", "IPv6"],
    sticks: false,
    masqueradeAll: false,
    ...more,
  };
}

/** Services by their number in cluster.yaml. */
export const PROBES: readonly Probe[] = [
  probe("client", "pod without service", ADDRESSES.b, SERVER_PORT, { atDestination: "a server" }),
  probe("client", "cluster IP", clusterIP(1), 80, { masqueradeAll: true }),
  probe("a", "cluster IP, client among the endpoints", clusterIP(1), 80),
  probe("node", "cluster IP", clusterIP(1), 80),
  probe("outside", "cluster IP", clusterIP(1), 80),
  probe("client", "cluster IP, port of no service", clusterIP(1), 81),
  probe("a", "cluster IP, client is the endpoint", clusterIP(13), 80),
  probe("outside", "node port", nodeIP, 30080, { masqueradeAll: true, atDestination: "a closed port" }),
  probe("client", "node port", nodeIP, 30080, { atDestination: "a closed port" }),
  probe("node", "node port", nodeIP, 30080, { atDestination: "a closed port" }),
  probe("node", "node port at loopback", LOOPBACK, 30080, { families: ["IPv4"], atDestination: "a closed port" }),
  probe("node", "node port at IPv6 loopback", LOOPBACK, 30080, { families: ["IPv6"], atDestination: "a closed port" }),
  probe("outside", "node port, policy Local", nodeIP, 30081, { atDestination: "a closed port" }),
  probe("client", "node port, policy Local", nodeIP, 30081, { atDestination: "a closed port" }),
  probe("node", "node port, policy Local", nodeIP, 30081, { atDestination: "a closed port" }),
  probe("outside", "load balancer", externalIP(4), 80),
  probe("client", "load balancer", externalIP(4), 80),
  probe("node", "load balancer", externalIP(4), 80),
  probe("outside", "load balancer, policy Local", externalIP(5), 80),
  probe("client", "load balancer, policy Local", externalIP(5), 80),
  probe("node", "load balancer, policy Local", externalIP(5), 80),
  probe("outside", "load balancer, policy Local, no local endpoint", externalIP(6), 80),
  probe("client", "load balancer, policy Local, no local endpoint", externalIP(6), 80),
  probe("node", "load balancer, policy Local, no local endpoint", externalIP(6), 80),
  probe("outside", "node port, policy Local, no local endpoint", nodeIP, 30084, { atDestination: "a closed port" }),
  probe("outside", "load balancer, client in the source range", externalIP(7), 80),
  probe("stranger", "load balancer, client in no source range", externalIP(7), 80),
  probe("client", "load balancer, pod in no source range", externalIP(7), 80),
  probe("stranger", "node port of a service with source ranges", nodeIP, 30085, { atDestination: "a closed port" }),
  probe("outside", "external IP", externalIP(8), 80),
  probe("client", "external IP", externalIP(8), 80),
  probe("client", "internal policy Local", clusterIP(9), 80),
  probe("node", "internal policy Local", clusterIP(9), 80),
  probe("client", "internal policy Local, no local endpoint", clusterIP(10), 80),
  probe("client", "session affinity", clusterIP(11), 80, { sticks: true }),
  probe("outside", "session affinity, node port", nodeIP, 30086, { sticks: true, atDestination: "a closed port" }),
  probe("client", "no endpoints, cluster IP", clusterIP(12), 80),
  probe("node", "no endpoints, cluster IP", clusterIP(12), 80),
  probe("outside", "no endpoints, node port", nodeIP, 30087, { atDestination: "a closed port" }),
  probe("outside", "no endpoints, load balancer", externalIP(12), 80),
];

/** The place that runs a probe, and the source it sends from. */
export function senderOf({ from, to }: Probe, family: IPFamily): { readonly place: Place; readonly source: string } {
  if (from === "stranger") return { place: "outside", source: ADDRESSES.stranger[family] };
  const loopback = to[family] === "127.0.0.1" || to[family] === "::1";
  return { place: from, source: loopback ? to[family] : ADDRESSES[from][family] };
}
