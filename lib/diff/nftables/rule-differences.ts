/** What differs between two lists of rules, told apart by what became of each. */

export interface RuleDifferences {
  /** Expected and not there. */
  readonly missing: readonly string[];
  /** There and not expected, by index in the node's list. */
  readonly extra: readonly number[];
  /** There more often than expected, by index. */
  readonly duplicates: readonly number[];
  /** The rest stands in another order. */
  readonly reordered: boolean;
}

export function ruleDifferences(expected: readonly string[], actual: readonly string[]): RuleDifferences {
  const open = new Map<string, number>();
  for (const text of expected) open.set(text, (open.get(text) ?? 0) + 1);
  const known = new Set(expected);
  const extra: number[] = [];
  const duplicates: number[] = [];
  const kept: string[] = [];
  for (const [i, text] of actual.entries()) {
    const left = open.get(text) ?? 0;
    if (left > 0) {
      open.set(text, left - 1);
      kept.push(text);
    } else (known.has(text) ? duplicates : extra).push(i);
  }
  const missing: string[] = [];
  const wanted: string[] = [];
  // Of equal rules the first ones count as there.
  for (const text of [...expected].reverse()) {
    const left = open.get(text) ?? 0;
    if (left > 0) {
      open.set(text, left - 1);
      missing.unshift(text);
    } else wanted.unshift(text);
  }
  return { missing, extra, duplicates, reordered: wanted.some((text, i) => text !== kept[i]) };
}
