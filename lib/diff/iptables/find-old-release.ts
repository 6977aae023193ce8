/** Rules as releases of kube-proxy wrote them that are not covered. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { SERVICES, serviceHashOf } from "./kube-chains.js";
import { oldRelease } from "../old-release.js";
import { namesWith } from "../../rulesets/iptables/capture.js";
import type { SideTables } from "./side.js";

/** The error for a node of such a release, naming the rule that tells it; undefined when nothing does. */
export function findOldRelease(tables: SideTables): Diagnostic | undefined {
  const nat = tables.get("nat");
  const filter = tables.get("filter");
  const texts = nat?.chains.get(SERVICES)?.texts ?? [];
  const target = (text: string) => / -j (\S+)$/.exec(text)?.[1] ?? "";
  const marks = texts.filter((text) => text.endsWith(" -j KUBE-MARK-MASQ") && / -d \S+ .*--dport \d+/.test(text));
  const jumps = marks.length > 0 ? texts.filter((text) => serviceHashOf(target(text)) !== undefined) : [];
  // One such rule may be anybody's; beside most of the service ports it is how the release writes them.
  if (marks.length > 0 && marks.length * 2 >= jumps.length)
    return oldRelease(marks[0]!, "it marks traffic to cluster IPs in KUBE-SERVICES", nat?.file);
  const entrances = [...texts, ...(nat?.chains.get("KUBE-NODEPORTS")?.texts ?? [])];
  const external = entrances.find((text) => text.includes(" -j KUBE-XLB-"));
  if (external !== undefined) return oldRelease(external, "it leads external traffic to a KUBE-XLB chain", nat?.file);
  if (filter?.chains.has("KUBE-PROXY-FIREWALL")) return undefined;
  // Only of these chains are the lines asked for: others stay one text.
  for (const name of nat ? namesWith(nat.chains, "KUBE-FW-") : []) {
    const drop = nat?.chains.get(name)?.texts.find((text) => target(text) === "KUBE-MARK-DROP");
    if (drop !== undefined) return oldRelease(drop, "it drops traffic of other sources by a mark", nat?.file);
  }
  return undefined;
}
