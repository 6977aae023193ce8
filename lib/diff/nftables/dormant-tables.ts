/** Tables of other owners of which a capture does not tell whether they are dormant: what they would do is told as not compared. */
import type { ForeignBase } from "./foreign-bases.js";
import type { FoundRules } from "./tables-in-front.js";

export const DORMANT_TABLES = "which tables of others are dormant (nft list ruleset)";

export interface Surely {
  readonly found: readonly FoundRules[];
  /** What is said of the other tables, where they would do something. */
  readonly untold: readonly string[];
}

/** What base chains do that surely see packets. `search`: looks through base chains. */
export function whatIsAwake(
  bases: readonly ForeignBase[],
  search: (bases: readonly ForeignBase[]) => readonly FoundRules[],
): Surely {
  const awake = bases.filter(({ table }) => table.mayBeDormant !== true);
  const found = search(awake);
  if (awake.length === bases.length) return { found, untold: [] };
  const known = textsOf(found);
  const others = [...textsOf(search(bases))].some((text) => !known.has(text));
  const unsure = bases.filter(({ table }) => table.mayBeDormant === true);
  const names = new Set(unsure.map(({ table }) => `${table.family} ${table.name}`));
  const words = (name: string) =>
    `nothing tells whether table ${name} is dormant, whose flag is none that nft has (nft 1.0.6 prints such in JSON, nft list ruleset tells it): what it does is not compared`;
  return { found, untold: others ? [...names].map(words) : [] };
}

export function textsOf(found: readonly FoundRules[]): Set<string> {
  return new Set(found.flatMap(({ changes }) => changes.map(({ message, actual }) => [message, ...actual].join("\n"))));
}
