/** Where sets stand in a list of them, by name. */
import type { NftSet } from "./types.js";

/** Of the very lists: one that is made of another has its own. */
const known = new WeakMap<readonly NftSet[], ReadonlyMap<string, number>>();

/** Of several sets of one name the place of the last one. */
export function placesOfSets(sets: readonly NftSet[]): ReadonlyMap<string, number> {
  let places = known.get(sets);
  if (!places) known.set(sets, (places = new Map(sets.map(({ name }, i) => [name, i]))));
  return places;
}
