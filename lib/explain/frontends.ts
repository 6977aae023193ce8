/** The addresses and ports at which clients reach a service port, each with its field in the manifest. */
import type { Service } from "../kube/types.js";
import { canonicalIP, joinHostPort } from "../net/ip.js";
import type { FieldPath } from "../source/origin.js";
import type { ServicePort } from "../services/types.js";

export type FrontendRole = "cluster-ip" | "external-ip" | "load-balancer-ip" | "node-port";

export interface Frontend {
  readonly role: FrontendRole;
  /** Undefined for node ports: addresses of the node. */
  readonly address: string | undefined;
  readonly port: number;
  readonly path: FieldPath;
}

export const ROLE_WORDS: Readonly<Record<FrontendRole, string>> = {
  "cluster-ip": "cluster IP",
  "external-ip": "external IP",
  "load-balancer-ip": "load-balancer IP",
  "node-port": "node port",
};

/** In kube-proxy's order: cluster IP, external IPs, load-balancer IPs, node port. */
export function frontendsOf(port: ServicePort, { spec, status }: Service): Frontend[] {
  const indexOf = (texts: readonly (string | undefined)[] | undefined, address: string) =>
    (texts ?? []).findIndex(
      (text) => text !== undefined && (text === address || canonicalIP(text) === canonicalIP(address)),
    );
  const clusterIndex = indexOf(spec.clusterIPs, port.clusterIP);
  const isFirst = canonicalIP(spec.clusterIP ?? "") === port.clusterIP;
  const frontends: Frontend[] = [
    {
      role: "cluster-ip",
      address: port.clusterIP,
      port: port.port,
      path: isFirst || clusterIndex < 0 ? ["spec", "clusterIP"] : ["spec", "clusterIPs", clusterIndex],
    },
  ];
  for (const address of port.externalIPs)
    frontends.push({
      role: "external-ip",
      address,
      port: port.port,
      path: ["spec", "externalIPs", indexOf(spec.externalIPs, address)],
    });
  const ingress = status?.loadBalancer?.ingress?.map(({ ip }) => ip);
  for (const address of port.loadBalancerVIPs)
    frontends.push({
      role: "load-balancer-ip",
      address,
      port: port.port,
      path: ["status", "loadBalancer", "ingress", indexOf(ingress, address), "ip"],
    });
  if (port.nodePort !== 0)
    frontends.push({
      role: "node-port",
      address: undefined,
      port: port.nodePort,
      path: ["spec", "ports", port.portIndex, "nodePort"],
    });
  return frontends;
}

/** "cluster IP 10.96.0.10:80", "node port 30080". */
export function frontendText({ role, address, port }: Frontend): string {
  return `${ROLE_WORDS[role]} ${address === undefined ? port : joinHostPort(address, port)}`;
}
