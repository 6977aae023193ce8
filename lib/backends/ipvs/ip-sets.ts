/** The entries of the ip sets. */
import type { NodeAddresses } from "./node-addresses.js";
import { SETS, SET_KEYS, setName, type SetKey } from "./sets.js";
import { protocolOf } from "./virtual-servers.js";
import type { ServicePortWithEndpoints } from "../input.js";
import { cidrContains } from "../../net/cidr.js";
import type { IPAddress, IPFamily } from "../../net/ip.js";
import { addressKey, frontendKey, sortByKey } from "../../rulesets/ipvs/order.js";
import type { IPSet, IPSetEntry, IPVSProtocol } from "../../rulesets/ipvs/types.js";
import type { ServicePort } from "../../services/types.js";

/** The wanted entries of each set by their text; of two writers of one entry the first is named. */
export type SetEntries = Readonly<Record<SetKey, Map<string, OrderedEntry>>>;

interface OrderedEntry extends IPSetEntry {
  readonly order: number | string;
}

/** A load-balancer address that only its source ranges may reach, and not from the node itself. */
export interface ClosedFrontend {
  readonly address: string;
  readonly protocol: IPVSProtocol;
  readonly port: ServicePort;
}

export function emptySetEntries(): SetEntries {
  return Object.fromEntries(SET_KEYS.map((key) => [key, new Map()])) as unknown as SetEntries;
}

/**
 * Adds what one service port contributes, and gives back the frontends closed to the node.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, syncProxyRules.
 */
export function addServicePortEntries(
  sets: SetEntries,
  { port, endpoints }: ServicePortWithEndpoints,
  node: NodeAddresses,
  nodeIP: IPAddress | undefined,
): ClosedFrontend[] {
  const protocol = protocolOf(port);
  const origin = { label: port.name, ref: port };
  const add = (key: SetKey, text: string, order: number | string) => {
    if (!sets[key].has(text)) sets[key].set(text, { text, order, origin });
  };
  const addAddress = (keys: readonly SetKey[], address: string, portNumber: number) => {
    const text = `${address},${protocol}:${portNumber}`;
    const order = frontendKey(address, protocol, portNumber);
    for (const key of keys) add(key, text, order);
  };

  for (const endpoint of endpoints.all)
    if (endpoint.local)
      add(
        "loopBack",
        `${endpoint.ip},${protocol}:${endpoint.port},${endpoint.ip}`,
        frontendKey(endpoint.ip, protocol, endpoint.port),
      );

  addAddress(["clusterIP"], port.clusterIP, port.port);
  for (const address of port.externalIPs)
    addAddress([port.externalPolicyLocal ? "externalIPLocal" : "externalIP"], address, port.port);

  const closed: ClosedFrontend[] = [];
  const allowsNode = nodeIP !== undefined && port.sourceRanges.some(({ cidr }) => cidrContains(cidr, nodeIP));
  for (const address of port.loadBalancerVIPs) {
    addAddress(["loadBalancer"], address, port.port);
    if (port.externalPolicyLocal) addAddress(["loadBalancerLocal"], address, port.port);
    if (port.sourceRanges.length === 0) continue;
    addAddress(["loadBalancerFirewall"], address, port.port);
    const prefix = `${address},${protocol}:${port.port}`;
    const order = frontendKey(address, protocol, port.port);
    for (const { text } of port.sourceRanges) add("loadBalancerSourceCIDR", `${prefix},${text}`, order);
    if (allowsNode) add("loadBalancerSourceIP", `${prefix},${address}`, order);
    else closed.push({ address, protocol, port });
  }

  if (port.nodePort !== 0) {
    // Without an address for it kube-proxy passes over the rest of the service port, the health check included.
    if (node.nodePorts.length === 0) return closed;
    if (protocol === "sctp") {
      const keys: SetKey[] = port.externalPolicyLocal ? ["nodePortSCTP", "nodePortLocalSCTP"] : ["nodePortSCTP"];
      for (const address of node.nodePorts) addAddress(keys, address, port.nodePort);
    } else {
      const [all, local] = NODE_PORT_SETS[protocol];
      add(all, String(port.nodePort), port.nodePort);
      if (port.externalPolicyLocal) add(local, String(port.nodePort), port.nodePort);
    }
  }
  if (port.healthCheckNodePort !== 0)
    add("healthCheckNodePort", String(port.healthCheckNodePort), port.healthCheckNodePort);
  return closed;
}

const NODE_PORT_SETS = {
  tcp: ["nodePortTCP", "nodePortLocalTCP"],
  udp: ["nodePortUDP", "nodePortLocalUDP"],
} as const;

/** Adds an address of kube-ipvs0. */
export function addBoundAddress(sets: SetEntries, address: string, port: ServicePort): void {
  if (!sets.ipvsIPs.has(address))
    sets.ipvsIPs.set(address, { text: address, order: addressKey(address), origin: { label: port.name, ref: port } });
}

/** All sets of the family, empty ones too, in kube-proxy's order; entries by address, protocol, port. */
export function ipSetsOf(sets: SetEntries, family: IPFamily): IPSet[] {
  return SET_KEYS.map((key) => ({
    name: setName(key, family),
    type: SETS[key].type,
    family: SETS[key].type === "bitmap:port" ? undefined : family === "IPv4" ? "inet" : "inet6",
    entries: sortByKey(
      sets[key].values(),
      ({ order }) => order,
      ({ text }) => text,
    ).map(({ text, origin }) => ({ text, origin })),
  }));
}
