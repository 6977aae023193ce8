/** IP families of a Service. Source: kube-apiserver, pkg/registry/core/service/storage/alloc.go. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Service } from "../../kube/types.js";
import { familyOfIP, type IPFamily } from "../../net/ip.js";
import type { ServiceRanges } from "./service-ranges.js";

export interface Families {
  readonly families: IPFamily[];
  readonly policy: string;
}

const BOTH: readonly IPFamily[] = ["IPv4", "IPv6"];

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === "None" || spec.clusterIPs?.[0] === "None";
}

/** The addresses given, "None" among them; clusterIP alone counts as a list of one. */
export function givenClusterIPs({ spec }: Service): string[] {
  if (spec.clusterIPs?.length) return [...spec.clusterIPs];
  return spec.clusterIP ? [spec.clusterIP] : [];
}

/**
 * Families and policy of a Service as a cluster with these ranges stores them.
 * A family that the cluster is known to lack is reported; where the ranges are not told, what a Service asks for by name
 * is believed.
 */
export function resolveFamilies(
  service: Service,
  ranges: ServiceRanges,
  report: (diagnostic: Diagnostic) => void,
): Families {
  const { spec } = service;
  const headlessWithoutSelector = isHeadless(service) && Object.keys(spec.selector ?? {}).length === 0;
  const policy = spec.ipFamilyPolicy || (headlessWithoutSelector ? "RequireDualStack" : "SingleStack");
  const families: IPFamily[] = [...(spec.ipFamilies ?? [])];
  for (const ip of givenClusterIPs(service).slice(families.length)) {
    const family = familyOfIP(ip);
    if (family && !families.includes(family)) families.push(family);
  }
  const cluster = ranges.families;
  const append = () => {
    if (families.length === 0) families.push(cluster[0]!);
    if (families.length === 1 && policy !== "SingleStack") families.push(BOTH.find((f) => f !== families[0])!);
  };
  if (headlessWithoutSelector) {
    append();
    return { families, policy };
  }
  const missing = families.findIndex((family) => !cluster.includes(family));
  const lacks = (path: (string | number)[], message: string) =>
    report({
      code: "ip-family-not-in-cluster",
      severity: "error",
      message,
      at: service.origin && { origin: service.origin, path },
      notes: [
        `the cluster's service ranges are ${ranges.told!.map(({ text }) => text).join(", ")}`,
        "the API server would refuse this Service, so kube-proxy would never see it",
      ],
    });
  if (
    ranges.told &&
    givenClusterIPs(service).length < Math.max(families.length, policy === "RequireDualStack" ? 2 : 1)
  ) {
    if (policy === "RequireDualStack" && cluster.length < 2)
      lacks(["spec", "ipFamilyPolicy"], "ipFamilyPolicy is RequireDualStack, but the cluster has one IP family");
    else if (missing >= 0)
      lacks(["spec", "ipFamilies", missing], `the cluster has no ${families[missing]!} service range`);
  }
  if (cluster.length === 2 || policy === "RequireDualStack") append();
  else if (families.length === 0) families.push(cluster[0]!);
  return { families, policy };
}
