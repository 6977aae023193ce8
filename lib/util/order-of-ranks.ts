/** Bits of a rank's 40 that are left out of what is sorted, to have room for an index in a double's 53. */
const LEFT_OUT = 2 ** 12;
/** How many ranks can be put in order. */
export const MOST_RANKS = 2 ** 25;

/** Indexes in the order of ranks (`sha256Rank`). `compare`: of two whose ranks are the same, or nearly. */
export function orderOfRanks(ranks: ArrayLike<number>, compare: (a: number, b: number) => number): Int32Array {
  const keys = new Float64Array(ranks.length);
  for (let k = 0; k < keys.length; k++) keys[k] = Math.floor(ranks[k]! / LEFT_OUT) * MOST_RANKS + k;
  keys.sort();
  const order = new Int32Array(keys.length);
  for (let n = 0; n < order.length; n++) order[n] = keys[n]! % MOST_RANKS;
  for (let from = 0; from < keys.length;) {
    const key = Math.floor(keys[from]! / MOST_RANKS);
    let to = from + 1;
    while (to < keys.length && Math.floor(keys[to]! / MOST_RANKS) === key) to++;
    if (to > from + 1) order.subarray(from, to).sort(compare);
    from = to;
  }
  return order;
}
