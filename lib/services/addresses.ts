/** A Service's address lists as one family sees them. */
import type { Features } from "../config/features.js";
import type { LoadBalancerIngress } from "../kube/types.js";
import { parseCIDR } from "../net/cidr.js";
import { parseIP, type IPFamily } from "../net/ip.js";
import type { SourceRange } from "./types.js";

const NONE: readonly never[] = [];

/** The addresses of the family in their order, in the release's text form; what does not parse is left out. */
export function addressesOfFamily(
  texts: readonly string[] | null | undefined,
  family: IPFamily,
  features: Features,
): readonly string[] {
  if (!texts || texts.length === 0) return NONE;
  const found: string[] = [];
  for (const text of texts) {
    const ip = parseIP(text);
    if (ip?.family === family) found.push(features.canonicalServiceIPs ? ip.text : text);
  }
  return found;
}

/** The load-balancer addresses of the family; host names and, where the release knows ipMode, modes other than VIP are left out. */
export function loadBalancerVIPs(
  ingress: readonly LoadBalancerIngress[] | null | undefined,
  family: IPFamily,
  features: Features,
): readonly string[] {
  if (!ingress || ingress.length === 0) return NONE;
  const texts: string[] = [];
  for (const { ip, ipMode } of ingress) {
    if (!ip) continue;
    if (features.loadBalancerIPMode && ipMode != null && ipMode !== "VIP") continue;
    texts.push(ip);
  }
  return addressesOfFamily(texts, family, features);
}

/**
 * The source ranges of the family, trimmed; where the release reads it so, one of prefix length 0 empties the list.
 * Source: kube-proxy pkg/proxy/serviceport.go.
 */
export function sourceRangesOfFamily(
  texts: readonly string[] | null | undefined,
  family: IPFamily,
  features: Features,
): readonly SourceRange[] {
  if (!texts || texts.length === 0) return NONE;
  const found: SourceRange[] = [];
  for (const raw of texts) {
    const text = raw.trim();
    const cidr = parseCIDR(text);
    if (cidr?.family !== family) continue;
    if (cidr.prefix === 0 && features.zeroSourceRangeMeansAll) return NONE;
    found.push({ text: features.canonicalServiceIPs ? cidr.text : text, cidr });
  }
  return found;
}
