/** Address texts of rules as tests on addresses. */
import { addressBits, cidrContains, parseCIDR } from "../net/cidr.js";
import { parseIP, type IPAddress, type IPFamily } from "../net/ip.js";

export type AddressMatcher = (address: IPAddress) => boolean;

/**
 * A test for "10.0.0.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0" or "10.0.0.1-10.0.0.9"; undefined when the text is none of
 * them.
 */
export function matchAddress(text: string): AddressMatcher | undefined {
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const cidr = parseCIDR(text);
    return cidr ? (address) => cidrContains(cidr, address) : matchMask(text.slice(0, slash), text.slice(slash + 1));
  }
  const dash = text.indexOf("-");
  if (dash >= 0) {
    const from = parseIP(text.slice(0, dash));
    const to = parseIP(text.slice(dash + 1));
    if (!from || !to || from.family !== to.family) return undefined;
    return ({ family, value }) => family === from.family && value >= from.value && value <= to.value;
  }
  const host = parseIP(text);
  return host && (({ family, value }) => family === host.family && value === host.value);
}

function matchMask(base: string, mask: string): AddressMatcher | undefined {
  const address = parseIP(base);
  const bits = parseIP(mask);
  if (!address || !bits || address.family !== bits.family) return undefined;
  const wanted = address.value & bits.value;
  return ({ family, value }) => family === address.family && (value & bits.value) === wanted;
}

/** The canonical address when the text names a single host, with or without its full prefix length. */
export function singleHost(text: string, family: IPFamily): string | undefined {
  const slash = text.indexOf("/");
  if (slash >= 0 && text.slice(slash + 1) !== String(addressBits(family))) return undefined;
  const address = parseIP(slash < 0 ? text : text.slice(0, slash));
  return address?.family === family ? address.text : undefined;
}
