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
  /** A CIDR of the family was given that lies inside loopback. */
  readonly namesLoopback: boolean;
}

/** What the words of nodePortAddresses stand for in nftables mode, besides `primary`. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  localhost: ["127.0.0.0/8", "::1/128"],
  all: ["0.0.0.0/0", "::/0"],
};

/** Addresses of interface lo, which every node has. */
const LOOPBACK_ADDRESSES = ["127.0.0.1", "::1"];

/**
 * The family's part of nodePortAddresses.
 * `defaultPrimary`: an empty list stands for [primary] (nftables mode).
 * Source: kube-proxy pkg/proxy/util/nodeport_addresses.go.
 */
export function nodePortAddressesOf(input: BackendInput, defaultPrimary: boolean): NodePortAddresses {
  const { family, features } = input;
  const texts = rangeTexts(input, defaultPrimary);
  const zero = family === "IPv4" ? "0.0.0.0/0" : "::/0";
  let own = texts.flatMap((text) => {
    const cidr = parseCIDR(text);
    return cidr?.family === family ? [{ text, cidr }] : [];
  });
  if (own.length === 0) own = [{ text: zero, cidr: parseCIDR(zero)! }];
  const loopback = parseIP("127.0.0.0")!;
  const isInsideLoopback = (cidr: CIDR) =>
    cidr.family === "IPv4" ? cidr.prefix >= 8 && cidr.base >> 24n === 127n : cidr.prefix === 128 && cidr.base === 1n;
  return {
    matchAll: own.some(({ text, cidr }) => (features.zeroNodePortCIDRByPrefix ? cidr.prefix === 0 : text === zero)),
    cidrs: own.map(({ cidr }) => cidr),
    containsIPv4Loopback:
      family === "IPv4" && own.some(({ cidr }) => cidrContains(cidr, loopback) || isInsideLoopback(cidr)),
    namesLoopback: own.some(({ cidr }) => isInsideLoopback(cidr)),
  };
}

/** The list with its words replaced by the CIDRs they stand for. */
function rangeTexts({ config, features, node }: BackendInput, defaultPrimary: boolean): readonly string[] {
  const primary = () => primaryCIDRs(node.ip.IPv4, node.ip.IPv6);
  const texts = config.nodePortAddresses;
  if (texts.length === 0) return defaultPrimary ? primary() : [];
  if (defaultPrimary && features.nftNodePortAddressKeywords)
    return texts.flatMap((text) => (text === "primary" ? primary() : (KEYWORDS[text] ?? text)));
  const isPrimary = texts.length === 1 && texts[0] === "primary";
  return isPrimary && (defaultPrimary || features.nodePortAddressesPrimary) ? primary() : texts;
}

function primaryCIDRs(ipv4: string, ipv6: string): string[] {
  return [
    { ip: parseIP(ipv4), length: 32 },
    { ip: parseIP(ipv6), length: 128 },
  ].flatMap(({ ip, length }) => (ip && !isLoopback(ip) ? [`${ip.text}/${length}`] : []));
}

/** The interface addresses of the family inside the CIDRs, each once: those of lo, then others in the order known. */
export function matchingInterfaceAddresses(
  input: BackendInput,
  addresses: NodePortAddresses,
  { loopback }: { readonly loopback: boolean },
): string[] {
  const found = new Set<string>();
  for (const text of [...LOOPBACK_ADDRESSES, ...input.node.interfaceAddresses]) {
    const ip = parseIP(text);
    if (ip?.family !== input.family || (isLoopback(ip) && !loopback)) continue;
    if (addresses.matchAll || addresses.cidrs.some((cidr) => cidrContains(cidr, ip))) found.add(ip.text);
  }
  return [...found];
}
