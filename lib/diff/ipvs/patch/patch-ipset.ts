/** `ipset restore` text. */
import { compareSets } from "../compare-sets.js";
import type { ExpectedIPVS, IPVSCapture } from "../types.js";
import { hasZeroPrefix } from "../../../rulesets/ipvs/canonical-entry.js";
import { isTypedEntry } from "../../../rulesets/ipvs/typed-entry.js";
import { createSetLine } from "../../../rulesets/ipvs/print.js";

/** Makes missing sets, adds missing entries, then deletes stale ones. A set with another definition is left alone, with a comment. */
export function patchIpset(expected: ExpectedIPVS, { sets }: IPVSCapture): string[] {
  if (!sets) return [];
  const { absent, remade, differences } = compareSets(expected, sets);
  return [
    ...remade.map(
      ({ name }) => `# ${name} is of another type or has other options, and has to be destroyed and made by hand`,
    ),
    ...absent.flatMap((set) => [
      createSetLine(set),
      ...set.entries.flatMap(({ text }) => (hasZeroPrefix(text) ? [] : [`add ${set.name} ${text}`])),
    ]),
    ...differences.flatMap(({ set, missing }) => missing.map(({ text }) => `add ${set.name} ${text}`)),
    ...differences.flatMap(({ set, stale }) =>
      stale.flatMap(({ text }) => (isTypedEntry(text) ? [`del ${set.name} ${text}`] : [])),
    ),
  ];
}
