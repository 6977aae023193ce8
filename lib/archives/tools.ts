import type { Source } from "../source/source.js";
import type { ExpansionTotal } from "./expansion-meter.js";
import type { Compression } from "./kind.js";

/** Keeps bytes until all of a file are there. */
export interface Packer {
  readonly add: (bytes: Uint8Array) => void;
  readonly finish: (name: string, more?: Partial<Source>) => Source;
}

/** What reading archives takes from the program around it; one for all archives of a run. */
export interface ArchiveTools {
  readonly total: ExpansionTotal;
  readonly createPacker: () => Packer;
  /** Bytes that all packers keep in memory now. */
  readonly kept: () => number;
  /** The expanded bytes. Throws an Error that says what is wrong. */
  readonly decompress: (packed: Iterable<Uint8Array>, by: Compression) => AsyncIterable<Uint8Array>;
}
