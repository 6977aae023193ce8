/** Two lists paired by a key. */
export interface Pairs<T> {
  readonly missing: readonly T[];
  readonly stale: readonly T[];
  readonly both: readonly (readonly [expected: T, actual: T])[];
}

/** Pairs two lists; of several items with one key in a list the first counts. Orders are kept: expected's, then actual's. */
export function pairByKey<T>(expected: readonly T[], actual: readonly T[], keyOf: (item: T) => string): Pairs<T> {
  const index = (items: readonly T[]) => {
    const byKey = new Map<string, T>();
    for (const item of items) {
      const key = keyOf(item);
      if (!byKey.has(key)) byKey.set(key, item);
    }
    return byKey;
  };
  const wanted = index(expected);
  const held = index(actual);
  const missing: T[] = [];
  const both: [T, T][] = [];
  for (const [key, item] of wanted) {
    const other = held.get(key);
    if (other === undefined) missing.push(item);
    else both.push([item, other]);
  }
  return { missing, stale: [...held].filter(([key]) => !wanted.has(key)).map(([, item]) => item), both };
}
