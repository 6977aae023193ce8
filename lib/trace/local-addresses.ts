/** Which addresses are the node's own, and through which interface others are reached. */
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { canonicalIP, isLoopback, type IPAddress } from "../net/ip.js";
import type { NodeFacts } from "./types.js";

export interface NodeAddresses {
  /** Undefined: not known. `assumed`: canonical addresses for which it is taken for granted. */
  readonly isLocal: (address: IPAddress, assumed?: ReadonlyMap<string, boolean>) => boolean | undefined;
  /** Undefined: not known. */
  readonly outputInterface: (address: IPAddress) => string | undefined;
}

/** `more`: addresses that are local besides those told, e.g. of kube-ipvs0. */
export function readNodeAddresses(facts: NodeFacts, more: Iterable<string> = []): NodeAddresses {
  const local = new Set<string>();
  for (const list of [facts.localAddresses, more])
    for (const text of list) {
      const canonical = canonicalIP(text);
      if (canonical !== undefined) local.add(canonical);
    }
  const routes = (facts.routes ?? [])
    .map((route) => ({ cidr: parseCIDR(route.to), interface: route.interface }))
    .filter((route): route is { cidr: CIDR; interface: string } => route.cidr !== undefined)
    .sort((a, b) => b.cidr.prefix - a.cidr.prefix);
  const others = new Set((facts.otherAddresses ?? []).map((text) => canonicalIP(text) ?? text));
  const isLocal: NodeAddresses["isLocal"] = (address, assumed) => {
    if (isLoopback(address) || local.has(address.text)) return true;
    if (facts.mayHaveMoreAddresses !== true || others.has(address.text)) return false;
    return assumed?.get(address.text);
  };
  return {
    isLocal,
    outputInterface: (address) =>
      isLocal(address) ? "lo" : routes.find(({ cidr }) => cidrContains(cidr, address))?.interface,
  };
}
