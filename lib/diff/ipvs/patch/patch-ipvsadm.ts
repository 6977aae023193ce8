/** `ipvsadm -R` text. It takes no comments. */
import { matchVirtualServers, targetOf } from "../match-virtual-servers.js";
import { hostAddresses } from "../compare-bound-addresses.js";
import type { ExpectedIPVS, IPVSCapture } from "../types.js";
import { splitUnlistedNodeAddresses } from "../unlisted-node-addresses.js";
import { ipvsadmLines, realServerAttributes, serviceAttributes, serviceOption } from "../../../rulesets/ipvs/print.js";
import { virtualServerKey } from "../../../rulesets/ipvs/virtual-server-reader.js";
import type { VirtualServer } from "../../../rulesets/ipvs/types.js";
import { sameAttributes } from "../../../rulesets/ipvs/virtual-server-reader.js";

/**
 * Adds missing virtual servers, edits differing ones in place, then deletes stale ones.
 * TCP real servers that drain (weight 0, no endpoint any more) are left to kube-proxy; what a listing does not tell is
 * not touched.
 */
export function patchIpvsadm(expected: ExpectedIPVS, { virtualServers, interfaces }: IPVSCapture): string[] {
  if (!virtualServers) return [];
  const { held, missing, stale, differing } = matchVirtualServers(expected, virtualServers);
  const unwanted = splitUnlistedNodeAddresses(expected, stale, hostAddresses(interfaces, expected.state.family)).stale;
  return [
    ...ipvsadmLines(missing),
    ...differing.flatMap((wanted) => editServer(wanted, held.get(virtualServerKey(wanted))!)),
    ...unwanted.map((server) => `-D ${serviceOption(server)}`),
  ];
}

function editServer(wanted: VirtualServer, held: VirtualServer): string[] {
  const service = serviceOption(wanted);
  const fieldsNotListed = held.fieldsNotListed ?? [];
  const lines: string[] = [];
  if (!fieldsNotListed.includes("attributes") && !sameAttributes(wanted, held))
    lines.push(`-E ${service}${serviceAttributes(wanted)}`);
  const heldByTarget = new Map(held.realServers.map((server) => [targetOf(server), server]));
  for (const server of wanted.realServers) {
    const other = heldByTarget.get(targetOf(server));
    heldByTarget.delete(targetOf(server));
    const isSame =
      other &&
      other.mostConnections === server.mostConnections &&
      (fieldsNotListed.includes("weight") || other.weight === server.weight) &&
      (fieldsNotListed.includes("forwarding") || other.forwarding === server.forwarding);
    if (!isSame) lines.push(`${other ? "-e" : "-a"} ${service}${realServerAttributes(server)}`);
  }
  for (const server of heldByTarget.values()) {
    const isDraining = wanted.protocol === "tcp" && server.weight === 0 && !fieldsNotListed.includes("weight");
    if (!isDraining) lines.push(`-d ${service} -r ${targetOf(server)}`);
  }
  return lines;
}
