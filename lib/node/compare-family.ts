/** The rules of one IP family on a node against those compiled for it, or against an earlier capture, mode by mode. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { IptablesDiff } from "../diff/iptables/index.js";
import { ALL_COVERED, coverageOf, OTHERS_RULES, withUnseen, type PortName, type Uncovered } from "../diff/coverage.js";
import type { ExpectedNftTable } from "../diff/nftables/expected.js";
import type { ExpectedIPVS, IPVSCapture, IPVSDiff } from "../diff/ipvs/index.js";
import type { NftDiff } from "../diff/nftables/index.js";
import { effectTurns, unseenEffects } from "../diff/effect-turns.js";
import { orderChanges } from "../diff/order-changes.js";
import type { Change, DiffReport, DiffSection } from "../diff/types.js";
import type { CIDR } from "../net/cidr.js";
import type { IPFamily } from "../net/ip.js";
import type { Compiled } from "../pipeline/artifacts.js";
import { familyNotCompared, type FamilyResult } from "./diff-result.js";
import { makeReport, nothingCompared, type ReportHead } from "./make-report.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { NodeReading } from "./read-node.js";

/** What a comparison needs beside the two sides. */
export interface FamilyContext {
  readonly family: IPFamily;
  readonly head: ReportHead;
  /** The service ports of the family that the answer is to cover. */
  readonly wanted: readonly PortName[];
  /** Networks of virtual servers that kube-proxy leaves alone, IPVS mode. */
  readonly excludeCIDRs?: readonly string[];
  /** Networks whose addresses of the node take node ports, nftables mode; undefined where nothing tells. */
  readonly nodePortNetworks?: readonly CIDR[];
  /** Addresses of the node, undefined where none is known. */
  readonly nodeAddresses?: ReadonlySet<string> | undefined;
  /** Mode nftables: rules of iptables on the node that nft's listing does not show. */
  readonly beside?: readonly CapturedTable[];
  /** Modes iptables and ipvs: listings of nft on the node. */
  readonly listings?: readonly NftCapture[];
  /** Mode iptables: the table that mode nftables would have. */
  readonly asNftTable?: () => Promise<ExpectedNftTable>;
  /** The same of the earlier of two captures. */
  readonly besideBefore?: readonly CapturedTable[];
  readonly listingsBefore?: readonly NftCapture[];
  /** Only some Services are asked about: a change that all of them share is told of each. */
  readonly isSelection?: boolean;
}

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
  const diff = diffNftables(expected, captures, nodePortNetworks, undefined, nodeAddresses);
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

/** With what rules of iptables beside the listing do. */
async function withIptables(
  diff: NftDiff,
  expected: ExpectedNftTable,
  { beside = [], nodeAddresses }: FamilyContext,
): Promise<NftDiff> {
  const { iptablesBeside } = await import("../diff/iptables-beside.js");
  const { changes, assumptions, notGiven } = iptablesBeside(expected, beside, nodeAddresses);
  const { gaps } = diff.uncovered;
  return {
    ...diff,
    changes: orderChanges([...diff.changes, ...changes]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps, notGiven: [...diff.uncovered.notGiven, ...notGiven] },
  };
}

