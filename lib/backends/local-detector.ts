/** How a backend tells traffic of local pods apart. */
import type { BackendInput } from "./input.js";
import { parseCIDR } from "../net/cidr.js";

export type LocalDetector =
  | { readonly kind: "source"; readonly cidr: string }
  /** `name` ends in "+" (iptables) or "*" (nftables) when `prefix` is true; it is stored without it. */
  | { readonly kind: "interface"; readonly name: string; readonly prefix: boolean };

/**
 * The detector of the configuration for the family, or undefined when none is configured for it.
 * Source: kube-proxy cmd/kube-proxy/app/server_linux.go and pkg/proxy/util/localdetector.go.
 */
export function findLocalDetector({
  config,
  family,
  features,
  node,
}: Pick<BackendInput, "config" | "family" | "features" | "node">): LocalDetector | undefined {
  const firstOfFamily = (cidrs: readonly string[]): LocalDetector | undefined => {
    for (const text of cidrs) {
      const cidr = parseCIDR(text.trim());
      if (cidr?.family === family)
        return { kind: "source", cidr: features.canonicalServiceIPs ? cidr.text : text.trim() };
    }
    return undefined;
  };
  switch (config.detectLocalMode) {
    case "ClusterCIDR":
      return firstOfFamily(config.clusterCIDR.split(","));
    case "NodeCIDR":
      return firstOfFamily(node.podCIDRs);
    case "BridgeInterface":
      return { kind: "interface", name: config.bridgeInterface, prefix: false };
    case "InterfaceNamePrefix":
      return { kind: "interface", name: config.interfaceNamePrefix, prefix: true };
  }
}
