/** One node against the cluster, or against itself before: a report, a patch and sections for unified diffs. */
import { compileMode, type Compiled } from "../pipeline/artifacts.js";
import type { Cluster } from "../cluster/types.js";
import { backendInput, isWanted, servicePortsOf, type ServiceFilter } from "../pipeline/compile.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { IptablesDiff } from "../diff/iptables/index.js";
import { orderChanges } from "../diff/order-changes.js";
import type { Change, DiffReport, DiffSection } from "../diff/types.js";
import { buildPathGraph } from "../graph/build-graph.js";
import type { PathGraph } from "../graph/types.js";
import type { IPFamily } from "../net/ip.js";
import { familiesOf, readNode, tellMode, type NodeReading } from "./read-node.js";
import { buildServicePorts } from "../services/build-service-ports.js";
import { settleNode } from "./settle-node.js";
import type { Situation, Wishes } from "../pipeline/situation.js";
import type { Source } from "../source/source.js";

export interface NodeDiff {
  /** Undefined when nothing could be compared; a diagnostic says why. */
  readonly report: DiffReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Lines for the tools that load rules; none when nothing differs. */
  readonly patch: () => Iterable<string>;
  readonly sections: () => readonly DiffSection[];
  /** The paths of packets as they should be, of the first family compared; none between two captures. */
  readonly graphs: () => Iterable<PathGraph>;
}

/** What one mode found for one family. */
interface FamilyDiff {
  readonly changes: readonly Change[];
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly isCompared: boolean;
  readonly patch: () => Iterable<string>;
  readonly sections: () => readonly DiffSection[];
}

const NOTHING: Pick<NodeDiff, "patch" | "sections" | "graphs"> = {
  patch: () => [],
  sections: () => [],
  graphs: () => [],
};

/** Nothing at all was captured: not a node that agrees. */
const NO_LISTING: Diagnostic = {
  code: "capture-empty",
  severity: "error",
  message: "the capture holds no output of ipvsadm, ipset, ip or iptables",
};

