/**
 * A small cluster of network namespaces: one node, two of its pods that serve, a client pod, pods of another node, and
 * hosts outside. All addresses exist inside the namespaces only.
 *
 *     client, a, b ──veth── node ──veth── outside
 *                             └────veth── remote
 *
 * Every pod has a veth pair to the node and sends everything there; nothing is bridged.
 */
import { createNamespace, deleteAbandonedNamespaces, deleteNamespace, type Namespace } from "../kernel/namespace.js";
import { startAgent, type Agent } from "./agent.js";

export type Place = "node" | "client" | "a" | "b" | "remote" | "outside";

export const PLACES: readonly Place[] = ["node", "client", "a", "b", "remote", "outside"];

export interface Addresses {
  readonly IPv4: string;
  readonly IPv6: string;
}

export const ADDRESSES: Readonly<Record<Place | "stranger", Addresses>> = {
  node: { IPv4: "192.168.0.11", IPv6: "2001:db8:1::11" },
  client: { IPv4: "10.244.1.9", IPv6: "fd00:10:244:1::9" },
  a: { IPv4: "10.244.1.2", IPv6: "fd00:10:244:1::2" },
  b: { IPv4: "10.244.1.3", IPv6: "fd00:10:244:1::3" },
  remote: { IPv4: "10.244.2.2", IPv6: "fd00:10:244:2::2" },
  outside: { IPv4: "198.51.100.9", IPv6: "2001:db8:64::9" },
  /** A second address of the outside host, in no source range. */
  stranger: { IPv4: "198.51.101.9", IPv6: "2001:db8:65::9" },
};

/**
 * Of the node's ends of the veth pairs, save the one to the outside. What is masqueraded on its way to a server has this
 * source, so that masquerading of what the node itself sends can be seen, too.
 */
export const GATEWAY: Addresses = { IPv4: "10.244.1.1", IPv6: "fd00:10:244:1::1" };

export const SERVER_PORT = 8080;

export interface Network {
  readonly node: Namespace;
  readonly agents: Readonly<Record<Place, Agent>>;
  close(): Promise<void>;
}

type Sysctl = readonly [name: string, value: number];

/** IPv6 addresses are usable at once. */
const WITHOUT_DELAY: readonly Sysctl[] = [
  ["net/ipv6/conf/all/accept_dad", 0],
  ["net/ipv6/conf/default/accept_dad", 0],
  ["net/ipv4/conf/all/rp_filter", 0],
  ["net/ipv4/conf/default/rp_filter", 0],
];

const OF_NODE: readonly Sysctl[] = [
  ["net/ipv4/ip_forward", 1],
  ["net/ipv6/conf/all/forwarding", 1],
  // As kube-proxy sets it, for node ports at loopback addresses.
  ["net/ipv4/conf/all/route_localnet", 1],
  // Refusals are counted: none may be left out.
  ["net/ipv4/icmp_ratelimit", 0],
  ["net/ipv6/icmp/ratelimit", 0],
];

function setSysctl(namespace: Namespace, name: string, value: number): void {
  namespace.run("tee", [`/proc/sys/${name}`], String(value));
}

/** Builds the cluster and starts a server in every place. */
export async function buildNetwork(): Promise<Network> {
  deleteAbandonedNamespaces();
  const namespaces = new Map<Place, Namespace>();
  const agents: Partial<Record<Place, Agent>> = {};
  const close = async () => {
    for (const agent of Object.values(agents)) await agent.stop();
    for (const namespace of namespaces.values()) deleteNamespace(namespace);
  };
  try {
    for (const place of PLACES) namespaces.set(place, createNamespace());
    const node = namespaces.get("node")!;
    for (const namespace of namespaces.values())
      for (const [name, value] of WITHOUT_DELAY) setSysctl(namespace, name, value);
    for (const [name, value] of OF_NODE) setSysctl(node, name, value);
    ip(node, `addr add ${ADDRESSES.node.IPv4}/32 dev lo`);
    ip(node, `addr add ${ADDRESSES.node.IPv6}/128 dev lo nodad`);
    for (const place of PLACES) if (place !== "node") connect(node, place, namespaces.get(place)!);
    for (const place of PLACES) {
      const { IPv4, IPv6 } = ADDRESSES[place];
      agents[place] = await startAgent(namespaces.get(place)!, [
        { address: IPv4, port: SERVER_PORT },
        { address: IPv6, port: SERVER_PORT },
      ]);
    }
    return { node, agents: agents as Record<Place, Agent>, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A veth pair between the node and a place: its addresses there, routes to them on the node, and a default route back. */
function connect(node: Namespace, place: Place, there: Namespace): void {
  const near = `to-${place}`;
  const onNode = place === "outside" ? ADDRESSES.node : GATEWAY;
  const own = place === "outside" ? [ADDRESSES.outside, ADDRESSES.stranger] : [ADDRESSES[place]];
  ip(node, `link add ${near} type veth peer name eth0 netns ${there.name}`);
  ip(node, `addr add ${onNode.IPv4}/32 dev ${near}`);
  ip(node, `addr add ${onNode.IPv6}/128 dev ${near} nodad`);
  ip(node, `link set ${near} up`);
  for (const { IPv4, IPv6 } of own) {
    ip(there, `addr add ${IPv4}/32 dev eth0`);
    ip(there, `addr add ${IPv6}/128 dev eth0 nodad`);
  }
  ip(there, "link set eth0 up");
  for (const { IPv4, IPv6 } of own) {
    ip(node, `route add ${IPv4}/32 dev ${near} src ${ADDRESSES.node.IPv4}`);
    ip(node, `-6 route add ${IPv6}/128 dev ${near} src ${ADDRESSES.node.IPv6}`);
  }
  ip(there, `route add ${onNode.IPv4}/32 dev eth0`);
  ip(there, `route add default via ${onNode.IPv4}`);
  ip(there, `-6 route add ${onNode.IPv6}/128 dev eth0`);
  ip(there, `-6 route add default via ${onNode.IPv6}`);
  if (place === "outside") {
    // What the node does not know goes there, as to a router; service addresses among it.
    ip(node, `route add default dev ${near} src ${ADDRESSES.node.IPv4}`);
    ip(node, `-6 route add default dev ${near} src ${ADDRESSES.node.IPv6}`);
  }
}

function ip(namespace: Namespace, command: string): void {
  namespace.run("ip", command.split(" "));
}
