/** Whether what stands at `at` of `a` is what stands between `start` and `end` of `b`; from the end, where names differ. */
export function areSame(a: string, at: number, b: string, start: number, end: number): boolean {
  const shift = at - start;
  for (let i = end - 1; i >= start; i--) if (a.charCodeAt(i + shift) !== b.charCodeAt(i)) return false;
  return true;
}
