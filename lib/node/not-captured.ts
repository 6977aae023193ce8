/** The parts of a node that decide what becomes of a packet and were not captured. */
import type { ProxyMode } from "../config/proxy-config.js";
import type { IPFamily } from "../net/ip.js";
import type { MissingPart } from "../trace/types.js";
import type { CapturedRules } from "./captured-rules.js";

/** A table of iptables, kube-proxy's table of nftables, or the listing of IPVS mode. */
type PartName = "nat" | "filter" | "kube-proxy" | "virtual-servers";

/** Each with the command that captures it, e.g. "table nat (iptables-save gives it)". */
export function notCaptured(captured: CapturedRules, mode: ProxyMode, family: IPFamily): MissingPart[] {
  return decidingParts(mode)
    .filter((part) => !isCaptured(captured, part, family))
    .map((part) => ({
      text: `${partText(part)} (${captureCommand(part, family)} gives it)`,
      translates: part !== "filter",
    }));
}

function decidingParts(mode: ProxyMode): readonly PartName[] {
  switch (mode) {
    case "iptables":
      return ["nat", "filter"];
    case "ipvs":
      return ["virtual-servers"];
    case "nftables":
      return ["kube-proxy"];
  }
}

function isCaptured({ node, hasVirtualServers }: CapturedRules, part: PartName, family: IPFamily): boolean {
  if (part === "virtual-servers") return hasVirtualServers;
  const ofIptables = (node.iptables ?? []).some(
    (ruleset) =>
      (ruleset.family === family || ruleset.family === "unknown") && ruleset.tables.some(({ name }) => name === part),
  );
  if (ofIptables) return true;
  const nftFamily = family === "IPv6" ? "ip6" : "ip";
  return (node.nftables ?? []).some(({ tables }) =>
    tables.some((table) => table.name === part && (table.family === nftFamily || table.family === "inet")),
  );
}

function partText(part: PartName): string {
  return part === "virtual-servers" ? "the virtual servers" : `table ${part}`;
}

/** The command that captures a part, to be run as root on the node. */
function captureCommand(part: PartName, family: IPFamily): string {
  if (part === "virtual-servers") return "ipvsadm-save -n";
  if (part === "kube-proxy") return `nft list table ${family === "IPv6" ? "ip6" : "ip"} kube-proxy`;
  return family === "IPv6" ? "ip6tables-save" : "iptables-save";
}
