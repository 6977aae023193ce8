/** How a report is told apart from those of other nodes. */
import type { DiffReport } from "../diff/types.js";

/** "IPv4", or "IPv4 and IPv6" of a node with both. */
export function familyWords({
  ipFamily,
  ipFamilies = [ipFamily],
}: Pick<DiffReport, "ipFamily" | "ipFamilies">): string {
  return ipFamilies.map((family) => (family === "ipv6" ? "IPv6" : "IPv4")).join(" and ");
}

/** What the check of a node is called in reports: "worker-1 (iptables, ipv4)". */
export function checkName(report: DiffReport): string {
  const { mode, ipFamily, ipFamilies = [ipFamily] } = report;
  return `${nodeLabel(report)} (${mode}, ${ipFamilies.join(" and ")})`;
}

/** "worker-1", or "worker-1 (nodes/a.txt)" where no name of a file says whose capture it is. */
export function nodeLabel({ node, capture }: Pick<DiffReport, "node" | "capture">): string {
  const name = node || "the node";
  return capture === undefined ? name : `${name} (${capture})`;
}
