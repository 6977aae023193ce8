/** A node against what it should hold, in iptables mode. */
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { IPFamily } from "../../net/ip.js";
import type { Captures } from "../../rulesets/iptables/capture.js";
import { tablesInBoth } from "../../rulesets/iptables/known-tables.js";
import { effectTurns, unseenEffects } from "../effect-turns.js";
import { notToldYet } from "../once-each.js";
import { orderChanges } from "../order-changes.js";
import { ALL_COVERED, joinUncovered, wholeGap, withUnseen, type Uncovered } from "../coverage.js";
import type { Change } from "../types.js";
import { compareIptables, type IptablesComparison } from "./compare-iptables.js";
import { takersInEarlierTables } from "./earlier-tables.js";
import { matchExpected, type ExpectedTable } from "./expected.js";
import { findOldRelease } from "./find-old-release.js";
import { findOlderTool } from "./find-older-tool.js";
import { findUncovered } from "./find-uncovered.js";
import { inferDifferences } from "./infer-differences.js";
import { frontendRules, nodeAddressesOf, type ByPlace } from "./rules-in-front.js";
import { otherTables, selectTables } from "./select-tables.js";
import { hiddenInterfaces } from "./hidden-interfaces.js";
import { joinLacking, lackingRules } from "./lacking-rules.js";
import { unseenPlaces, type Refused } from "./refused-packets.js";
import { iptablesRefused, NONE_REFUSED, type OwnAddresses } from "./refused-services.js";
import { Side, type SideTables } from "./side.js";

export type { IptablesComparison } from "./compare-iptables.js";
export { type ExpectedTable } from "./expected.js";
export { portsHeld, servicesHeld } from "./services-held.js";
export { iptablesSections } from "./sections.js";
export { iptablesPatch } from "./patch.js";
export type { SideTables } from "./side.js";

export interface IptablesDiff {
  /** Ordered by service, port, protocol, kind. */
  readonly changes: readonly Change[];
  /** What was not given, not compared, or taken for no difference. */
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What could not be compared; nothing is told of it where nothing was. */
  readonly uncovered: Uncovered;
  /** For patches and unified diffs; undefined when nothing could be compared. */
  readonly comparison: IptablesComparison | undefined;
  /** Nothing hangs on addresses of the node that another one does not have, whatever the endpoints of that one are. */
  readonly isOfAnyNode: boolean;
  /** What was found hangs on them: one with the same endpoints may be told something else. */
  readonly hangsOnNode: boolean;
  readonly expected: SideTables;
  readonly actual: SideTables;
}

/**
 * The changes between what kube-proxy should have programmed and what was captured on a node. `own`: addresses of the node,
 * undefined where they are not known.
 */
export function diffIptables(
  expected: readonly ExpectedTable[],
  captures: Captures,
  family: IPFamily,
  own?: OwnAddresses,
): IptablesDiff {
  const { tables } = selectTables(captures, family);
  const old = findOldRelease(tables) ?? findOlderTool(tables);
  const refused = (wanted: SideTables, actual: SideTables) =>
    iptablesRefused(wanted, actual, { captures, family, own });
  return diffSides((actual) => matchExpected(expected, actual), captures, family, old ? [old] : [], refused, { own });
}

/** What changed on a node between two captures, in the same words. */
export function diffIptablesCaptures(before: Captures, after: Captures, family: IPFamily): IptablesDiff {
  const selected = selectTables(before, family);
  const both = tablesInBoth(before.tables, after.tables, family);
  const ofBefore = { ...before, tables: both.before };
  const ofAfter = { ...after, tables: both.after };
  let rest: readonly string[] = [];
  const refused = (_: SideTables, actual: SideTables) => {
    const refusedIn = (captures: Captures) =>
      iptablesRefused(actual, selectTables(captures, family).tables, {
        captures,
        family,
        own: undefined,
        tables: both.names,
        regular: selected.tables,
      });
    const [was, now] = [refusedIn(ofBefore), refusedIn(ofAfter)];
    const unseen = [...new Set([...was.unseen, ...now.unseen])];
    rest = unseenEffects(was.changes, now.changes);
    return { ...now, unseen, changes: effectTurns(was.changes, now.changes) };
  };
  const diff = diffSides(() => selected.tables, after, family, selected.diagnostics, refused, {
    between: { ofBefore, ofAfter },
  });
  const assumptions = selected.assumptions.map((text) => `before: ${text}`);
  const covered = isWhole(selected.tables)
    ? diff.uncovered
    : joinUncovered(uncoveredBefore(before, selected.tables, diff.actual, family), diff.uncovered);
  const lacking = lackingRules(selected.tables.values()).notGiven.map((words) => `before: ${words}`);
  const notGiven = [...both.notGiven.filter((words) => !/ (nat|filter)$/.test(words)), ...lacking];
  const uncovered = { ...covered, notGiven: [...covered.notGiven, ...notGiven] };
  return {
    ...diff,
    assumptions: [...assumptions, ...diff.assumptions, ...rest],
    uncovered: withUnseen(uncovered, rest.length > 0),
  };
}

