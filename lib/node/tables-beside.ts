/** A comparison in one mode, with what rules of other programs do that the mode's own captures do not show. */
import { OTHERS_RULES, withUnseen } from "../diff/coverage.js";
import { effectTurns, unseenEffects } from "../diff/effect-turns.js";
import type { IptablesDiff } from "../diff/iptables/index.js";
import type { ExpectedIPVS, IPVSCapture, IPVSDiff } from "../diff/ipvs/index.js";
import type { ExpectedNftTable } from "../diff/nftables/expected.js";
import type { NftDiff } from "../diff/nftables/index.js";
import { orderChanges } from "../diff/order-changes.js";
import type { Change } from "../diff/types.js";
import type { CapturedTable } from "../rulesets/iptables/capture.js";
import type { NftCapture } from "../rulesets/nftables/capture.js";
import type { FamilyContext } from "./family-context.js";
import { NFT_FAMILY, nftTablesAmong } from "./second-rule-set.js";

type Compared = Pick<NftDiff, "changes" | "assumptions" | "uncovered">;
type Found = Pick<Compared, "changes" | "assumptions"> & { readonly notGiven: readonly string[] };

/** A comparison, and what was found beside it. */
function withFound<D extends Compared>(diff: D, { changes, assumptions, notGiven }: Found): D {
  const { gaps } = diff.uncovered;
  return {
    ...diff,
    changes: orderChanges([...diff.changes, ...changes]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps, notGiven: [...diff.uncovered.notGiven, ...notGiven] },
  };
}

/** With what rules of iptables beside the listing do. */
export async function withIptables(
  diff: NftDiff,
  expected: ExpectedNftTable,
  { beside = [], nodeAddresses }: FamilyContext,
): Promise<NftDiff> {
  const { iptablesBeside } = await import("../diff/iptables-beside.js");
  return withFound(diff, iptablesBeside(expected, beside, nodeAddresses));
}

/** With what these do since an earlier capture: as far as both captures tell of a table. */
export async function withIptablesTurns(
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

/** With what tables of nftables that iptables-save does not show do since an earlier capture. */
export async function withNftTablesTurns(
  diff: IptablesDiff,
  captured: readonly CapturedTable[],
  { listings = [], listingsBefore = [], family }: FamilyContext,
): Promise<IptablesDiff> {
  if (listings.length + listingsBefore.length === 0) return diff;
  const { asNftables } = await import("../diff/iptables-as-nftables.js");
  const { nftablesBesideIptables } = await import("../diff/nftables-beside.js");
  const reached = asNftables(diff.actual.has("nat") ? diff.actual : diff.expected, family);
  // Nothing tells the addresses of the node.
  const own = new Set<string>();
  const found = async (held: readonly NftCapture[]) =>
    held.length === 0
      ? undefined
      : nftablesBesideIptables(() => Promise.resolve(reached), { tables: captured, listings: held, own }, family);
  const [was, now] = await Promise.all([found(listingsBefore), found(listings)]);
  return { ...diff, ...withTurns(diff, was, now, leftoversIn({ listings, listingsBefore, family })) };
}

/** With what tables of nftables do that iptables-save does not show. */
export async function withNftTables(
  diff: IptablesDiff,
  tables: readonly CapturedTable[],
  { listings = [], nodeAddresses: own, family, asNftTable }: FamilyContext,
): Promise<IptablesDiff> {
  if (listings.length === 0 || !asNftTable || !diff.comparison) return diff;
  const { nftablesBesideIptables } = await import("../diff/nftables-beside.js");
  const found = await nftablesBesideIptables(asNftTable, { tables, listings, own }, family);
  return {
    ...withFound(diff, found),
    // Another node has other addresses, and other tables.
    isOfAnyNode: false,
    hangsOnNode: true,
  };
}

/** With what tables of nftables on the node do. */
export async function withNftables(
  diff: IPVSDiff,
  expected: ExpectedIPVS,
  { tables = [], interfaces }: IPVSCapture,
  { listings = [], nodeAddresses, family }: FamilyContext,
): Promise<IPVSDiff> {
  const { ownAddresses } = await import("../diff/ipvs/index.js");
  const { nftablesBeside } = await import("../diff/nftables-beside.js");
  const own = ownAddresses(interfaces, family, nodeAddresses);
  return withFound(diff, nftablesBeside(expected, { tables, listings, own }));
}

/** With what these do since an earlier capture, where both hold listings of nft. */
export async function withNftablesTurns(
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
  const leftovers = leftoversIn({ listings, listingsBefore, family });
  return { ...diff, ...withTurns(diff, was, now, leftovers, withoutNames) };
}

interface Leftovers {
  readonly before: readonly Change[];
  readonly after: readonly Change[];
}

/** kube-proxy's own tables of mode nftables. */
function leftoversIn({
  listings = [],
  listingsBefore = [],
  family,
}: Pick<FamilyContext, "listings" | "listingsBefore" | "family">): Leftovers {
  const [before, after] = [listingsBefore, listings].map((held) =>
    nftTablesAmong(held, [family]).map((change) => ({
      ...change,
      chain: `${change.chain} of table ${NFT_FAMILY[family]} kube-proxy`,
    })),
  ) as [Change[], Change[]];
  return { before, after };
}

/** With what tables of nftables do in each of two captures; undefined where no listing of nft is given. */
function withTurns(
  diff: Compared,
  was: Found | undefined,
  now: Found | undefined,
  { before, after }: Leftovers,
  worded: (change: Change) => Change = (change) => change,
): Compared {
  const rest = was && now ? unseenEffects(was.changes, now.changes) : [];
  const assumptions = [...new Set([...(was?.assumptions ?? []), ...(now?.assumptions ?? []), ...rest])];
  const lacks = [...(was ? [] : ["before"]), ...(now ? [] : ["after"])];
  const isOpen = (was ?? now)!.changes.length + before.length + after.length > 0;
  const lacking = isOpen ? lacks.map((when) => `${when}: tables of nftables (nft list ruleset)`) : [];
  const untold = new Set([...(was?.notGiven ?? []), ...(now?.notGiven ?? [])]);
  const turns = was && now ? [...effectTurns(was.changes, now.changes).map(worded), ...effectTurns(before, after)] : [];
  const { gaps, notGiven } = withUnseen(diff.uncovered, rest.length > 0 && !untold.has(OTHERS_RULES));
  return {
    changes: orderChanges([...diff.changes, ...turns]),
    assumptions: [...diff.assumptions, ...assumptions],
    uncovered: { gaps, notGiven: [...notGiven, ...untold, ...lacking] },
  };
}
