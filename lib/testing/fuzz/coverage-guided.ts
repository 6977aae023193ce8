/** Fuzzing that keeps what reaches new code: an input is mutated further when it was the first to get somewhere. */
import { mutate, type Random } from "./mutate.js";

export interface Guided {
  /** Throws when the input breaks what has to hold. */
  readonly target: (bytes: Uint8Array) => void;
  /** The places of the code that ran since it was asked last; what stands behind "x" says how often. */
  readonly coverage: () => Iterable<string>;
  readonly seeds: readonly Uint8Array[];
  readonly random: Random;
  /** Whether to go on; asked before each batch of runs. */
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

/**
 * Runs the seeds, short ones first, and then mutations of what is in the corpus; newcomers are chosen more often.
 * Asking for the places costs more than a run: they are asked for once after a batch, and the inputs of a batch that
 * reached a new place run a second time, one by one. How often a place was reached is looked at of one input in a batch.
 */
export function fuzzGuided({ target, coverage, seeds, random, goOn }: Guided): GuidedResult {
  const places = new Set<string>();
  const reached = new Set<string>();
  const corpus: Uint8Array[] = [];
  const found = new Map<string, Found>();
  let runs = 0;
  const run = (bytes: Uint8Array) => {
    try {
      target(bytes);
    } catch (error) {
      const fault = faultOf(error);
      const known = found.get(fault);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!known || known.bytes.length > bytes.length) found.set(fault, { bytes: bytes.slice(), message });
    }
  };
  const runAlone = (bytes: Uint8Array) => {
    run(bytes);
    const before = places.size;
    for (const place of coverage()) {
      places.add(place);
      reached.add(place.split("x", 1)[0]!);
    }
    if (places.size > before) corpus.push(bytes.slice());
  };
  const runBatch = (batch: readonly Uint8Array[]) => {
    runs += batch.length;
    runAlone(batch[0]!);
    const before = reached.size;
    for (const bytes of batch.slice(1)) run(bytes);
    for (const place of coverage()) reached.add(place.split("x", 1)[0]!);
    if (reached.size > before) for (const bytes of batch.slice(1)) runAlone(bytes);
  };
  const shortFirst = [...seeds].sort((a, b) => a.length - b.length);
  runs += seeds.length;
  for (const seed of shortFirst) runAlone(seed);
  if (corpus.length === 0) corpus.push(new Uint8Array());
  const pick = () => corpus[Math.max(random(corpus.length), random(corpus.length))]!;
  const longest = () => (random(8) === 0 ? LONG : SHORT);
  while (goOn(runs)) runBatch(Array.from({ length: BATCH }, () => mutate(pick(), pick(), random, longest())));
  return { runs, places: places.size, corpus, found: [...found.values()] };
}

/** Inputs between two questions for the places. */
const BATCH = 32;
/** Bytes of the longest mutation: most are short, since those run fast. */
const SHORT = 2048;
const LONG = 8192;
