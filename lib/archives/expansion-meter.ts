/** Counts what is read out of compressed files and archives, and stops what only a trap would hold. */

/** Bytes that all inputs of a run may expand to, where --max-input says nothing else. */
export const DEFAULT_MOST_BYTES = 8 * 2 ** 30;
/** A ratio of expanded to packed bytes that no text of a cluster reaches: dumps of equal objects come to about 100. */
const MOST_RATIO = 400;
/** Expanded bytes of one archive below which its ratio is not looked at. */
const RATIO_FROM = 128 << 20;
const MOST_ENTRIES = 1_000_000;
/** Bytes kept in memory for what was expanded, packed again by the reader. */
const MOST_KEPT = 700 << 20;

/** What all archives of a run have come to. */
export interface ExpansionTotal {
  readonly mostBytes: number;
  /** What allows more, in words: "--max-input allows more". */
  readonly remedy: string;
  bytes: number;
}

export interface ExpansionMeter {
  /** Counts bytes that came out. Throws an Error that says which limit they pass. */
  readonly add: (bytes: number) => void;
  /** Counts an entry of an archive. Throws an Error past the limit. */
  readonly entry: () => void;
  /** Says how many bytes are kept in memory now. Throws an Error past the limit. */
  readonly kept: (bytes: number) => void;
}

/** A meter of one archive. `packedBytes`: how many bytes of the archive have been read so far. */
export function createExpansionMeter(total: ExpansionTotal, packedBytes: () => number): ExpansionMeter {
  let own = 0;
  let entries = 0;
  return {
    add(bytes) {
      own += bytes;
      total.bytes += bytes;
      if (total.bytes > total.mostBytes)
        throw new Error(`it expands to more than ${gigabytes(total.mostBytes)}; ${total.remedy}`);
      if (own > RATIO_FROM && own > MOST_RATIO * packedBytes())
        throw new Error(`it expands to more than ${MOST_RATIO} times its size, as no dump of a cluster does`);
    },
    entry() {
      if (++entries > MOST_ENTRIES) throw new Error(`it holds more than ${MOST_ENTRIES.toLocaleString("en")} entries`);
    },
    kept: checkKept,
  };
}

/** Throws an Error when more bytes are kept in memory than a run may take. */
export function checkKept(bytes: number): void {
  if (bytes > MOST_KEPT)
    throw new Error(`what it holds takes more than ${MOST_KEPT >> 20} MB of memory; put it into files first`);
}

function gigabytes(bytes: number): string {
  return bytes >= 2 ** 30 ? `${Number((bytes / 2 ** 30).toFixed(1))} GB` : `${Number((bytes / 2 ** 20).toFixed(1))} MB`;
}
