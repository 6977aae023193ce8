/** Named sets and verdict maps. */
import type { NftElement, NftSet } from "../../rulesets/nftables/types.js";
import type { TableContext } from "./context.js";
import type { ElementTable } from "./elements.js";
import * as names from "./names.js";
import type { ServicePortPlan } from "./plan.js";

const PROTOCOL_AND_PORT = ["inet_proto", "inet_service"];

/** The sets and maps that every table has; sets first, each kind in order of name. */
export function containers(
  { addressType, input, nodePortIPs, rejectedOnLocalhost }: TableContext,
  elements: ElementTable,
): NftSet[] {
  const found: NftSet[] = [];
  const add = (kind: NftSet["kind"], name: string, keyType: readonly string[], comment: string) => {
    let made: readonly NftElement[] | undefined;
    found.push({
      kind,
      name,
      keyType,
      valueType: kind === "map" ? "verdict" : undefined,
      flags: [],
      comment,
      // A compile prints them without making them.
      get elements() {
        return (made ??= elements.elementsOf(name));
      },
    });
  };
  const addressAndPort = [addressType, ...PROTOCOL_AND_PORT];
  add("set", names.CLUSTER_IPS, [addressType], "Active ClusterIPs");
  if (input.features.nftHairpinSet)
    add("set", names.HAIRPIN_CONNECTIONS, [addressType, ...addressAndPort], "service hairpin connections");
  if (nodePortIPs) add("set", names.NODEPORT_IPS, [addressType], "IPs that accept NodePort traffic");
  add("map", names.FIREWALL_IPS, addressAndPort, "destinations that are subject to LoadBalancerSourceRanges");
  if (rejectedOnLocalhost.length > 0)
    add("map", names.LOCALHOST_NODEPORT_REJECT_PORTS, PROTOCOL_AND_PORT, "localhost NodePorts rejected by kube-proxy");
  add(
    "map",
    names.NO_ENDPOINT_NODEPORTS,
    PROTOCOL_AND_PORT,
    "vmap to drop or reject packets to service nodeports with no endpoints",
  );
  add(
    "map",
    names.NO_ENDPOINT_SERVICES,
    addressAndPort,
    "vmap to drop or reject packets to services with no endpoints",
  );
  add("map", names.SERVICE_IPS, addressAndPort, "ClusterIP, ExternalIP and LoadBalancer IP traffic");
  add("map", names.SERVICE_NODEPORTS, PROTOCOL_AND_PORT, "NodePort traffic");
  return found;
}

/** The set of the clients that stick to one endpoint of a service port with session affinity. */
export function affinitySet(name: string, plan: ServicePortPlan, { addressType }: TableContext): NftSet {
  return {
    kind: "set",
    name,
    keyType: [addressType],
    flags: ["dynamic", "timeout"],
    timeoutSeconds: plan.port.affinitySeconds!,
    elements: [],
    origin: plan.origin,
  };
}
