/** Names of kube-proxy's chains in iptables mode. */
import {
  prefixedSha256Base32,
  prefixedTextOfRanks,
  rankOfText,
  sha256Base32,
  type Prefix,
} from "../../util/sha256-base32.js";
import type { ServicePort } from "../../services/types.js";

export const SERVICES = "KUBE-SERVICES";
export const EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
export const NODEPORTS = "KUBE-NODEPORTS";
export const FORWARD = "KUBE-FORWARD";
export const PROXY_FIREWALL = "KUBE-PROXY-FIREWALL";
export const FIREWALL = "KUBE-FIREWALL";
export const POSTROUTING = "KUBE-POSTROUTING";
export const MARK_MASQ = "KUBE-MARK-MASQ";

/** The chains of one service port; 25 characters each, where iptables allows 28. */
export interface ServiceChainNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

/** What the hashes of a service port start from: its name and its protocol in lower case, put together. */
export function hashInput(port: ServicePort): string {
  return port.name + port.protocol.toLowerCase();
}

/**
 * KUBE-SVC, KUBE-SVL, KUBE-EXT and KUBE-FW of a service port: one hash, four prefixes.
 * Source: kube-proxy pkg/proxy/iptables/proxier.go, portProtoHash; same in every release known.
 */
export function serviceChainNames(input: string): ServiceChainNames {
  const hash = sha256Base32(input);
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
}

/** What names of endpoints' chains begin with. */
export const KUBE_SEP_TEXT = "KUBE-SEP-";
/** The same as character codes. */
const KUBE_SEP: Prefix = [75, 85, 66, 69, 45, 83, 69, 80, 45];

/** The chain that DNATs to one endpoint. `target`: "ip:port", IPv6 in brackets. */
export function endpointChainName(input: string, target: string): string {
  return prefixedSha256Base32(KUBE_SEP, input + target);
}

/** Half of the hash in the name of an endpoint's chain as a number, greater where the half comes later in order. */
export function hashHalf(name: string, half: 0 | 1): number {
  return rankOfText(name, KUBE_SEP_TEXT.length + 8 * half);
}

/** The name of an endpoint's chain with these halves. */
export function nameOfHalves(first: number, second: number): string {
  return prefixedTextOfRanks(KUBE_SEP, first, second);
}
