/** The service ports that a cluster wants on a node, each counted once whatever its IP families. */
import type { Cluster } from "../cluster/types.js";
import { type Gap, type PortName, type Uncovered } from "../diff/coverage.js";
import type { IPFamily } from "../net/ip.js";
import { isWanted, type ServiceFilter } from "../pipeline/compile.js";
import type { Situation } from "../pipeline/situation.js";
import { servicePortKeys } from "../services/build-service-ports.js";

export interface WantedPorts {
  /** All, of the families that were asked for. */
  readonly all: readonly PortName[];
  readonly ofFamily: Readonly<Record<IPFamily, readonly PortName[]>>;
  /** How many Services they are of. */
  readonly services: number;
}

const FAMILIES = ["IPv4", "IPv6"] as const;

/** `asked`: the one family that is to be compared; both otherwise. */
export function wantedPorts(
  { services }: Cluster,
  { features }: Situation,
  filter: ServiceFilter,
  asked?: IPFamily,
): WantedPorts {
  const all: PortName[] = [];
  const ofFamily: Record<IPFamily, PortName[]> = { IPv4: [], IPv6: [] };
  let count = 0;
  for (const service of services) {
    const namespace = service.metadata.namespace ?? "default";
    if (!isWanted(namespace, service.metadata.name, filter)) continue;
    const name = `${namespace}/${service.metadata.name}`;
    const before = all.length;
    for (const family of asked ? [asked] : FAMILIES) {
      // Of one family no two are of one name and protocol.
      const first = all.length;
      for (const { portName, protocol } of servicePortKeys(service, family, features)) {
        const port = { service: name, port: portName, protocol };
        ofFamily[family].push(port);
        if (first === before || !isAmong(all, before, first, port)) all.push(port);
      }
    }
    if (all.length > before) count++;
  }
  return { all, ofFamily, services: count };
}

/** Whether one from `from` up to `to` has the port's name and protocol. */
function isAmong(ports: readonly PortName[], from: number, to: number, { port, protocol }: PortName): boolean {
  for (let i = from; i < to; i++) if (ports[i]!.port === port && ports[i]!.protocol === protocol) return true;
  return false;
}

const TOOLS = {
  iptables: { IPv4: "iptables-save", IPv6: "ip6tables-save" },
  ipvs: { IPv4: "ipvsadm-save -n and ip addr show", IPv6: "ipvsadm-save -n and ip addr show" },
  nftables: { IPv4: "nft list table ip kube-proxy", IPv6: "nft list table ip6 kube-proxy" },
} as const;

/**
 * What a capture of some IP families leaves open: service ports that have no other family were not compared, those of
 * two families were, in one.
 */
export function uncapturedFamilies(
  { ofFamily }: WantedPorts,
  captured: readonly IPFamily[],
  mode: Situation["mode"],
): Uncovered {
  const missing = FAMILIES.filter((family) => !captured.includes(family) && ofFamily[family].length > 0);
  if (missing.length === 0) return { gaps: [], notGiven: [] };
  const key = ({ service, port, protocol }: PortName) => `${service}:${port}/${protocol}`;
  const compared = new Set(captured.flatMap((family) => ofFamily[family].map(key)));
  const gaps = missing.map((family): Gap => ({
    reason: "family-missing",
    message:
      mode === "ipvs"
        ? `the listings hold nothing of ${family}: run ${TOOLS[mode][family]}, and see whether kube-proxy serves that family on this node`
        : `the ${family} rules are not in the capture: run ${TOOLS[mode][family]}`,
    concerns: (port) => !compared.has(key(port)),
  }));
  const partly = missing.filter((family) => ofFamily[family].some((port) => compared.has(key(port))));
  return { gaps, notGiven: partly.map((family) => `${family} rules (${TOOLS[mode][family]})`) };
}
