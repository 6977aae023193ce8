/** Counts of connections against the shares that the rules give. */

const SIGMAS = 5;

/**
 * How far a count may be from `share` of `total`: five standard deviations of a binomial distribution, one more for
 * rounding. A right share is missed by chance about once in two million counts.
 */
export function allowedDeviation(share: number, total: number): number {
  return SIGMAS * Math.sqrt(total * share * (1 - share)) + 1;
}

/** Whole rounds of round robin give every endpoint exactly its share: what may differ is the rounding of the share. */
export const roundRobinDeviation = (): number => 0.5;

/** What is wrong with the counts, or undefined: an outcome that should not be, or one too often or too seldom. */
export function compareShares(
  counts: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
  allowed: (share: number, total: number) => number = allowedDeviation,
): string | undefined {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const problems: string[] = [];
  for (const outcome of [...new Set([...counts.keys(), ...shares.keys()])].sort()) {
    const share = shares.get(outcome) ?? 0;
    const count = counts.get(outcome) ?? 0;
    const wrong = share === 0 ? count > 0 : Math.abs(count - share * total) > allowed(share, total);
    if (wrong) problems.push(`${outcome}: ${count} of ${total}, expected a share of ${share.toFixed(4)}`);
  }
  return problems.length === 0 ? undefined : problems.join("\n");
}
