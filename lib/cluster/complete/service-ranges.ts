/** From which networks cluster IPs come. */
import { parseCIDR, type CIDR } from "../../net/cidr.js";
import type { IPFamily } from "../../net/ip.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { quoted } from "../../util/quoted.js";
import type { Cluster } from "../types.js";
import { SERVICE_RANGE } from "./usual-ranges.js";

export interface ServiceRanges {
  /** Families of the cluster, the default one first. */
  readonly families: readonly IPFamily[];
  /** The range that addresses are made up from. */
  readonly range: Readonly<Record<IPFamily, CIDR>>;
  /** All ranges, when the input or an option tells them; undefined when the defaults are used. */
  readonly told: readonly CIDR[] | undefined;
}

/**
 * The service ranges: the option's, else those of ServiceCIDR objects (the one named kubernetes first), else the
 * serviceSubnet of kubeadm's ConfigMap, else defaults. Without any of them the cluster counts as having the families of
 * the Nodes' pod ranges, or IPv4 alone.
 */
export function findServiceRanges(
  cluster: Cluster,
  option: readonly string[],
  report: (diagnostic: Diagnostic) => void,
): ServiceRanges {
  const objects = [...cluster.serviceCIDRs].sort(
    (a, b) => Number(b.metadata.name === "kubernetes") - Number(a.metadata.name === "kubernetes"),
  );
  const fromOption = option.flatMap((text) => text.split(",")).map((text) => text.trim());
  const candidates: readonly (readonly [string, readonly string[]])[] = [
    ["--service-cidr", fromOption],
    ["ServiceCIDR", objects.flatMap(({ spec }) => spec?.cidrs ?? [])],
    ["the kubeadm configuration's serviceSubnet", kubeadmSubnets(cluster)],
  ];
  const [name, texts] = candidates.find(([, list]) => list.length > 0) ?? ["", []];
  const told: CIDR[] = [];
  for (const text of texts) {
    const cidr = parseCIDR(text);
    if (cidr) told.push(cidr);
    else
      report({
        code: "service-range-invalid",
        severity: "error",
        message: `${name} ${quoted(text)} is no CIDR`,
        notes: ["for example 10.96.0.0/12"],
      });
  }
  if (told.length === 0) return { families: familiesOfNodes(cluster), range: SERVICE_RANGE, told: undefined };
  const firstOf = (family: IPFamily) => told.find((cidr) => cidr.family === family) ?? SERVICE_RANGE[family];
  return {
    families: [...new Set(told.map(({ family }) => family))],
    range: { IPv4: firstOf("IPv4"), IPv6: firstOf("IPv6") },
    told,
  };
}

/** The ConfigMap holds YAML as text; one line of it is wanted. */
function kubeadmSubnets(cluster: Cluster): string[] {
  const configMap = cluster.configMaps.find(
    ({ metadata }) => metadata.namespace === "kube-system" && metadata.name === "kubeadm-config",
  );
  const text = configMap?.data?.["ClusterConfiguration"];
  if (typeof text !== "string") return [];
  for (const line of text.split("\n")) {
    const match = /^\s*serviceSubnet:\s*["']?([0-9a-fA-F.:/,]+)["']?\s*(?:#.*)?$/.exec(line.trimEnd());
    if (match) return match[1]!.split(",");
  }
  return [];
}

function familiesOfNodes(cluster: Cluster): IPFamily[] {
  for (const { spec } of cluster.nodes) {
    const ranges = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
    const families = ranges.flatMap((text) => parseCIDR(text)?.family ?? []);
    if (families.length > 0) return [...new Set(families)];
  }
  return ["IPv4"];
}
