/** Fuzzing that keeps what reaches new code: an input is mutated further when it was the first to get somewhere. */
import { mutate, type Random } from "./mutate.js";

export interface Guided {
  /** Throws when the input breaks what has to hold. */
  readonly target: (bytes: Uint8Array) => void;
  /** The places of the code that ran since it was asked last. */
  readonly coverage: () => Iterable<string>;
  readonly seeds: readonly Uint8Array[];
  readonly random: Random;
  /** Whether to go on; asked before each run. */
  readonly goOn: (runs: number) => boolean;
}

export interface Found {
  readonly bytes: Uint8Array;
  readonly message: string;
}

export interface GuidedResult {
  readonly runs: number;
  readonly places: number;
  /** Inputs that reached new places, the seeds among them. */
  readonly corpus: readonly Uint8Array[];
  /** One for each message, the shortest. */
  readonly found: readonly Found[];
}

/** The part of a message that is the same for the same fault. */
function faultOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n")[0]!.slice(0, 200);
}

/** Runs the seeds and then mutations of what is in the corpus; newcomers are chosen more often. */
export function fuzzGuided({ target, coverage, seeds, random, goOn }: Guided): GuidedResult {
  const places = new Set<string>();
  const corpus: Uint8Array[] = [];
  const found = new Map<string, Found>();
  let runs = 0;
  const run = (bytes: Uint8Array) => {
    runs++;
    try {
      target(bytes);
    } catch (error) {
      const fault = faultOf(error);
      const known = found.get(fault);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!known || known.bytes.length > bytes.length) found.set(fault, { bytes: bytes.slice(), message });
    }
    const before = places.size;
    for (const place of coverage()) places.add(place);
    if (places.size > before) corpus.push(bytes.slice());
  };
  for (const seed of seeds) run(seed);
  if (corpus.length === 0) corpus.push(new Uint8Array());
  const pick = () => corpus[Math.max(random(corpus.length), random(corpus.length))]!;
  while (goOn(runs)) run(mutate(pick(), pick(), random));
  return { runs, places: places.size, corpus, found: [...found.values()] };
}
