/** What changed on a node between two captures of it. */
import type { Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";
import { compareReadings } from "./compare-family.js";
import type { DiffResult } from "./diff-result.js";
import { joinFamilies, makeReport } from "./make-report.js";
import { familiesOf, readNode, tellMode } from "./read-node.js";

/** What changed on a node between two captures, without manifests. */
export async function diffCaptures(
  before: readonly Source[],
  after: readonly Source[],
  wishes: Pick<Wishes, "mode" | "ipFamily" | "node"> = {},
): Promise<DiffResult> {
  const told = wishes.mode ?? (await tellMode([...before, ...after]));
  const mode = told === "ipvs" || told === "nftables" ? told : "iptables";
  const readings = [await readNode(mode, before), await readNode(mode, after)] as const;
  const asked = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const found = [...new Set(readings.flatMap(familiesOf))];
  const families = asked ? [asked] : found.length > 0 ? found : (["IPv4"] as const);
  const ipFamily = families[0] === "IPv6" ? "ipv6" : "ipv4";
  const head = { mode, node: wishes.node ?? "", kubeVersion: "", ipFamily } as const;
  const results: DiffResult[] = [];
  for (const family of families)
    results.push(await compareReadings(readings[0], readings[1], { family, head, wanted: [] }));
  const joined = joinFamilies(results);
  if (!joined.report) return joined;
  const services = new Set(joined.report.changes.flatMap(({ service }) => service ?? [])).size;
  return { ...joined, report: makeReport(head, { ...joined.report, services }) };
}
