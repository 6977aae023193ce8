/** Comparing what becomes of packets under two rule sets. */
import { outcomeKey } from "./outcome-key.js";
import type { Trace, TracedOutcome } from "./types.js";

/** Outcomes by name with their probabilities. */
export function distributionOf(trace: Trace): ReadonlyMap<string, number> {
  return distributionOfOutcomes(trace.outcomes);
}

/** Outcomes by name with their probabilities. */
export function distributionOfOutcomes(outcomes: readonly TracedOutcome[]): ReadonlyMap<string, number> {
  return new Map(outcomes.map(({ outcome, probability }) => [outcomeKey(outcome), probability]));
}

/**
 * The kernel's random numbers have 31 bits, so that a third in iptables and a third in nftables differ in the tenth
 * decimal; shares closer than this are the same.
 */
export const SHARE_TOLERANCE = 1e-6;

/** Whether two distributions have the same outcomes with the same shares. */
export function equalDistributions(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  for (const key of new Set([...a.keys(), ...b.keys()]))
    if (Math.abs((a.get(key) ?? 0) - (b.get(key) ?? 0)) > SHARE_TOLERANCE) return false;
  return true;
}

/** One line an outcome with its share in per cent, for messages. */
export function describeDistribution(distribution: ReadonlyMap<string, number>): string {
  return [...distribution]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, share]) => `${(share * 100).toFixed(4)}% ${key}`)
    .join("\n");
}
