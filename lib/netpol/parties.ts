/** What policies can see of the two ends of a connection. */
import { canonicalIP, familyOfIP, type IPFamily } from "../net/ip.js";
import type { Container, Node, Pod } from "../kube/types.js";
import type { Party } from "./types.js";

/** A pod that policies apply to: no host network, not finished, with an address. */
export function isOrdinaryPod({ spec, status }: Pod): boolean {
  return !spec.hostNetwork && status?.phase !== "Succeeded" && status?.phase !== "Failed" && podIPs(status).length > 0;
}

function podIPs(status: Pod["status"]): string[] {
  const list = status?.podIPs?.map(({ ip }) => ip) ?? [];
  return list.length > 0 ? list : status?.podIP ? [status.podIP] : [];
}

/** All addresses of a party in canonical text. */
export function addressesOf(party: Party): string[] {
  const texts =
    party.kind === "ip"
      ? [party.ip]
      : party.kind === "pod"
        ? podIPs(party.pod.status)
        : (party.node.status?.addresses ?? []).map(({ address }) => address);
  return texts.flatMap((text) => canonicalIP(text) ?? []);
}

/** The address a connection uses: the one given, else the first of the family, else the first. */
export function addressOf(party: Party, family?: IPFamily): string | undefined {
  if (party.ip !== undefined) return canonicalIP(party.ip);
  const all = addressesOf(party);
  return all.find((ip) => family === undefined || familyOfIP(ip) === family) ?? all[0];
}

/** Whether the party is the node the pod runs on: the Node itself, one of its addresses, or a host-network pod there. */
export function isOwnNodeOf(party: Party, pod: Pod, nodes: readonly Node[]): boolean {
  const { nodeName } = pod.spec;
  if (!nodeName) return false;
  switch (party.kind) {
    case "node":
      return party.node.metadata.name === nodeName;
    case "pod":
      return !!party.pod.spec.hostNetwork && party.pod.spec.nodeName === nodeName;
    case "ip": {
      const ip = canonicalIP(party.ip);
      const node = nodes.find(({ metadata }) => metadata.name === nodeName);
      const own = node ? addressesOf({ kind: "node", node }) : [];
      return ip !== undefined && (own.includes(ip) || canonicalIP(pod.status?.hostIP ?? "") === ip);
    }
  }
}

/** The number of the container port of that name and protocol: containers first, then sidecars. */
export function namedPortOf({ spec }: Pod, name: string, protocol: string): number | undefined {
  const find = (containers: readonly Container[]) => {
    for (const { ports } of containers)
      for (const port of ports ?? [])
        if (port.name === name && (port.protocol ?? "TCP") === protocol) return port.containerPort;
    return undefined;
  };
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return find(spec.containers ?? []) ?? find(sidecars);
}

/** "Pod prod/web", "Node node-1", "203.0.113.7". */
export function partyText(party: Party): string {
  switch (party.kind) {
    case "pod":
      return `Pod ${party.pod.metadata.namespace ?? "default"}/${party.pod.metadata.name}`;
    case "node":
      return `Node ${party.node.metadata.name}`;
    case "ip":
      return party.ip;
  }
}
