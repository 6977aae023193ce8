/** Rules of IPVS mode as releases of kube-proxy wrote them that are not covered. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPFamily } from "../../net/ip.js";
import type { CapturedTable } from "../../rulesets/iptables/capture.js";
import { oldRelease } from "../old-release.js";

/** Chains of table filter that every release that is covered makes. */
const NEWER = ["KUBE-PROXY-FIREWALL", "KUBE-IPVS-FILTER"];

/** The error for a node of such a release, naming the rule that tells it; undefined when nothing does. */
export function findOldIpvsRelease(tables: readonly CapturedTable[], family: IPFamily): Diagnostic | undefined {
  const own = tables.filter((table) => table.family === family || table.family === "unknown");
  const nat = own.find(({ name }) => name === "nat");
  const filter = own.find(({ name }) => name === "filter");
  const ruleOf = (chain: string, target: string) =>
    nat?.chains.get(chain)?.texts.find((text) => text.endsWith(` -j ${target}`));
  const why = "it restricts sources in table nat";
  const firewall = ruleOf("KUBE-LOAD-BALANCER", "KUBE-FIREWALL");
  if (firewall !== undefined) return oldRelease(firewall, why, nat?.file);
  // By itself the chain may be left over from before an upgrade.
  const mark = ruleOf("KUBE-FIREWALL", "KUBE-MARK-DROP");
  if (mark === undefined || !filter?.complete || NEWER.some((chain) => filter.chains.has(chain))) return undefined;
  return oldRelease(mark, why, nat?.file);
}
