/** NodeLocal DNSCache: the addresses it is told to listen on, and the kube-dns Service it stands in for. */
import { flagsOf } from "../cluster/collect-flags.js";
import type { Workload } from "../kube/types.js";
import { isLinkLocal, parseIP } from "../net/ip.js";
import type { FieldPath } from "../source/origin.js";
import type { DoctorContext } from "./types.js";

export interface NodeLocalDNS {
  readonly workload: Workload;
  /** As written, placeholders included. */
  readonly addresses: readonly string[];
  /** The program makes the NOTRACK rules itself. */
  readonly setsUpRules: boolean;
  readonly path: FieldPath;
}

/** The workload that runs the cache, told by its `-localip` option. */
export function findNodeLocalDNS({ cluster }: DoctorContext): NodeLocalDNS | undefined {
  for (const workload of cluster.workloads)
    for (const [i, container] of (workload.spec.template?.spec?.containers ?? []).entries()) {
      const flags = flagsOf(container);
      const list = flags["localip"];
      if (list === undefined || !/node-?(?:local-?dns|cache)/i.test(`${container.name} ${container.image ?? ""}`))
        continue;
      return {
        workload,
        addresses: list.split(",").map((address) => address.trim()),
        setsUpRules: flags["setupiptables"] !== "false",
        path: ["spec", "template", "spec", "containers", i, "args"],
      };
    }
  return undefined;
}

/** Cluster IPs of the DNS Service; undefined when the input does not tell them. */
export function dnsAddressesOf({ dnsService }: DoctorContext): readonly string[] | undefined {
  if (!dnsService || isMadeUp(dnsService.simulated)) return undefined;
  const { clusterIP, clusterIPs } = dnsService.spec;
  const addresses = clusterIPs?.length ? clusterIPs : clusterIP ? [clusterIP] : [];
  return addresses.length > 0 && addresses[0] !== "None" ? addresses : undefined;
}

function isMadeUp(simulated: "object" | readonly string[] | undefined): boolean {
  return simulated === "object" || (simulated?.some((path) => path.startsWith("spec.clusterIP")) ?? false);
}

/** Whether it is of the kind that stays on the node, as 169.254.20.10 is. */
export function isNodesOwn(address: string): boolean {
  const ip = parseIP(address);
  return ip !== undefined && isLinkLocal(ip);
}
