/** One spelling for entries of ip sets. */
import { canonicalIP } from "../../net/ip.js";
import { addressBits, parseCIDR } from "../../net/cidr.js";

/**
 * The entry as the kernel lists it: lower-case protocol (tcp when left out), canonical addresses, networks masked and
 * without a prefix that covers one address. Parts that are not understood stay as they are.
 * Takes: "10.96.0.1,tcp:80", "30080", "10.0.0.1,tcp:80,10.1.2.3/8", with or without blanks around.
 */
export function canonicalEntry(text: string): string {
  const parts = text.trim().split(",");
  for (const [i, part] of parts.entries()) parts[i] = canonicalPart(part, i);
  return parts.join(",");
}

/** The part after the first comma is a port with an optional protocol, all others are addresses or networks. */
function canonicalPart(part: string, index: number): string {
  const ip = canonicalIP(part);
  if (ip !== undefined) return ip;
  const slash = part.indexOf("/");
  if (slash >= 0) {
    const cidr = parseCIDR(part);
    if (!cidr) return part;
    return cidr.prefix === addressBits(cidr.family) ? cidr.text.slice(0, cidr.text.indexOf("/")) : cidr.text;
  }
  const colon = part.indexOf(":");
  const port = part.slice(colon + 1);
  if (!/^\d{1,9}$/.test(port)) return part;
  if (colon > 0) return `${part.slice(0, colon).toLowerCase()}:${Number(port)}`;
  return index === 0 ? String(Number(port)) : `tcp:${Number(port)}`;
}

/** Whether a network of prefix length 0 is part of the entry: the kernel takes none into a hash set. */
export function hasZeroPrefix(text: string): boolean {
  return text.endsWith("/0");
}
