/** Addresses as the API server judges them. */
import { familyOfIP, isLinkLocal, isLoopback, isUnspecified, parseIP, type IPFamily } from "../../net/ip.js";

/** What kind of address cannot be an endpoint or an external IP; undefined for an ordinary one. */
export function specialAddress(text: string, family: IPFamily): string | undefined {
  if (family === "IPv4") {
    // Canonical IPv4 text is told by its first characters, without making an address of it.
    const c = text.charCodeAt(0);
    if (c !== 48 && c !== 49 && c !== 50 && c !== 58) return undefined;
    if (c === 49 && !(text.startsWith("127.") || text.startsWith("169."))) return undefined;
    if (c === 50 && !text.startsWith("224.")) return undefined;
  } else {
    const c = text.charCodeAt(0);
    if (c !== 58 && c !== 48 && c !== 102 && c !== 70) return undefined;
  }
  const ip = parseIP(text);
  if (!ip) return undefined;
  if (isUnspecified(ip)) return "the unspecified address";
  if (isLoopback(ip)) return "a loopback address";
  if (isLinkLocal(ip)) return "a link-local address";
  const multicast = ip.family === "IPv4" ? ip.value >> 8n === 0xe00000n : ip.value >> 112n === 0xff02n;
  return multicast ? "a link-local multicast address" : undefined;
}

/**
 * Why the strict reading of Kubernetes 1.36 refuses an address that older releases take: leading zeros, or an IPv4
 * address inside an IPv6 one. Undefined when it does not, or when the text is no address at all.
 */
export function laxAddress(text: string): string | undefined {
  if (!familyOfIP(text)) return undefined;
  if (/(^|\.)0\d/.test(text)) return "has leading zeros";
  if (text.includes(":") && familyOfIP(text) === "IPv4") return "is an IPv4 address in IPv6 form";
  return undefined;
}

/** Whether a range has bits set after its prefix. */
export function hasHostBits(rangeText: string, maskedText: string): boolean {
  const slash = rangeText.indexOf("/");
  const address = parseIP(rangeText.slice(0, slash));
  return address !== undefined && address.text !== maskedText.slice(0, maskedText.indexOf("/"));
}
