/** A node against what it should hold, in nftables mode. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { CIDR } from "../../net/cidr.js";
import type { CapturedNftTable, NftCapture } from "../../rulesets/nftables/capture.js";
import type { NftTable } from "../../rulesets/nftables/types.js";
import { ALL_COVERED, joinUncovered, wholeGap, withUnseen, type Uncovered } from "../coverage.js";
import { effectTurns, unseenEffects } from "../effect-turns.js";
import type { Change } from "../types.js";
import { compareNftables, type NftComparison } from "./compare-nftables.js";
import { DORMANT_TABLES, whatIsAwake, type Surely } from "./dormant-tables.js";
import { HIDDEN_CONDITIONS, whatIsHidden } from "./hidden-conditions.js";
import { findUntyped } from "./find-untyped.js";
import { findUncovered } from "./find-uncovered.js";
import type { ExpectedNftTable } from "./expected.js";
import { foreignBases, type ForeignBase } from "./foreign-bases.js";
import { iptablesLeftovers } from "./leftovers.js";
import { selectTable } from "./select-table.js";
import { tablesBehind } from "./tables-behind.js";
import { CUT_WALK, tablesInFront, unseenTables, type FoundRules } from "./tables-in-front.js";

export { compareNftables, type NftComparison } from "./compare-nftables.js";
export { inferNftSettings, nodePortSetting } from "./infer-settings.js";
export { nftPatch } from "./patch.js";
export { portsHeld, servicesHeld } from "./services-held.js";
export { nftSections } from "./sections.js";
export { selectTable } from "./select-table.js";

export interface NftDiff {
  /** Ordered by service, port, protocol, kind. */
  readonly changes: readonly Change[];
  /** What was not compared, or taken for no difference. */
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What could not be compared; nothing is told of it where nothing was. */
  readonly uncovered: Uncovered;
  /** For patches and unified diffs; undefined when nothing could be compared. */
  readonly comparison: NftComparison | undefined;
  readonly actual: CapturedNftTable | undefined;
}

/**
 * The changes between what kube-proxy should have programmed and what was captured on a node. `nodePortNetworks`: whose
 * addresses of the node take node ports, known or not. `before`: earlier captures, of which `expected` is a table.
 * `nodeAddresses`: all that are known of the node. `shown`: tables that iptables-save shows, too ("ip filter").
 */
export function diffNftables(
  expected: ExpectedNftTable,
  captures: readonly NftCapture[],
  nodePortNetworks?: readonly CIDR[],
  before?: readonly NftCapture[],
  nodeAddresses?: ReadonlySet<string>,
  shown?: ReadonlySet<string>,
): NftDiff {
  const selected = selectTable(captures, expected.family);
  const ofReading = captures.flatMap((capture) => capture.diagnostics);
  const diagnostics = [...ofReading, ...selected.diagnostics.filter((d) => !isToldBy(d, ofReading))];
  const actual = selected.table;
  if (selected.diagnostics.some(({ severity }) => severity === "error"))
    return { changes: [], assumptions: [], diagnostics, uncovered: ALL_COVERED, comparison: undefined, actual };
  const foreign = captures.flatMap((capture) => capture.foreign);
  const reached = before && actual ? actual : expected;
  const found = effectsOfOthers(reached, actual, captures, { nodeAddresses, shown });
  const was = before && effectsOfOthers(reached, selectTable(before, expected.family).table, before);
  const ofOthers = was ? effectTurns(was.changes, found.changes) : found.changes;
  const comparison = compareNftables({ expected, actual, foreign, ofOthers, nodePortNetworks, nodeAddresses });
  diagnostics.push(...findUntyped(comparison.sets, actual));
  const { changes } = comparison;
  const isCut = found.isCut || was?.isCut === true;
  const rest = was ? unseenEffects(was.changes, found.changes) : [];
  const unseen = [...unseenTables([...(before ?? []), ...captures]), ...(isCut ? [CUT_WALK] : []), ...rest];
  const untold = [...new Set([...(was?.untold ?? []), ...found.untold])];
  const hidden = [...new Set([...(was?.hidden ?? []), ...found.hidden])];
  const assumptions = [...comparison.assumptions, ...unseen, ...untold, ...hidden];
  const { gaps, notGiven } = withUnseen(findUncovered(expected, actual), unseen.length > 0);
  const words = [...(untold.length > 0 ? [DORMANT_TABLES] : []), ...(hidden.length > 0 ? [HIDDEN_CONDITIONS] : [])];
  const uncovered = { gaps, notGiven: [...notGiven, ...words] };
  return { changes, assumptions, diagnostics, uncovered, comparison, actual };
}

/** What tables of other owners do to connections, and what they hold of kube-proxy's mode iptables. `own`: kube-proxy's table beside them. */
function effectsOfOthers(
  reached: ExpectedNftTable,
  own: CapturedNftTable | undefined,
  captures: readonly NftCapture[],
  {
    nodeAddresses,
    shown = new Set(),
  }: Partial<Record<"nodeAddresses" | "shown", ReadonlySet<string> | undefined>> = {},
): FoundRules & Pick<Surely, "untold"> & { readonly hidden: readonly string[] } {
  const bases = foreignBases(reached.family, own, captures);
  const search = (some: readonly ForeignBase[]) => {
    const inFront = tablesInFront(reached, some);
    return [inFront, tablesBehind(reached, some, { nodeAddresses, told: inFront.changes })];
  };
  const { found, untold } = whatIsAwake(bases, search);
  const foreign = captures.flatMap((capture) => capture.foreign);
  return {
    changes: [...found.flatMap(({ changes }) => changes), ...iptablesLeftovers(foreign, reached.family)],
    isCut: found.some(({ isCut }) => isCut),
    untold,
    hidden: whatIsHidden(bases, search, shown),
  };
}

const NOTHING_READ: ReadonlySet<string> = new Set(["capture-refused", "capture-wrapped", "capture-elided"]);

/** That a capture holds nothing of nftables is no news where its reader said why. */
function isToldBy({ code }: Diagnostic, others: readonly Diagnostic[]): boolean {
  return code === "capture-empty" && others.some((other) => NOTHING_READ.has(other.code));
}

/** What changed on a node between two captures, in the same words. */
export function diffNftCaptures(
  before: readonly NftCapture[],
  after: readonly NftCapture[],
  family: "ip" | "ip6",
): NftDiff {
  const selected = selectTable(before, family);
  const empty: NftTable = { family, name: "kube-proxy", chains: [], sets: [], rules: [] };
  const diff = diffNftables(selected.table ?? empty, after, undefined, before);
  const diagnostics = [...before.flatMap((capture) => capture.diagnostics), ...selected.diagnostics];
  const { actual } = diff;
  const isCut = selected.table?.complete === false;
  const earlier = isCut ? findUncovered(actual ?? empty, selected.table) : ALL_COVERED;
  const reason = selected.diagnostics.find(({ severity }) => severity === "error")?.message;
  const whole = [
    ...(reason === undefined ? [] : [wholeGap("table-missing", `before: ${reason}`)]),
    // What stands behind both breaks no one knows.
    ...(isCut && actual?.complete === false ? [wholeGap("capture-incomplete", "both listings break off")] : []),
  ];
  const { gaps, notGiven } = joinUncovered(earlier, diff.uncovered);
  return {
    ...diff,
    diagnostics: [...diagnostics, ...diff.diagnostics],
    uncovered: { gaps: [...whole, ...gaps], notGiven },
  };
}
