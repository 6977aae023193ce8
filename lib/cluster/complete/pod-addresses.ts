/** Addresses of pods that are made up. */
import type { Node, Pod } from "../../kube/types.js";
import { parseCIDR, type CIDR } from "../../net/cidr.js";
import { canonicalIP, familyOfIP, parseIP, type IPFamily } from "../../net/ip.js";
import { createAddressPool, podBands, type AddressPool } from "./address-pool.js";
import { POD_RANGE, SPARE_POD_RANGE } from "./usual-ranges.js";

export interface PodAddresses {
  /** One address of each family of the node, or the node's own for a pod on the host's network. */
  allocate(node: Node | undefined, key: string, hostNetwork: boolean): string[];
}

/** The addresses of a host that nobody described. */
const UNKNOWN_HOST: readonly string[] = ["172.18.0.2", "fd00:172:18::2"];

/**
 * Pod addresses by the hash of "namespace/name", within the node's pod ranges. No two pods get one address, given pods,
 * nodes and endpoints of slices included.
 */
export function createPodAddresses(
  pods: readonly Pod[],
  nodes: readonly Node[],
  otherAddresses: Iterable<string>,
  firstFamily: IPFamily,
): PodAddresses {
  const taken: Record<IPFamily, Set<bigint>> = { IPv4: new Set(), IPv6: new Set() };
  const take = (text: string | undefined) => {
    const ip = text ? parseIP(text) : undefined;
    if (ip) taken[ip.family].add(ip.value);
  };
  for (const { status } of pods) {
    take(status?.podIP);
    status?.podIPs?.forEach(({ ip }) => take(ip));
  }
  for (const { status } of nodes) status?.addresses?.forEach(({ address }) => take(address));
  for (const address of otherAddresses) take(address);

  const pools = new Map<string, AddressPool>();
  const poolOf = (cidr: CIDR): AddressPool => {
    let pool = pools.get(cidr.text);
    if (!pool) pools.set(cidr.text, (pool = createAddressPool(cidr, podBands(cidr), taken[cidr.family])));
    return pool;
  };
  const bothFamilies: readonly IPFamily[] = firstFamily === "IPv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
  const unknown = bothFamilies.map((family) => POD_RANGE[family]);
  const rangesOf = new Map<Node, readonly CIDR[]>();
  const rangesFor = (node: Node | undefined): readonly CIDR[] => {
    if (!node) return unknown;
    let ranges = rangesOf.get(node);
    if (!ranges) {
      const texts = node.spec?.podCIDRs?.length ? node.spec.podCIDRs : [node.spec?.podCIDR ?? ""];
      const told = texts.flatMap((text) => parseCIDR(text) ?? []);
      rangesOf.set(node, (ranges = told.length > 0 ? told : unknown));
    }
    return ranges;
  };

  return {
    allocate(node, key, hostNetwork) {
      if (hostNetwork) return hostAddresses(node, bothFamilies);
      return rangesFor(node).flatMap((cidr) => {
        for (const range of [cidr, POD_RANGE[cidr.family], SPARE_POD_RANGE[cidr.family]]) {
          const ip = poolOf(range).allocate(key);
          if (ip !== undefined) return [ip];
        }
        return [];
      });
    },
  };
}

/** The first InternalIP of each family, the cluster's first family first. */
function hostAddresses(node: Node | undefined, families: readonly IPFamily[]): string[] {
  const internal = (node?.status?.addresses ?? []).filter(({ type }) => type === "InternalIP");
  const texts = internal.flatMap(({ address }) => canonicalIP(address) ?? []);
  const known = texts.length > 0 ? texts : UNKNOWN_HOST;
  return families.flatMap((family) => known.find((text) => familyOfIP(text) === family) ?? []);
}
