/** One node against the cluster: a report, a patch and sections for unified diffs. */
import type { Cluster } from "../cluster/types.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Change } from "../diff/types.js";
import { buildPathGraph } from "../graph/build-graph.js";
import type { IPFamily } from "../net/ip.js";
import { compileMode } from "../pipeline/artifacts.js";
import { backendInput, isWanted, servicePortsOf, type ServiceFilter } from "../pipeline/compile.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import type { Source } from "../source/source.js";
import { compareCompiled } from "./compare-family.js";
import { notCompared, type DiffResult } from "./diff-result.js";
import { joinFamilies, makeReport, type ReportHead } from "./make-report.js";
import type { NodeReading } from "./read-node.js";
import { settleNode } from "./settle-node.js";

/** Compares what a node holds with what kube-proxy would program for the cluster. Captures are told by content. */
export async function diffNode(
  cluster: Cluster,
  wishes: Wishes,
  captures: readonly Source[],
  filter: ServiceFilter = {},
): Promise<DiffResult> {
  const settled = await settleNode(cluster, wishes, captures);
  const { situation, families } = settled;
  if (!situation) return notCompared(settled.diagnostics);
  const other = wishes.ipFamily === undefined ? otherFamily(cluster, situation, families) : undefined;
  if (other) return notCompared([...settled.diagnostics, other]);
  const head = headOf(situation, families[0] ?? situation.family);
  const results: DiffResult[] = [];
  for (const family of families) results.push(await diffFamily(cluster, situation, family, settled.reading, head));
  const joined = joinFamilies(results, (change) => isReported(change, filter));
  const diagnostics = [...settled.diagnostics, ...joined.diagnostics];
  if (!joined.report) return notCompared(diagnostics);
  const assumptions = [...settled.assumptions, ...joined.report.assumptions];
  const services = countServices(cluster, situation, families, filter);
  return {
    ...joined,
    report: makeReport(head, { ...joined.report, assumptions }, services),
    diagnostics,
    *graphs() {
      const shown = { ...situation, family: families[0] ?? situation.family };
      for (const servicePort of servicePortsOf(cluster, shown, filter)) yield buildPathGraph(servicePort, shown);
    },
  };
}

function headOf({ mode, node, version }: Situation, family: IPFamily): ReportHead {
  return { mode, node: node.name, kubeVersion: version.text, ipFamily: family === "IPv6" ? "ipv6" : "ipv4" };
}

function isReported({ service }: Change, filter: ServiceFilter): boolean {
  if (filter.service === undefined && filter.namespace === undefined) return true;
  const [namespace, name] = (service ?? "").split("/");
  return service !== undefined && isWanted(namespace!, name!, filter);
}

function countServices(
  { services }: Cluster,
  { features }: Situation,
  families: readonly IPFamily[],
  filter: ServiceFilter,
): number {
  return services.filter(
    (service) =>
      isWanted(service.metadata.namespace ?? "default", service.metadata.name, filter) &&
      families.some((family) => buildServicePorts(service, family, features).length > 0),
  ).length;
}

/** An error when the capture is of one family and all services are of the other. */
function otherFamily(cluster: Cluster, { features }: Situation, captured: readonly IPFamily[]): Diagnostic | undefined {
  const has = (family: IPFamily) =>
    cluster.services.some((service) => buildServicePorts(service, family, features).length > 0);
  const missed = (["IPv4", "IPv6"] as const).find((family) => !captured.includes(family) && has(family));
  if (!missed || captured.some(has)) return undefined;
  return {
    code: "capture-other-family",
    severity: "error",
    message: `the capture holds rules of ${captured.join(" and ")}, and all services are ${missed}`,
    notes: [`capture the ${missed} rules, or compare these with --ip-family ${captured[0]?.toLowerCase() ?? "ipv4"}`],
  };
}

async function diffFamily(
  cluster: Cluster,
  situation: Situation,
  family: IPFamily,
  reading: NodeReading,
  head: ReportHead,
): Promise<DiffResult> {
  const compiled = await compileMode(backendInput(cluster, situation, {}, family));
  const { excludeCIDRs } = situation.config.ipvs;
  const result = await compareCompiled(compiled, reading, { family, head, excludeCIDRs });
  return { ...result, diagnostics: [...compiled.diagnostics, ...result.diagnostics] };
}
