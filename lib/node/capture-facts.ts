/** What was captured on one node, as facts: the parts that are there, what they lack, what could not be read. */
import type { IPFamily } from "../net/ip.js";
import type { TableName } from "../rulesets/iptables/types.js";

export interface FileLine {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
}

/** A table of iptables, kube-proxy's table of nftables, or one of the listings of IPVS mode. */
export type PartName = TableName | "kube-proxy" | "virtual-servers" | "sets" | "addresses";

export type CaptureForm =
  | "iptables-save"
  | "iptables-commands"
  | "iptables-listing"
  | "nft-list"
  | "nft-json"
  | "ipvsadm-save"
  | "ipvsadm-list"
  | "ipset-save"
  | "ipset-list"
  | "ip-addr"
  | "ip-addr-json";

export interface CapturedPart {
  /** Undefined: rules of a table that nothing tells. */
  readonly name: PartName | undefined;
  /** "both": a listing that holds both families (ipvsadm, ipset, ip). */
  readonly family: IPFamily | "both" | "unknown";
  readonly form: CaptureForm;
  readonly at: FileLine;
  /** Where the capture breaks off inside the part; absent when it is whole. */
  readonly cutAt?: FileLine;
  /**
   * What the form leaves out: "numbers" (taken without -n, so that names stand for ports or addresses),
   * "interfaces" (iptables -L without -v), "elements" (nft -t, ipset list -t).
   */
  readonly lacks: readonly ("numbers" | "interfaces" | "elements")[];
}

/**
 * `cut`: breaks off. `unreadable`: lines in no known form. `refused`: a tool printed why it gives nothing.
 * `wrapped`: lines were broken by a terminal. `names`: taken without -n. `empty`: nothing in the file is of use.
 */
export type CaptureProblemKind = "cut" | "unreadable" | "refused" | "wrapped" | "names" | "empty";

/** Trouble with one file; the diagnostics of the reading say it in words. */
export interface CaptureProblem {
  readonly kind: CaptureProblemKind;
  /** Of lines, where lines are meant. */
  readonly count: number;
  /** The first of them. */
  readonly places: readonly FileLine[];
}

export interface CaptureFacts {
  readonly parts: readonly CapturedPart[];
  readonly problems: readonly CaptureProblem[];
}

/** Whether a part is there for a family, whole or not. */
export function hasPart(facts: CaptureFacts, name: PartName, family: IPFamily): boolean {
  return partsOf(facts, name, family).length > 0;
}

/** The parts of a name that can be of a family. */
function partsOf({ parts }: CaptureFacts, name: PartName, family: IPFamily): readonly CapturedPart[] {
  return parts.filter((part) => part.name === name && (part.family === family || !isFamily(part.family)));
}

function isFamily(family: CapturedPart["family"]): family is IPFamily {
  return family === "IPv4" || family === "IPv6";
}

/** The command that captures a part, to be run as root on the node. */
export function captureCommand(name: PartName, family: IPFamily): string {
  switch (name) {
    case "kube-proxy":
      return `nft list table ${family === "IPv6" ? "ip6" : "ip"} kube-proxy`;
    case "virtual-servers":
      return "ipvsadm-save -n";
    case "sets":
      return "ipset save";
    case "addresses":
      return "ip addr show";
    default:
      return family === "IPv6" ? "ip6tables-save" : "iptables-save";
  }
}