/** With what these do since an earlier capture: as far as both captures tell of a table. */
async function withIptablesTurns(
  diff: NftDiff,
  reached: ExpectedNftTable,
  { family, beside = [], besideBefore = [] }: FamilyContext,
): Promise<NftDiff> {
  if (beside.length + besideBefore.length === 0) return diff;
  const { iptablesBeside } = await import("../diff/iptables-beside.js");
  const { tablesInBoth } = await import("../rulesets/iptables/known-tables.js");
  const both = tablesInBoth(besideBefore, beside, family);
  const [was, now] = [both.before, both.after].map((tables) => iptablesBeside(reached, tables, undefined)) as [
    ReturnType<typeof iptablesBeside>,
    ReturnType<typeof iptablesBeside>,
  ];
  const rest = unseenEffects(was.changes, now.changes);
  const assumptions = [...new Set([...was.assumptions, ...now.assumptions, ...rest])];
  const uncovered = withUnseen(diff.uncovered, assumptions.length > 0);
  return {
    ...diff,
    changes: orderChanges([...diff.changes, ...effectTurns(was.changes, now.changes)]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { ...uncovered, notGiven: [...uncovered.notGiven, ...both.notGiven] },
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

/** Of two captures in mode iptables: such tables are not compared, which is said where they are not the same. */
function withNftTablesTold(diff: IptablesDiff, { listings = [], listingsBefore = [] }: FamilyContext): IptablesDiff {
  const textOf = (held: readonly NftCapture[]) =>
    held
      .flatMap(({ others }) => others?.texts ?? [])
      .map((text) => text.replace(/\bpackets \d+ bytes \d+|"(?:packets|bytes|handle)": *\d+| # handle \d+/g, "").trim())
      .filter((text) => text !== "")
      .join("\n");
  if (textOf(listingsBefore) === textOf(listings)) return diff;
  const told =
    "tables of nftables that iptables-save does not show are not the same in both: what they do is not compared";
  const { gaps, notGiven } = diff.uncovered;
  return {
    ...diff,
    assumptions: [...diff.assumptions, told],
    uncovered: { gaps, notGiven: [...notGiven, "rules of tables of nftables"] },
  };
}

/** With what tables of nftables do that iptables-save does not show. */
async function withNftTables(
  diff: IptablesDiff,
  tables: readonly CapturedTable[],
  { listings = [], nodeAddresses: own, family, asNftTable }: FamilyContext,
): Promise<IptablesDiff> {
  if (listings.length === 0 || !asNftTable || !diff.comparison) return diff;
  const { nftablesBesideIptables } = await import("../diff/nftables-beside.js");
  const { changes, assumptions, notGiven } = await nftablesBesideIptables(
    asNftTable,
    { tables, listings, own },
    family,
  );
  return {
    ...diff,
    changes: orderChanges([...diff.changes, ...changes]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps: diff.uncovered.gaps, notGiven: [...diff.uncovered.notGiven, ...notGiven] },
    // Another node has other addresses, and other tables.
    isOfAnyNode: false,
    hangsOnNode: true,
  };
}

/** With what tables of nftables on the node do. */
async function withNftables(
  diff: IPVSDiff,
  expected: ExpectedIPVS,
  { tables = [], interfaces }: IPVSCapture,
  { listings = [], nodeAddresses, family }: FamilyContext,
): Promise<IPVSDiff> {
  const { ownAddresses } = await import("../diff/ipvs/index.js");
  const { nftablesBeside } = await import("../diff/nftables-beside.js");
  const own = ownAddresses(interfaces, family, nodeAddresses);
  const { changes, assumptions, notGiven } = nftablesBeside(expected, { tables, listings, own });
  return {
    changes: orderChanges([...diff.changes, ...changes]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps: diff.uncovered.gaps, notGiven: [...diff.uncovered.notGiven, ...notGiven] },
  };
}

/** With what these do since an earlier capture, where both hold listings of nft. */
async function withNftablesTurns(
  diff: IPVSDiff,
  before: IPVSCapture,
  after: IPVSCapture,
  { family, listings = [], listingsBefore = [] }: FamilyContext,
): Promise<IPVSDiff> {
  if (listings.length + listingsBefore.length === 0) return diff;
  const { ownBetween, reachedBetween, withoutNames } = await import("../diff/ipvs/index.js");
  const { nftablesBeside } = await import("../diff/nftables-beside.js");
  const reached = reachedBetween(before, after, family);
  const own = ownBetween(before, after, family);
  // What iptables-save shows in one of the captures is held against the other from there.
  const tables = [...(before.tables ?? []), ...(after.tables ?? [])];
  const [was, now] = [listingsBefore, listings].map((held) =>
    held.length > 0 ? nftablesBeside(reached, { tables, listings: held, own }) : undefined,
  );
  const rest = was && now ? unseenEffects(was.changes, now.changes) : [];
  const assumptions = [...new Set([...(was?.assumptions ?? []), ...(now?.assumptions ?? []), ...rest])];
  const lacks = [...(was ? [] : ["before"]), ...(now ? [] : ["after"])];
  const isOpen = (was ?? now)!.changes.length > 0;
  const lacking = isOpen ? lacks.map((when) => `${when}: tables of nftables (nft list ruleset)`) : [];
  const untold = new Set([...(was?.notGiven ?? []), ...(now?.notGiven ?? [])]);
  const turns = was && now ? effectTurns(was.changes, now.changes).map(withoutNames) : [];
  const { gaps, notGiven } = withUnseen(diff.uncovered, rest.length > 0 && !untold.has(OTHERS_RULES));
  return {
    changes: orderChanges([...diff.changes, ...turns]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps, notGiven: [...notGiven, ...untold, ...lacking] },
  };
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
    return refused
      ? familyNotCompared(refused)
      : iptablesResult(withNftTablesTold(diff, context), { ...context, wanted });
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
