/** Which Services kube-proxy gives no rules in one IP family, and why. */
import type { Features } from "../config/features.js";
import type { Service } from "../kube/types.js";
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";

export const SERVICE_PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";
export const HEADLESS_LABEL = "service.kubernetes.io/headless";

export type SkipReason =
  | { readonly kind: "other-proxy"; readonly proxy: string }
  | { readonly kind: "labelled-headless" }
  | { readonly kind: "headless" }
  | { readonly kind: "external-name"; readonly externalName: string }
  | { readonly kind: "no-cluster-ip" }
  | { readonly kind: "other-family"; readonly family: IPFamily }
  | { readonly kind: "unreadable-cluster-ip"; readonly text: string }
  | { readonly kind: "no-ports" };

/**
 * The Service's cluster IP of the family as written, or undefined.
 * An empty `clusterIPs` stands for [clusterIP], as the API server presents it.
 * Source: kube-proxy pkg/proxy/util/utils.go, the choice of a cluster IP by family.
 */
export function findClusterIP(service: Service, family: IPFamily): string | undefined {
  const { clusterIP = "", clusterIPs, ipFamilies } = service.spec;
  if (!ipFamilies || ipFamilies.length === 0)
    return (familyOfIP(clusterIP) === "IPv6") === (family === "IPv6") ? clusterIP : undefined;
  const all = clusterIPs && clusterIPs.length > 0 ? clusterIPs : [clusterIP];
  for (let i = 0; i < ipFamilies.length && i < all.length; i++) if (ipFamilies[i] === family) return all[i];
  return undefined;
}

/**
 * Why the Service has no service ports in the family; undefined when it has.
 * Source: the watch selectors of kube-proxy cmd/kube-proxy/app/server.go and pkg/proxy/util/utils.go.
 */
export function findSkipReason(service: Service, family: IPFamily, features: Features): SkipReason | undefined {
  const { labels } = service.metadata;
  const { clusterIP, type, externalName, ports } = service.spec;
  const proxy = labels?.[SERVICE_PROXY_NAME_LABEL];
  if (features.ignoresServicesForOtherProxy && proxy !== undefined) return { kind: "other-proxy", proxy };
  if (type === "ExternalName") return { kind: "external-name", externalName: externalName ?? "" };
  if (clusterIP === "None") return { kind: "headless" };
  if (features.ignoresServicesLabelledHeadless && labels?.[HEADLESS_LABEL] !== undefined)
    return { kind: "labelled-headless" };
  if (!clusterIP) return { kind: "no-cluster-ip" };
  const ownIP = findClusterIP(service, family);
  if (!ownIP) return { kind: "other-family", family };
  if (canonicalIP(ownIP) === undefined) return { kind: "unreadable-cluster-ip", text: ownIP };
  if (!ports || ports.length === 0) return { kind: "no-ports" };
  return undefined;
}

/** The reason in words, to follow "no rules: ". Escape it before printing: it may quote the Service. */
export function describeSkipReason(reason: SkipReason): string {
  switch (reason.kind) {
    case "other-proxy":
      return `label ${SERVICE_PROXY_NAME_LABEL} gives it to another proxy${reason.proxy === "" ? "" : `, ${reason.proxy}`}`;
    case "labelled-headless":
      return `label ${HEADLESS_LABEL} hides it from kube-proxy`;
    case "headless":
      return "it is headless (clusterIP: None)";
    case "external-name":
      return "type ExternalName is only a DNS name";
    case "no-cluster-ip":
      return "it has no clusterIP";
    case "other-family":
      return `it has no ${reason.family} cluster IP`;
    case "unreadable-cluster-ip":
      return `its cluster IP ${reason.text} is no IP address`;
    case "no-ports":
      return "it has no ports";
  }
}
