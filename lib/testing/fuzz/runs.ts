/**
 * How much the properties and mutation tests try, and from which seed. `npm test` tries little; `scripts/nightly.mjs` sets
 *   FUZZ_RUNS            runs of a property that usually makes 500; others make more or fewer in proportion
 *   SVCRULES_MUTATIONS   mutations of a test that usually makes 300
 *   FUZZ_SEED            the seed of everything random
 */
function numberOf(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name}=${text}: not a number`);
  return Number(text);
}

/** Runs of a property that makes `usual` ones when nobody asks for more. */
export function fuzzRuns(usual: number): number {
  const asked = numberOf("FUZZ_RUNS");
  return asked === undefined ? usual : Math.max(1, Math.ceil((usual * asked) / 500));
}

/** Mutations of a test that tries `usual` ones when nobody asks for more. */
export function mutationRuns(usual: number): number {
  const asked = numberOf("SVCRULES_MUTATIONS");
  return asked === undefined ? usual : Math.max(1, Math.ceil((usual * asked) / 300));
}

/** The seed asked for; `usual` when none is, so that tests are the same every time. */
export function fuzzSeed(usual: number): number {
  return numberOf("FUZZ_SEED") ?? usual;
}
