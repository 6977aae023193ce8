/** What is the same for every service port of one table. */
import { parseIP, type IPAddress } from "../../net/ip.js";
import type { Expression, Statement } from "../../rulesets/nftables/types.js";
import type { BackendInput } from "../input.js";
import { findLocalDetector, type LocalDetector } from "../local-detector.js";
import { matchingInterfaceAddresses, nodePortAddressesOf } from "../node-port-addresses.js";
import { literal, match, meta, payload } from "./statements.js";

export interface TableContext {
  readonly input: BackendInput;
  /** "ip" or "ip6": the table's family and the protocol of address matches. */
  readonly ip: "ip" | "ip6";
  readonly addressType: "ipv4_addr" | "ipv6_addr";
  readonly saddr: Expression;
  readonly daddr: Expression;
  /** Masquerade mark as a number. */
  readonly mark: number;
  readonly setMark: Statement;
  /** Traffic of local pods, and all other traffic; undefined without local detection. */
  readonly ifLocal: Statement | undefined;
  readonly ifNotLocal: Statement | undefined;
  /** Addresses that accept node ports; undefined: every local one. */
  readonly nodePortIPs: readonly string[] | undefined;
  /** Protocols whose node ports are rejected on loopback addresses; empty: loopback is left alone. */
  readonly rejectedOnLocalhost: readonly Protocol[];
  readonly nodeIP: IPAddress | undefined;
}

export type Protocol = "tcp" | "udp" | "sctp";

export function makeTableContext(input: BackendInput): TableContext {
  const ip = input.family === "IPv4" ? "ip" : "ip6";
  const saddr = payload(ip, "saddr");
  const detector = findLocalDetector(input);
  const byName = input.features.nftMatchesInterfaceByName;
  const nodePorts = nodePortAddressesOf(input, true);
  const mark = 2 ** input.config.nftables.masqueradeBit;
  return {
    input,
    ip,
    addressType: ip === "ip" ? "ipv4_addr" : "ipv6_addr",
    saddr,
    daddr: payload(ip, "daddr"),
    mark,
    setMark: { kind: "set-mark", operator: "or", value: mark },
    ifLocal: detector && detectorMatch(detector, saddr, byName, "=="),
    ifNotLocal: detector && detectorMatch(detector, saddr, byName, "!="),
    nodePortIPs: nodePorts.matchAll
      ? undefined
      : matchingInterfaceAddresses(input, nodePorts, { loopback: false }).sort(),
    rejectedOnLocalhost: rejectedOnLocalhost(input, nodePorts.namesLoopback),
    nodeIP: parseIP(input.node.ip[input.family]),
  };
}

/** TCP is served by kube-proxy itself, in userspace, where a loopback range is asked for. Source: KEP-6032. */
function rejectedOnLocalhost({ features }: BackendInput, isServed: boolean): readonly Protocol[] {
  if (!features.nftLocalhostNodePorts) return [];
  return isServed ? ["udp", "sctp"] : ["tcp", "udp", "sctp"];
}

function detectorMatch(detector: LocalDetector, saddr: Expression, byName: boolean, operator: string): Statement {
  if (detector.kind === "source") return match(saddr, literal(detector.cidr), operator);
  const name = detector.prefix ? `${detector.name}*` : detector.name;
  return match(meta(byName ? "iifname" : "iif"), literal(name), operator);
}
