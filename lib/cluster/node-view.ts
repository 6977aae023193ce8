/** The node whose rules are compiled, as its kube-proxy sees it. */
import type { Features } from "../config/features.js";
import type { ProxyConfig } from "../config/proxy-config.js";
import type { Node } from "../kube/types.js";
import { isUnspecified, parseIP, type IPAddress, type IPFamily } from "../net/ip.js";
import type { NodeView } from "./types.js";

export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** InternalIPs in order, then ExternalIPs; those that do not parse are dropped. */
function hostIPs(node: Node | undefined): IPAddress[] {
  const addresses = node?.status?.addresses ?? [];
  return ["InternalIP", "ExternalIP"].flatMap((type) =>
    addresses.flatMap((a) => {
      const ip = a.type === type ? parseIP(a.address) : undefined;
      return ip ? [ip] : [];
    }),
  );
}

/**
 * Node IP by family: the Node's first address of the family, replaced by a specified bindAddress of that family.
 * Source: kube-proxy cmd/kube-proxy/app/server.go, detectNodeIPs.
 */
function nodeIPs(node: Node | undefined, config: ProxyConfig, features: Features): Record<IPFamily, string> {
  const ips = hostIPs(node);
  const bind = parseIP(config.bindAddress);
  const specified = bind && !isUnspecified(bind) ? bind : undefined;
  if (!features.nodeIPOfBothFamilies) {
    // Only the primary family's address is known; the other one stays unspecified.
    const primary = specified ?? ips[0] ?? parseIP("127.0.0.1")!;
    return primary.family === "IPv4" ? { IPv4: primary.text, IPv6: "::" } : { IPv4: "0.0.0.0", IPv6: primary.text };
  }
  const of = (family: IPFamily, fallback: string) =>
    specified?.family === family ? specified.text : (ips.find((ip) => ip.family === family)?.text ?? fallback);
  return { IPv4: of("IPv4", "127.0.0.1"), IPv6: of("IPv6", "::1") };
}

/**
 * The view of a Node, or of a node on which nothing is local when there is none.
 * `name`: what endpoints' nodeName is compared with; "" for no node.
 * `interfaceAddresses`: of the host, when known; else the Node's own addresses stand for them.
 */
export function makeNodeView(
  name: string,
  node: Node | undefined,
  config: ProxyConfig,
  features: Features,
  interfaceAddresses?: readonly string[],
): NodeView {
  const podCIDRs = node?.spec?.podCIDRs ?? (node?.spec?.podCIDR ? [node.spec.podCIDR] : []);
  return {
    name,
    zone: node?.metadata.labels?.[ZONE_LABEL] ?? "",
    ip: nodeIPs(node, config, features),
    interfaceAddresses: interfaceAddresses ?? hostIPs(node).map((ip) => ip.text),
    podCIDRs,
  };
}
