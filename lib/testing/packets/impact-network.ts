/**
 * One node of the pairs of states that impact is tested with, IPv4 alone: its pods, pods of other nodes and hosts outside,
 * each group in a namespace with all of its addresses.
 */
import type { Place } from "./impact-probes.js";
import { createNamespace, deleteAbandonedNamespaces, deleteNamespace, type Namespace } from "../kernel/namespace.js";
import { startAgent, type Agent } from "./agent.js";

export interface ImpactNetwork {
  readonly node: Namespace;
  readonly agents: Readonly<Record<Place, Agent>>;
  close(): Promise<void>;
}

export interface ImpactAddresses {
  readonly node: string;
  /** Where clients and endpoints are. */
  readonly places: Readonly<Record<Exclude<Place, "node">, readonly string[]>>;
  /** Endpoints that answer. */
  readonly serves: readonly { readonly place: Place; readonly address: string; readonly port: number }[];
}

/** Of the node's ends of the veth pairs to pods: what is masqueraded towards them has it. */
export const POD_GATEWAY = "10.244.1.1";

const SYSCTLS: readonly (readonly [name: string, value: number])[] = [
  ["net/ipv4/ip_forward", 1],
  ["net/ipv4/conf/all/rp_filter", 0],
  ["net/ipv4/conf/default/rp_filter", 0],
  ["net/ipv4/conf/all/route_localnet", 1],
  ["net/ipv4/icmp_ratelimit", 0],
];

export async function buildImpactNetwork({
  node: nodeAddress,
  places,
  serves,
}: ImpactAddresses): Promise<ImpactNetwork> {
  deleteAbandonedNamespaces();
  const namespaces: Namespace[] = [];
  const agents: Partial<Record<Place, Agent>> = {};
  const close = async () => {
    for (const agent of Object.values(agents)) await agent.stop();
    namespaces.forEach(deleteNamespace);
  };
  const create = () => {
    const namespace = createNamespace();
    namespaces.push(namespace);
    for (const [name, value] of SYSCTLS) namespace.run("tee", [`/proc/sys/${name}`], String(value));
    return namespace;
  };
  try {
    const node = create();
    ip(node, `addr add ${nodeAddress}/32 dev lo`);
    for (const place of ["client", "pods", "afar", "elsewhere", "outside"] as const) {
      const there = create();
      join(node, there, place, places[place], place === "outside" ? nodeAddress : POD_GATEWAY);
      agents[place] = await startAgent(
        there,
        serves.filter((one) => one.place === place),
      );
    }
    ip(node, `route add default dev to-outside src ${nodeAddress}`);
    agents.node = await startAgent(node, []);
    return { node, agents: agents as Record<Place, Agent>, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function join(node: Namespace, there: Namespace, place: string, addresses: readonly string[], gateway: string): void {
  const near = `to-${place}`;
  ip(node, `link add ${near} type veth peer name eth0 netns ${there.name}`);
  ip(node, `addr add ${gateway}/32 dev ${near}`);
  ip(node, `link set ${near} up`);
  for (const address of addresses) ip(there, `addr add ${address}/32 dev eth0`);
  ip(there, "link set eth0 up");
  for (const address of addresses) ip(node, `route add ${address}/32 dev ${near}`);
  ip(there, `route add ${gateway}/32 dev eth0`);
  ip(there, `route add default via ${gateway}`);
}

function ip(namespace: Namespace, command: string): void {
  namespace.run("ip", command.split(" "));
}
