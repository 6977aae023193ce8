/** Which addresses of the node matter to IPVS mode. */
import { matchingInterfaceAddresses, nodePortAddressesOf } from "../node-port-addresses.js";
import type { BackendInput } from "../input.js";
import { isLinkLocal, isLoopback, parseIP, type IPAddress } from "../../net/ip.js";

export interface NodeAddresses {
  /** Each gets a virtual server for every node port; empty: node ports are skipped. */
  readonly nodePorts: readonly string[];
  /** Already on another interface than kube-ipvs0, so an external or load-balancer IP among them is not bound. */
  readonly otherInterfaces: ReadonlySet<string>;
}

function isIPv6LinkLocal(ip: IPAddress): boolean {
  return ip.family === "IPv6" && isLinkLocal(ip);
}

/**
 * The node's addresses of the family, as far as known.
 * Node ports on all addresses leave out loopback and IPv6 link-local; given CIDRs leave out loopback alone.
 * Source: kube-proxy pkg/proxy/ipvs/proxier.go, syncProxyRules, and netlink_linux.go, GetAllLocalAddressesExcept.
 */
export function nodeAddressesOf(input: BackendInput): NodeAddresses {
  const otherInterfaces = new Set<string>();
  for (const text of input.node.interfaceAddresses) {
    const ip = parseIP(text);
    if (ip?.family === input.family && !isLoopback(ip) && !isIPv6LinkLocal(ip)) otherInterfaces.add(ip.text);
  }
  const addresses = nodePortAddressesOf(input, false);
  const nodePorts = matchingInterfaceAddresses(input, addresses, { loopback: false });
  return {
    nodePorts: addresses.matchAll ? nodePorts.filter((address) => otherInterfaces.has(address)) : nodePorts,
    otherInterfaces,
  };
}
