/** Bridges of container engines and virtual machines beside Kubernetes, and networks that these use. */
import { cidrContains, parseCIDR } from "./cidr.js";
import type { IPAddress } from "./ip.js";

const OTHER_BRIDGES =
  /^(docker\d+|docker_gwbridge|br-[0-9a-f]{12}|virbr\d+|podman\d+|cni-podman\d+|lxcbr\d+|lxdbr\d+)$/;
export const BRIDGED_NETWORKS = ["172.16.0.0/12", "192.168.0.0/16", "10.88.0.0/16", "fc00::/7"];
const BRIDGED = BRIDGED_NETWORKS.map((network) => parseCIDR(network)!);

export function isBridge(interfaceName: string): boolean {
  return OTHER_BRIDGES.test(interfaceName);
}

/** Whether what has the address may be behind such a bridge: pods of old clusters are at docker0. */
export function isBridged(address: IPAddress): boolean {
  return BRIDGED.some((network) => cidrContains(network, address));
}