function uncoveredBefore(before: Captures, held: SideTables, after: SideTables, family: IPFamily): Uncovered {
  if (held.size === 0)
    return { gaps: [wholeGap("table-missing", "no table nat or filter was captured")], notGiven: [] };
  return diffSides(
    () => after,
    before,
    family,
    [],
    () => NONE_REFUSED,
  ).uncovered;
}

/** Whether a side has both tables to their ends. */
function isWhole(tables: SideTables): boolean {
  return tables.has("nat") && tables.has("filter") && [...tables.values()].every(({ complete }) => complete !== false);
}

/** Nothing is compared after one of them. */
const REFUSALS: ReadonlySet<string> = new Set([
  "capture-no-kube-chains",
  "capture-of-an-old-release",
  "capture-by-older-tool",
  "captures-disagree",
  "capture-shuffled",
]);

function diffSides(
  expectedFor: (actual: SideTables) => SideTables,
  captures: Captures,
  family: IPFamily,
  told: readonly Diagnostic[],
  refusedIn: (expected: SideTables, actual: SideTables) => Refused,
  {
    between,
    own: addresses,
  }: {
    readonly between?: { readonly ofBefore: Captures; readonly ofAfter: Captures };
    readonly own?: OwnAddresses | undefined;
  } = {},
): IptablesDiff {
  const selected = selectTables(captures, family);
  const diagnostics = [...told, ...captures.diagnostics, ...selected.diagnostics];
  const actual = selected.tables;
  const expected = expectedFor(actual);
  const nothing = {
    changes: [],
    assumptions: selected.assumptions,
    diagnostics,
    uncovered: ALL_COVERED,
    comparison: undefined,
    isOfAnyNode: false,
    hangsOnNode: false,
    expected,
    actual,
  };
  if (actual.size === 0 || diagnostics.some(({ code, severity }) => severity === "error" && REFUSALS.has(code)))
    return nothing;
  const own = between ? undefined : nodeAddressesOf(new Side(expected, family), addresses);
  const comparison = compareIptables(expected, actual, family, own);
  diagnostics.push(...comparison.unreadable.map(({ diagnostic }) => diagnostic));
  const { cut, unreadable, owners } = comparison;
  let places: ByPlace | undefined;
  const reached = between && actual.has("nat") ? actual : expected;
  const frontends = () => (places ??= frontendRules(new Side(reached, family), own));
  const takersIn = ({ tables }: Captures) => takersInEarlierTables(tables, family, owners, frontends);
  const takenBefore = between && takersIn(between.ofBefore);
  const taken = takersIn(between?.ofAfter ?? captures);
  const takers = takenBefore ? effectTurns(takenBefore, taken) : taken;
  const rest = takenBefore ? unseenEffects(takenBefore, taken) : [];
  const refused = refusedIn(expected, actual);
  const held = [...actual.values(), ...otherTables(captures, family).values()];
  const lacking = joinLacking([lackingRules(held), hiddenInterfaces(held, family)]);
  const { gaps, notGiven } = findUncovered({ expected, actual, family, cut, unreadable });
  return {
    ...nothing,
    changes: orderChanges([
      ...comparison.changes,
      ...takers,
      ...selected.changes,
      ...notToldYet(refused.changes, takers),
    ]),
    assumptions: [
      ...selected.assumptions,
      ...inferDifferences(expected, actual),
      ...unseenPlaces(refused),
      ...rest,
      ...lacking.assumptions,
    ],
    isOfAnyNode: !refused.hasRefusals && !own?.wasAsked,
    hangsOnNode: refused.hangsOnNode || own?.wasAsked === true,
    uncovered: withUnseen(
      { gaps, notGiven: [...notGiven, ...lacking.notGiven] },
      refused.unseen.length + rest.length > 0,
    ),
    comparison,
  };
}
