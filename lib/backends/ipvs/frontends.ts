/** The addresses and ports at which a service port is reached. */
import type { NodeAddresses } from "./node-addresses.js";
import type { ServicePort } from "../../services/types.js";

export type FrontendRole = "cluster-ip" | "external-ip" | "load-balancer-ip" | "node-port";

export interface Frontend {
  readonly role: FrontendRole;
  readonly address: string;
  readonly port: number;
  /** The address is bound to kube-ipvs0. */
  readonly bound: boolean;
}

/**
 * Every frontend in kube-proxy's order: cluster IP, external IPs, load-balancer IPs, node-port addresses.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, syncProxyRules.
 */
export function* frontendsOf(port: ServicePort, node: NodeAddresses): Generator<Frontend> {
  yield { role: "cluster-ip", address: port.clusterIP, port: port.port, bound: true };
  for (const address of port.externalIPs)
    yield { role: "external-ip", address, port: port.port, bound: !node.otherInterfaces.has(address) };
  for (const address of port.loadBalancerVIPs)
    yield { role: "load-balancer-ip", address, port: port.port, bound: !node.otherInterfaces.has(address) };
  if (port.nodePort === 0) return;
  for (const address of node.nodePorts) yield { role: "node-port", address, port: port.nodePort, bound: false };
}
