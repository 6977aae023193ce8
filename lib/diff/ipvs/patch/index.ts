/** What to feed to the tools to bring a node to the expected state, touching only what differs. */
import { patchAddresses } from "./patch-addresses.js";
import { patchIpset } from "./patch-ipset.js";
import { patchIptables } from "./patch-iptables.js";
import { patchIpvsadm } from "./patch-ipvsadm.js";
import type { ExpectedIPVS, IPVSCapture } from "../types.js";

/** Lines for one tool's standard input. */
export interface PatchSection {
  readonly artifact: "ipset" | "addresses" | "ipvsadm" | "iptables";
  /** The command that takes them. */
  readonly command: string;
  readonly lines: readonly string[];
}

/** The sections that have lines, in the order they are to be fed: sets before the rules that name them. */
export function patchIpvs(expected: ExpectedIPVS, capture: IPVSCapture): PatchSection[] {
  const program = expected.state.family === "IPv4" ? "iptables" : "ip6tables";
  const sections: readonly PatchSection[] = [
    { artifact: "ipset", command: "ipset restore", lines: patchIpset(expected, capture) },
    { artifact: "addresses", command: "ip -batch -", lines: patchAddresses(expected, capture) },
    { artifact: "ipvsadm", command: "ipvsadm -R", lines: patchIpvsadm(expected, capture) },
    { artifact: "iptables", command: `${program}-restore --noflush`, lines: patchIptables(expected, capture) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}