/** Compares what a node holds with what kube-proxy would program for the cluster. Captures are told by content. */
export async function diffNode(
  cluster: Cluster,
  wishes: Wishes,
  captures: readonly Source[],
  filter: ServiceFilter = {},
): Promise<NodeDiff> {
  const settled = await settleNode(cluster, wishes, captures);
  const { situation, families } = settled;
  if (!situation) return { ...NOTHING, report: undefined, diagnostics: settled.diagnostics };
  const other = wishes.ipFamily === undefined ? otherFamily(cluster, situation, families) : undefined;
  if (other) return { ...NOTHING, report: undefined, diagnostics: [...settled.diagnostics, other] };
  const diffs: FamilyDiff[] = [];
  for (const family of families) diffs.push(await diffFamily(cluster, situation, family, settled.reading));
  const isReported = ({ service }: Change) => {
    if (filter.service === undefined && filter.namespace === undefined) return true;
    const [namespace, name] = (service ?? "").split("/");
    return service !== undefined && isWanted(namespace!, name!, filter);
  };
  const changes = orderChanges(diffs.flatMap((diff) => diff.changes).filter(isReported));
  const assumptions = [...settled.assumptions, ...diffs.flatMap((diff) => diff.assumptions)];
  const services = cluster.services.filter(
    (service) =>
      isWanted(service.metadata.namespace ?? "default", service.metadata.name, filter) &&
      families.some((family) => buildServicePorts(service, family, situation.features).length > 0),
  ).length;
  return {
    report: diffs.some((diff) => diff.isCompared)
      ? makeReport(changes, assumptions, services, {
          mode: situation.mode,
          node: situation.node.name,
          kubeVersion: situation.version.text,
          ipFamily: (families[0] ?? situation.family) === "IPv6" ? "ipv6" : "ipv4",
        })
      : undefined,
    diagnostics: [...settled.diagnostics, ...diffs.flatMap((diff) => diff.diagnostics)],
    patch: () => diffs.flatMap((diff) => [...diff.patch()]),
    sections: () => diffs.flatMap((diff) => diff.sections()),
    *graphs() {
      const shown = { ...situation, family: families[0] ?? situation.family };
      for (const servicePort of servicePortsOf(cluster, shown, filter)) yield buildPathGraph(servicePort, shown);
    },
  };
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

function makeReport(
  changes: readonly Change[],
  assumptions: readonly string[],
  services: number,
  head: Pick<DiffReport, "mode" | "node" | "kubeVersion" | "ipFamily">,
): DiffReport {
  const serious = changes.filter(({ severity }) => severity !== "info");
  const differing = new Set(serious.flatMap(({ service }) => service ?? []));
  return {
    schema: "svcrules.dev/diff/v1",
    identical: serious.length === 0,
    ...head,
    assumptions: [...new Set(assumptions)],
    summary: { services, differing: differing.size, changes: serious.length },
    changes,
  };
}

async function diffFamily(
  cluster: Cluster,
  situation: Situation,
  family: IPFamily,
  reading: NodeReading,
): Promise<FamilyDiff> {
  const compiled = await compileMode(backendInput(cluster, situation, {}, family));
  const diff = await diffCompiled(compiled, reading, family, situation);
  return { ...diff, diagnostics: [...compiled.diagnostics, ...diff.diagnostics] };
}

async function diffCompiled(
  compiled: Compiled,
  reading: NodeReading,
  family: IPFamily,
  situation: Situation,
): Promise<FamilyDiff> {
  if (compiled.mode === "iptables" && reading.mode === "iptables") {
    const { diffIptables } = await import("../diff/iptables/index.js");
    const { expectedTables } = await import("../render/iptables-expected.js");
    return iptablesResult(diffIptables(expectedTables(compiled.program), reading.captures, family), family);
  }
  if (compiled.mode === "ipvs" && reading.mode === "ipvs") {
    const { diffIpvs } = await import("../diff/ipvs/index.js");
    const { patchIpvs } = await import("../diff/ipvs/patch/index.js");
    const { renderIpvsPatch } = await import("../render/ipvs-patch.js");
    const expected = { ...compiled.compiled, excludeCIDRs: situation.config.ipvs.excludeCIDRs };
    const { changes, assumptions } = diffIpvs(expected, reading.capture);
    const { virtualServers, sets, interfaces, tables } = reading.capture;
    const isCompared = [virtualServers, sets, interfaces, tables].some((listing) => listing !== undefined);
    return {
      changes,
      assumptions,
      diagnostics: isCompared ? reading.diagnostics : [...reading.diagnostics, NO_LISTING],
      isCompared,
      patch: () => renderIpvsPatch(patchIpvs(expected, reading.capture)),
      sections: () => sectionsOfChanges(changes),
    };
  }
  if (compiled.mode === "nftables" && reading.mode === "nftables") {
    const { diffNftables, nftPatch, nftSections } = await import("../diff/nftables/index.js");
    const { program } = compiled;
    const diff = diffNftables(program, reading.captures);
    const { comparison } = diff;
    return {
      ...diff,
      isCompared: comparison !== undefined,
      patch: () => (comparison ? nftPatch(comparison, program, diff.actual) : []),
      sections: () => (comparison ? nftSections(comparison, `${program.family} ${program.name}`) : []),
    };
  }
  throw new Error("a node is read in the mode it is compiled for");
}

async function iptablesResult(diff: IptablesDiff, family: IPFamily): Promise<FamilyDiff> {
  const { iptablesPatch, iptablesSections } = await import("../diff/iptables/index.js");
  const { comparison, expected, actual } = diff;
  return {
    ...diff,
    isCompared: comparison !== undefined,
    patch: () => (comparison ? iptablesPatch(expected, actual, family) : []),
    sections: () => (comparison ? iptablesSections(comparison, expected, actual, family) : []),
  };
}

/** One section a service, of the rules that its changes show. */
function sectionsOfChanges(changes: readonly Change[]): DiffSection[] {
  const sections = new Map<string, { owner: string | undefined; expected: Set<string>; actual: Set<string> }>();
  for (const { service, port, chain, expected, actual } of changes) {
    const owner = service === undefined ? undefined : port ? `${service}:${port}` : service;
    const name = owner ?? chain ?? "kube-proxy's own rules";
    const section = sections.get(name) ?? { owner, expected: new Set(), actual: new Set() };
    sections.set(name, section);
    for (const line of expected) section.expected.add(line);
    for (const line of actual) section.actual.add(line);
  }
  return [...sections].map(([name, { owner, expected, actual }]) => ({
    name: owner === undefined ? name : "rules",
    owner,
    expected: [...expected],
    actual: [...actual],
  }));
}

/** What changed on a node between two captures, without manifests. */
export async function diffCaptures(
  before: readonly Source[],
  after: readonly Source[],
  wishes: Pick<Wishes, "mode" | "ipFamily" | "node"> = {},
): Promise<NodeDiff> {
  const told = wishes.mode ?? (await tellMode([...before, ...after]));
  const mode = told === "ipvs" || told === "nftables" ? told : "iptables";
  const readings = [await readNode(mode, before), await readNode(mode, after)] as const;
  const asked = wishes.ipFamily && (wishes.ipFamily === "ipv6" ? ("IPv6" as const) : ("IPv4" as const));
  const found = [...new Set(readings.flatMap(familiesOf))];
  const families = asked ? [asked] : found.length > 0 ? found : (["IPv4"] as const);
  const diffs: FamilyDiff[] = [];
  for (const family of families) diffs.push(await diffReadings(readings[0], readings[1], family));
  const changes = orderChanges(diffs.flatMap((diff) => diff.changes));
  const assumptions = diffs.flatMap((diff) => diff.assumptions);
  const services = new Set(changes.flatMap(({ service }) => service ?? [])).size;
  return {
    report: diffs.some((diff) => diff.isCompared)
      ? makeReport(changes, assumptions, services, {
          mode,
          node: wishes.node ?? "",
          kubeVersion: "",
          ipFamily: families[0] === "IPv6" ? "ipv6" : "ipv4",
        })
      : undefined,
    diagnostics: diffs.flatMap((diff) => diff.diagnostics),
    patch: () => diffs.flatMap((diff) => [...diff.patch()]),
    sections: () => diffs.flatMap((diff) => diff.sections()),
    graphs: () => [],
  };
}

async function diffReadings(before: NodeReading, after: NodeReading, family: IPFamily): Promise<FamilyDiff> {
  if (before.mode === "iptables" && after.mode === "iptables") {
    const { diffIptablesCaptures } = await import("../diff/iptables/index.js");
    return iptablesResult(diffIptablesCaptures(before.captures, after.captures, family), family);
  }
  if (before.mode === "nftables" && after.mode === "nftables") {
    const { diffNftCaptures, nftSections } = await import("../diff/nftables/index.js");
    const nftFamily = family === "IPv4" ? "ip" : "ip6";
    const diff = diffNftCaptures(before.captures, after.captures, nftFamily);
    const { comparison } = diff;
    return {
      ...diff,
      isCompared: comparison !== undefined,
      patch: () => [],
      sections: () => (comparison ? nftSections(comparison, `${nftFamily} kube-proxy`) : []),
    };
  }
  return {
    changes: [],
    assumptions: [],
    diagnostics: [
      {
        code: "capture-of-another-tool",
        severity: "error",
        message: "two captures are compared in modes iptables and nftables only",
      },
    ],
    isCompared: false,
    ...NOTHING,
  };
}
