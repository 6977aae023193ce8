/** A pod network that was read off a node's rules and is that of no pod. */
import type { Cluster } from "../cluster/types.js";
import type { Inferred } from "../diff/inferred.js";
import type { Change } from "../diff/types.js";
import { sliceEndpoints } from "../kube/endpoint-table.js";
import { cidrContains, parseCIDR, type CIDR } from "../net/cidr.js";
import { ipFromValue, parseIP } from "../net/ip.js";

/** Read off the rules themselves, such a network would excuse that traffic of pods is taken for that of others. */
export function foreignDetection(cluster: Cluster, inferred: readonly Inferred[]): Change[] {
  const told = inferred.find(({ setting }) => setting === "clusterCIDR");
  return (told?.value ?? "").split(",").flatMap((text): Change[] => {
    const network = parseCIDR(text);
    if (!network || !isForeign(network, cluster)) return [];
    const rule = told!.evidence.find((evidence) => evidence.text.includes(text)) ?? told!.evidence[0];
    return [
      {
        kind: "masquerade-changed",
        severity: "warning",
        message: `the node takes ${text} for the network of its pods, in which neither the pods nor the Nodes' pod networks of the input are: traffic of pods to cluster IPs is masqueraded like that of others`,
        expected: [],
        actual: rule ? [rule.text] : [],
        ...(rule?.at && { at: rule.at }),
      },
    ];
  });
}

/** Whether the input tells pod networks or pods of the family, and none of them is in it or around it. */
function isForeign(network: CIDR, { nodes, pods, endpointSlices }: Cluster): boolean {
  const networks = nodes
    .flatMap(({ spec }) => spec?.podCIDRs ?? spec?.podCIDR ?? [])
    .flatMap((text) => parseCIDR(text) ?? [])
    .filter(({ family }) => family === network.family);
  if (networks.length === 0 || networks.some((own) => overlap(own, network))) return false;
  const isInside = (address: string | undefined) => {
    const ip = address === undefined ? undefined : parseIP(address);
    return ip !== undefined && cidrContains(network, ip);
  };
  if (pods.some(({ status }) => isInside(status?.podIP))) return false;
  for (const slice of endpointSlices)
    for (const { addresses } of sliceEndpoints(slice)) if (isInside(addresses[0])) return false;
  return true;
}

function overlap(a: CIDR, b: CIDR): boolean {
  return [a, b].some((wide, i) => cidrContains(wide, ipFromValue(wide.family, (i === 0 ? b : a).base)));
}
