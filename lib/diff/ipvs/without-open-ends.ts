/** Listings that end without an end of line, in text that may be whole or the beginning of more. */
import type { ExpectedIPVS, IPVSCapture } from "./types.js";
import { canonicalEntry } from "../../rulesets/ipvs/canonical-entry.js";

/**
 * The capture without sets when their listing ends in an entry that nobody wants and that a wanted, missing one begins
 * with ("10.96.0.1,tcp:4" of "10.96.0.1,tcp:443"), or when sets that kube-proxy always makes should follow.
 */
export function withoutOpenEnds({ state }: ExpectedIPVS, capture: IPVSCapture): IPVSCapture {
  const { sets, ...others } = capture;
  const names = new Set(sets?.map(({ name }) => name));
  const isCut = (sets ?? []).some(({ name, entries, isOpen }) => {
    const last = entries.at(-1);
    if ((isOpen || last?.isOpen) && state.sets.some((set) => !names.has(set.name))) return true;
    if (!last?.isOpen) return false;
    const held = new Set(entries.map(({ text }) => text));
    const wanted = state.sets.find((set) => set.name === name)?.entries.map(({ text }) => canonicalEntry(text)) ?? [];
    return !wanted.includes(last.text) && wanted.some((text) => text.startsWith(last.text) && !held.has(text));
  });
  return isCut ? { ...others, cut: new Set([...(others.cut ?? []), "sets" as const]) } : capture;
}
