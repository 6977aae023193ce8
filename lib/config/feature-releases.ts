/** Releases in words, for messages about a feature. */
import { GATES, type GateId } from "./feature-gates.js";
import { RELEASE_ROWS, type ReleaseFacts, type ReleaseRow } from "./feature-rows.js";

const words = ({ minor, patch }: ReleaseRow) => (patch === undefined ? `1.${minor}` : `1.${minor}.${patch}`);

/** Releases in whose row a feature comes (again), e.g. ["1.33.6", "1.34.2"] where a fix reached two branches. */
export function releasesThatBring(feature: keyof ReleaseFacts): string[] {
  return RELEASE_ROWS.filter(({ changes }) => changes[feature] === true).map(words);
}

/** The first release that differs from the oldest in a feature, e.g. "1.36". */
export function sinceRelease(feature: keyof ReleaseFacts): string {
  return words(RELEASE_ROWS.find(({ changes }) => changes[feature] !== undefined)!);
}

/** The first release in which a gate is on unless the configuration turns it off, e.g. "1.30". */
export function onSince(gate: GateId): string {
  const { defaults }: { readonly defaults: readonly { readonly since: number; readonly on: boolean }[] } = GATES[gate];
  return `1.${defaults.find(({ on }) => on)!.since}`;
}
