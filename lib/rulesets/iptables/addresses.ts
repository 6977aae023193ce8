/** Address texts as iptables-save prints them. */
import type { AddressText } from "./types.js";
import { addressBits, parseCIDR } from "../../net/cidr.js";
import { canonicalIP, type IPFamily } from "../../net/ip.js";

/** Networks recur in every service's rules; hosts do not and are quick to print. */
const networks = new Map<string, string>();
const NETWORKS_KEPT = 512;

/**
 * The canonical address with its prefix length, as iptables-save prints it: "10.0.0.1/32", "10.0.0.0/8".
 * Networks are masked. Text that is no address stays as it is.
 */
export function addressWithPrefix(address: AddressText, family: IPFamily): string {
  if (!address.includes("/")) {
    // A damaged capture may hold an IPv6 address among rules of IPv4.
    const isIPv4 = family === "IPv4" && !address.includes(":");
    return (canonicalIP(address) ?? address) + (isIPv4 ? "/32" : "/128");
  }
  let text = networks.get(address);
  if (text === undefined) {
    text = parseCIDR(address)?.text ?? withNetmask(address);
    if (networks.size >= NETWORKS_KEPT) networks.clear();
    networks.set(address, text);
  }
  return text;
}

/** "10.0.0.0/255.0.0.0" as "10.0.0.0/8"; any other mask stays. */
function withNetmask(address: string): string {
  const slash = address.indexOf("/");
  const bits = prefixOfMask(address.slice(slash + 1));
  if (bits < 0) return address;
  return parseCIDR(`${address.slice(0, slash)}/${bits}`)?.text ?? address;
}

/** Bits of an IPv4 netmask, or -1 when it has holes or is none. */
function prefixOfMask(mask: string): number {
  const parsed = canonicalIP(mask);
  if (parsed === undefined || parsed.includes(":")) return -1;
  let value = 0;
  for (const octet of parsed.split(".")) value = value * 256 + Number(octet);
  for (let bits = 0; bits <= 32; bits++) if (value === 2 ** 32 - 2 ** (32 - bits)) return bits;
  return -1;
}

/** Whether the printed address covers every address: iptables-save leaves such a clause out. */
export function coversEverything(printed: string): boolean {
  return printed.endsWith("/0");
}

/** The normal form of an address: canonical, a host without its prefix length. */
export function normalAddress(address: AddressText, family: IPFamily): string {
  const text = addressWithPrefix(address, family);
  const host = `/${addressBits(family)}`;
  return text.endsWith(host) ? text.slice(0, -host.length) : text;
}
