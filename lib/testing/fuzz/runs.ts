/**
 * How much the properties, the mutation tests and the sweeps over recorded cases try, and from which seed. `npm test` on a
 * desk tries a part, so that it ends within minutes; with CI=true, as in `.ci/run`, the whole; `scripts/nightly.mjs` sets
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

/** Of the usual runs, the part that is tried on a desk. */
const DESK_SHARE = 1 / 8;

function isDesk(): boolean {
  const { CI, FUZZ_RUNS } = process.env;
  return (CI === undefined || CI === "" || CI === "false") && FUZZ_RUNS === undefined;
}

function usualRuns(usual: number): number {
  return isDesk() ? Math.ceil(usual * DESK_SHARE) : usual;
}

/** Every one of the cases of a sweep; on a desk `most` of them, spread evenly from the first on. */
export function sweep<T>(all: readonly T[], most: number): readonly T[] {
  if (!isDesk() || all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
}

/** Runs of a property that makes `usual` ones when nobody asks for more. */
export function fuzzRuns(usual: number): number {
  const asked = numberOf("FUZZ_RUNS");
  return asked === undefined ? usualRuns(usual) : Math.max(1, Math.ceil((usual * asked) / 500));
}

/** Mutations of a test that tries `usual` ones when nobody asks for more. */
export function mutationRuns(usual: number): number {
  const asked = numberOf("SVCRULES_MUTATIONS");
  return asked === undefined ? usualRuns(usual) : Math.max(1, Math.ceil((usual * asked) / 300));
}

/** The seed asked for; `usual` when none is, so that tests are the same every time. */
export function fuzzSeed(usual: number): number {
  return numberOf("FUZZ_SEED") ?? usual;
}
