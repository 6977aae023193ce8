/** CIDRs as kube-proxy reads and prints them. */
import { ipFromValue, parseIP, type IPAddress, type IPFamily } from "./ip.js";

/** A network: family, masked base address, prefix length and the canonical masked text. */
export interface CIDR {
  readonly family: IPFamily;
  readonly base: bigint;
  readonly prefix: number;
  readonly text: string;
}

/** Bits of an address of the family. */
export function addressBits(family: IPFamily): number {
  return family === "IPv4" ? 32 : 128;
}

/**
 * Reads "ADDR/LENGTH" as kube-proxy does (leading zeros allowed) and masks the host bits.
 * Source: k8s.io/utils/net ParseCIDRSloppy.
 */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const length = text.slice(slash + 1);
  if (!/^\d{1,4}$/.test(length)) return undefined;
  const ip = parseIP(text.slice(0, slash));
  const prefix = Number(length);
  if (!ip || prefix > addressBits(ip.family)) return undefined;
  return makeCIDR(ip, prefix);
}

/** The network of an address. `prefix`: bits. */
function makeCIDR(ip: IPAddress, prefix: number): CIDR {
  const host = BigInt(addressBits(ip.family) - prefix);
  const base = (ip.value >> host) << host;
  return { family: ip.family, base, prefix, text: `${ipFromValue(ip.family, base).text}/${prefix}` };
}

/** Whether the network holds the address. */
export function cidrContains(cidr: CIDR, ip: IPAddress): boolean {
  if (cidr.family !== ip.family) return false;
  const host = BigInt(addressBits(cidr.family) - cidr.prefix);
  return ip.value >> host === cidr.base >> host;
}
