/**
 * The first place from 0 up to `length` of which `isFrom` is true, and `length` where none is. `isFrom`: false of all places
 * before and true of all behind. Asks of as many places as `length` has bits.
 */
export function firstPlace(length: number, isFrom: (place: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isFrom(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
