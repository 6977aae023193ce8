/** Which addresses of the host accept node ports. */
import type { BackendInput } from "./input.js";
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { isLoopback, parseIP } from "../net/ip.js";

export interface NodePortAddresses {
  /** Every local address of the family. */
  readonly matchAll: boolean;
  /** CIDRs of the family; the all-matching one when none was given. */
  readonly cidrs: readonly CIDR[];
  readonly containsIPv4Loopback: boolean;
}

/**
 * The family's part of nodePortAddresses.
 * `defaultPrimary`: an empty list stands for [primary] (nftables mode).
 * Source: kube-proxy pkg/proxy/util/nodeport_addresses.go.
 */
export function nodePortAddressesOf(input: BackendInput, defaultPrimary: boolean): NodePortAddresses {
  const { config, family, features, node } = input;
  let texts = config.nodePortAddresses;
  if (texts.length === 0 && defaultPrimary) texts = ["primary"];
  if (texts.length === 1 && texts[0] === "primary" && (defaultPrimary || features.nodePortAddressesPrimary))
    texts = primaryCIDRs(node.ip.IPv4, node.ip.IPv6);
  const zero = family === "IPv4" ? "0.0.0.0/0" : "::/0";
  let own = texts.flatMap((text) => {
    const cidr = parseCIDR(text);
    return cidr?.family === family ? [{ text, cidr }] : [];
  });
  if (own.length === 0) own = [{ text: zero, cidr: parseCIDR(zero)! }];
  const loopback = parseIP("127.0.0.0")!;
  return {
    matchAll: own.some(({ text, cidr }) => (features.zeroNodePortCIDRByPrefix ? cidr.prefix === 0 : text === zero)),
    cidrs: own.map(({ cidr }) => cidr),
    containsIPv4Loopback:
      family === "IPv4" &&
      own.some(({ cidr }) => cidrContains(cidr, loopback) || (cidr.prefix >= 8 && cidr.base >> 24n === 127n)),
  };
}

function primaryCIDRs(ipv4: string, ipv6: string): string[] {
  return [
    { ip: parseIP(ipv4), length: 32 },
    { ip: parseIP(ipv6), length: 128 },
  ].flatMap(({ ip, length }) => (ip && !isLoopback(ip) ? [`${ip.text}/${length}`] : []));
}

/** The known interface addresses of the family inside the CIDRs, each once, in the order known. */
export function matchingInterfaceAddresses(
  input: BackendInput,
  addresses: NodePortAddresses,
  { loopback }: { readonly loopback: boolean },
): string[] {
  const found = new Set<string>();
  for (const text of input.node.interfaceAddresses) {
    const ip = parseIP(text);
    if (ip?.family !== input.family || (isLoopback(ip) && !loopback)) continue;
    if (addresses.matchAll || addresses.cidrs.some((cidr) => cidrContains(cidr, ip))) found.add(ip.text);
  }
  return [...found];
}
