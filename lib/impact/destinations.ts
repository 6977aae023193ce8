/** Where clients of a few Services send packets: every frontend of both sides, each once. */
import type { BackendInput, ServicePortWithEndpoints } from "../backends/input.js";
import { nodeAddressOf } from "../explain/clients.js";
import type { ImpactRole } from "../results/impact-report.js";
import { canonicalIP, isLoopback, parseIP } from "../net/ip.js";
import type { ServicePort } from "../services/types.js";
import type { Destination, UnitOnNode } from "./types.js";

const LOOPBACK = { IPv4: "127.0.0.1", IPv6: "::1" } as const;

type Spot = readonly [role: ImpactRole, address: string, number: number];

/** Frontends of the service port, node ports at the node's own address. */
function frontendsOf(port: ServicePort, input: BackendInput): Spot[] {
  const spots: Spot[] = [["cluster-ip", port.clusterIP, port.port]];
  for (const address of port.externalIPs) spots.push(["external-ip", address, port.port]);
  for (const address of port.loadBalancerVIPs) spots.push(["load-balancer-ip", address, port.port]);
  if (port.nodePort !== 0) spots.push(["node-port", nodeAddressOf(input), port.nodePort]);
  if (port.healthCheckNodePort !== 0) spots.push(["health-check", nodeAddressOf(input), port.healthCheckNodePort]);
  return spots;
}

/** Places beside the frontends where modes and configurations are known to part. */
function placesBeside(port: ServicePort, input: BackendInput, used: ReadonlySet<string>): Spot[] {
  const spots: Spot[] = [];
  if (port.nodePort !== 0) {
    const other = otherAddressOf(input);
    if (other !== undefined) spots.push(["other-address", other, port.nodePort]);
    spots.push(["loopback", LOOPBACK[input.family], port.nodePort]);
  }
  let unused = 9;
  while (used.has(`${port.clusterIP} ${unused}`)) unused++;
  spots.push(["unused-port", port.clusterIP, unused]);
  return spots;
}

/** An address of the node besides its own. */
function otherAddressOf(input: BackendInput): string | undefined {
  const own = nodeAddressOf(input);
  return input.node.interfaceAddresses
    .map(parseIP)
    .find((ip) => ip?.family === input.family && !isLoopback(ip) && ip.text !== own)?.text;
}

interface Made extends Destination {
  before: ServicePortWithEndpoints | undefined;
  after: ServicePortWithEndpoints | undefined;
}

/**
 * In the order of the service ports, those of the side before first. `beside`: also places that are no frontends, for
 * nodes whose own rules may differ.
 */
export function destinationsOf({ before, after }: UnitOnNode, beside: boolean): Destination[] {
  const found = new Map<string, Made>();
  const used = new Set<string>();
  for (const { ports } of [before, after]) for (const { port } of ports) used.add(`${port.clusterIP} ${port.port}`);
  for (const [side, { ports, input }] of [before, after].entries())
    for (const own of ports) {
      const spots = frontendsOf(own.port, input);
      if (beside) spots.push(...placesBeside(own.port, input, used));
      for (const [role, address, number] of spots) {
        const protocol = role === "health-check" ? "TCP" : own.port.protocol;
        const place = isOfNode(role) ? role : (canonicalIP(address) ?? address);
        const key = `${protocol} ${place} ${number}`;
        let made = found.get(key);
        if (!made) found.set(key, (made = { role, address, number, protocol, before: undefined, after: undefined }));
        if (side === 0) made.before ??= own;
        else made.after ??= own;
      }
    }
  return [...found.values()];
}

/** Whether it is a place beside the frontends. */
export function isBeside(role: ImpactRole): boolean {
  return role === "other-address" || role === "loopback" || role === "unused-port";
}

/** Whether each node has the frontend at addresses of its own. */
export function isOfNode(role: ImpactRole): boolean {
  return role === "node-port" || role === "health-check" || role === "other-address" || role === "loopback";
}
