/** The rules of one IP family on a node against those compiled for it, or against an earlier capture, mode by mode. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { IptablesDiff } from "../diff/iptables/index.js";
import type { NftDiff } from "../diff/nftables/index.js";
import { ALL_COVERED, coverageOf, type PortName, type Uncovered } from "../diff/coverage.js";
import type { Change, DiffReport, DiffSection } from "../diff/types.js";
import type { Compiled } from "../pipeline/artifacts.js";
import { familyNotCompared, type FamilyResult } from "./diff-result.js";
import type { FamilyContext } from "./family-context.js";
import { makeReport, nothingCompared } from "./make-report.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { NodeReading } from "./read-node.js";
import {
  withIptables,
  withIptablesTurns,
  withNftables,
  withNftablesTurns,
  withNftTables,
  withNftTablesTurns,
} from "./tables-beside.js";

/** Nothing at all was captured: not a node that agrees. */
const NO_LISTING: Diagnostic = {
  code: "capture-empty",
  severity: "error",
  message: "the capture holds no output of ipvsadm, ipset, ip or iptables",
};

/** Why a file holds nothing is said already. */
function isTold(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(
    ({ code }) => code === "capture-refused" || code === "capture-wrapped" || code === "capture-elided",
  );
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function reportOf(
  diff: Pick<IptablesDiff, "changes" | "assumptions" | "uncovered">,
  context: FamilyContext,
): DiffReport {
  const { changes, assumptions, uncovered } = diff;
  return makeReport(context.head, { changes, assumptions, coverage: coverageOf(context.wanted, uncovered) });
}

/** The result where nothing differs. */
export function asExpected(context: FamilyContext): FamilyResult {
  return {
    ...familyNotCompared([]),
    report: reportOf({ changes: [], assumptions: [], uncovered: ALL_COVERED }, context),
  };
}

/** The captured rules of a family against the compiled ones. */
export async function compareCompiled(
  compiled: Compiled,
  reading: NodeReading,
  context: FamilyContext,
): Promise<FamilyResult> {
  const { family } = context;
  if (compiled.mode === "iptables" && reading.mode === "iptables") {
    const { diffIptables } = await import("../diff/iptables/index.js");
    const { expectedTables } = await import("../render/iptables-expected.js");
    const { nodeAddresses } = context;
    const diff = diffIptables(expectedTables(compiled.program), reading.captures, family, nodeAddresses);
    return iptablesResult(await withNftTables(diff, reading.captures.tables, context), context);
  }
  if (compiled.mode === "ipvs" && reading.mode === "ipvs") return compareIpvs(compiled, reading, context);
  if (compiled.mode === "nftables" && reading.mode === "nftables") return compareNft(compiled, reading, context);
  throw new Error("a node is read in the mode it is compiled for");
}

async function compareNft(
  { program }: Extract<Compiled, { mode: "nftables" }>,
  { captures }: Extract<NodeReading, { mode: "nftables" }>,
  context: FamilyContext,
): Promise<FamilyResult> {
  const { diffNftables, nftPatch, nftSections } = await import("../diff/nftables/index.js");
  const { expectedNftTable } = await import("../render/nft-expected.js");
  const { beside = [], nodeAddresses, nodePortNetworks } = context;
  const expected = expectedNftTable(program);
  const shown = new Set(beside.map(({ name, family }) => `${family === "IPv6" ? "ip6" : "ip"} ${name}`));
  const diff = diffNftables(expected, captures, nodePortNetworks, undefined, nodeAddresses, shown);
  const { comparison } = diff;
  if (!comparison) return nothingCompared(diff.diagnostics, context);
  return {
    report: reportOf(beside.length > 0 ? await withIptables(diff, expected, context) : diff, context),
    diagnostics: diff.diagnostics,
    parts: () => [{ command: "nft -f -", lines: nftPatch(comparison, program, diff.actual) }],
    sections: () => nftSections(comparison, `${program.family} ${program.name}`),
    graphs: () => [],
    isExact: beside.length === 0 && isExactTable(diff, captures),
  };
}

/**
 * Whether the table stands in the captures once, as it should be in every word, and alone: what tables of others do to packets
 * hangs on the addresses of the node.
 */
function isExactTable(
  { comparison, changes, assumptions, diagnostics, actual }: NftDiff,
  captures: readonly NftCapture[],
) {
  const own = captures.flatMap(({ tables }) => tables.filter(({ family }) => family === actual?.family));
  const found = [comparison?.chains ?? own, comparison?.sets ?? own, changes, assumptions, diagnostics];
  const isAlone = own.length === 1 && captures.every(({ foreign }) => foreign.length === 0);
  return isAlone && actual?.form === "list" && found.every(({ length }) => length === 0);
}

async function compareIpvs(
  { compiled }: Extract<Compiled, { mode: "ipvs" }>,
  { capture: given, diagnostics }: Extract<NodeReading, { mode: "ipvs" }>,
  context: FamilyContext,
): Promise<FamilyResult> {
  const { diffIpvs, findOldIpvsRelease, withoutOpenEnds } = await import("../diff/ipvs/index.js");
  const { patchIpvs } = await import("../diff/ipvs/patch/index.js");
  const { virtualServers, sets, interfaces, tables, cut } = given;
  if (!virtualServers && !sets && !interfaces && !tables && !cut)
    return nothingCompared(
      isTold(diagnostics) ? diagnostics : [NO_LISTING, ...diagnostics.filter(({ code }) => code !== NO_LISTING.code)],
      context,
    );
  const old = findOldIpvsRelease(tables ?? [], context.family);
  if (old) return nothingCompared([...diagnostics, old], context);
  const { excludeCIDRs = [], isSelection = false } = context;
  const expected = { ...compiled, excludeCIDRs, isSelection };
  const capture = withoutOpenEnds(expected, given);
  const ofRest = diffIpvs(expected, capture, context.nodeAddresses);
  const diff = context.listings?.length ? await withNftables(ofRest, expected, capture, context) : ofRest;
  return {
    report: reportOf(diff, context),
    diagnostics,
    parts: () => patchIpvs(expected, capture),
    sections: () => sectionsOfChanges(diff.changes),
    graphs: () => [],
  };
}

async function iptablesResult(diff: IptablesDiff, context: FamilyContext): Promise<FamilyResult> {
  const { iptablesPatch, iptablesSections } = await import("../diff/iptables/index.js");
  const { comparison, expected, actual, diagnostics } = diff;
  if (!comparison) return nothingCompared(diagnostics, context);
  return {
    report: reportOf(diff, context),
    diagnostics,
    parts: () => [
      {
        command: `${context.family === "IPv6" ? "ip6tables" : "iptables"}-restore --noflush`,
        lines: iptablesPatch(expected, actual, context.family),
      },
    ],
    sections: () => iptablesSections(comparison, expected, actual, context.family),
    graphs: () => [],
    isExact: comparison.differences.length === 0 && diff.isOfAnyNode,
    hangsOnNode: diff.hangsOnNode,
  };
}

/** The captured rules of a family against those captured before; `wanted` is what either of them has rules for. */
export async function compareReadings(
  before: NodeReading,
  after: NodeReading,
  context: FamilyContext,
): Promise<FamilyResult> {
  const { family } = context;
  if (before.mode === "iptables" && after.mode === "iptables") {
    const { diffIptablesCaptures, portsHeld } = await import("../diff/iptables/index.js");
    const diff = diffIptablesCaptures(before.captures, after.captures, family);
    const wanted = uniquePorts([...portsHeld(diff.expected), ...portsHeld(diff.actual)]);
    const refused = refusalOf(diff, diff.comparison !== undefined);
    if (refused) return familyNotCompared(refused);
    // What iptables-save shows in one of the captures is held against the other from there.
    const tables = [...before.captures.tables, ...after.captures.tables];
    return iptablesResult(await withNftTablesTurns(diff, tables, context), { ...context, wanted });
  }
  if (before.mode === "nftables" && after.mode === "nftables") {
    const { diffNftCaptures, nftSections, portsHeld, selectTable } = await import("../diff/nftables/index.js");
    const nftFamily = family === "IPv4" ? "ip" : "ip6";
    const diff = diffNftCaptures(before.captures, after.captures, nftFamily);
    const { comparison, diagnostics } = diff;
    const refused = refusalOf(diff, comparison !== undefined);
    if (refused || !comparison) return familyNotCompared(refused ?? diagnostics);
    const wanted = uniquePorts([
      ...portsHeld(selectTable(before.captures, nftFamily).table),
      ...portsHeld(diff.actual),
    ]);
    const reached = diff.actual ?? selectTable(before.captures, nftFamily).table;
    return {
      ...familyNotCompared(diagnostics),
      report: reportOf(reached ? await withIptablesTurns(diff, reached, context) : diff, { ...context, wanted }),
      sections: () => nftSections(comparison, `${nftFamily} kube-proxy`),
    };
  }
  if (before.mode === "ipvs" && after.mode === "ipvs") {
    const { diffIpvsCaptures } = await import("../diff/ipvs/index.js");
    const diff = diffIpvsCaptures(before.capture, after.capture, family);
    const diagnostics = [...before.diagnostics, ...after.diagnostics];
    const refused = refusalOf({ ...diff, diagnostics }, true);
    if (refused) return familyNotCompared(refused);
    const found = await withNftablesTurns(diff, before.capture, after.capture, context);
    return {
      ...familyNotCompared(diagnostics),
      report: reportOf(found, context),
      sections: () => sectionsOfChanges(found.changes),
    };
  }
  throw new Error("two captures are read in the same mode");
}

/** What either capture lacks that decides about everything; undefined when there is something to compare. */
function refusalOf(
  { diagnostics, uncovered }: { readonly diagnostics: readonly Diagnostic[]; readonly uncovered: Uncovered },
  isCompared: boolean,
): readonly Diagnostic[] | undefined {
  const gap = uncovered.gaps.find(({ isWhole }) => isWhole);
  const message = gap?.message ?? (isCompared ? undefined : "one of the captures holds nothing that can be compared");
  if (message === undefined) return undefined;
  if (!gap && hasError(diagnostics)) return diagnostics;
  return [
    ...diagnostics,
    { code: "capture-incomplete", severity: "error", message: `nothing is compared: ${message}` },
  ];
}

function uniquePorts(ports: readonly PortName[]): PortName[] {
  return [...new Map(ports.map((name) => [`${name.service}:${name.port}/${name.protocol}`, name] as const)).values()];
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
