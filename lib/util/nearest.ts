/** Optimal string alignment distance, given up beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** A name that anonymize made. All of them look alike, so that of two nothing says that one was meant by the other. */
const MADE_UP = /(?:^|[^a-z\d])n\d{4,}(?![a-z\d])/;

/**
 * The candidate a misspelt word most likely meant: at most a third of its letters differ, case apart.
 * The first of the candidates on a tie; undefined when none is near. `most`: letters that may differ however long it is.
 */
export function nearest(word: string, candidates: readonly string[], most = Infinity): string | undefined {
  if (candidates.includes(word)) return word;
  if (word.length > 100) return undefined;
  const lower = word.toLowerCase();
  const isMadeUp = MADE_UP.test(word);
  let best: string | undefined;
  let bestDistance = Math.min(most, Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const candidate of candidates) {
    if (isMadeUp && MADE_UP.test(candidate)) continue;
    const d = distance(lower, candidate.toLowerCase(), bestDistance);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}
