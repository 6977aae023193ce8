/** Files of a zip archive, expanded piece by piece, and held against the directory at its end. */
import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { crc32 } from "../platform/hash.js";
import type { Source } from "../source/source.js";
import { printable } from "../util/printable.js";
import { zipDirectory } from "./zip-directory.js";

/** What to do with the bytes of a file; undefined: the file is passed over. */
export type OpenFile = (path: string) => ((bytes: Uint8Array, isLast: boolean) => void) | undefined;

/** What was expanded: checksums by name, of which there may be several, and how many entries there were. */
interface Expanded {
  readonly checksums: Map<string, number[]>;
  entries: number;
}

/**
 * Hands every file of the archive to `open`, in the archive's order. Throws an Error when it is damaged or cut off.
 * `packed`: the source's bytes in pieces.
 */
export function readZip(source: Source, packed: Iterable<Uint8Array>, open: OpenFile): void {
  const expanded: Expanded = { checksums: new Map(), entries: 0 };
  try {
    expand(packed, open, expanded);
  } catch (error) {
    // Errors of the library have a code; others are those of `open`.
    if (!(error instanceof Error) || ("code" in error === false && !(error instanceof TypeError))) throw error;
    throw new Error(whyUnreadable(source, expanded) ?? "it is damaged or cut off");
  }
  const why = whyUnreadable(source, expanded);
  if (why !== undefined) throw new Error(why);
}

function expand(packed: Iterable<Uint8Array>, open: OpenFile, expanded: Expanded): void {
  let failure: Error | undefined;
  const unzip = new Unzip((file) => {
    expanded.entries++;
    if (file.name.endsWith("/")) return;
    const take = open(file.name);
    if (!take) return;
    const checksums = expanded.checksums.get(file.name) ?? [];
    expanded.checksums.set(file.name, checksums);
    const index = checksums.push(0) - 1;
    file.ondata = (error, bytes, isLast) => {
      if (error) return void (failure ??= error);
      checksums[index] = crc32(bytes, checksums[index]);
      take(bytes, isLast);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  for (const piece of packed) {
    unzip.push(piece);
    if (failure) throw failure;
  }
}

/** Why what was expanded is not what the archive's directory names; undefined when it is. */
function whyUnreadable(source: Source, { checksums, entries }: Expanded): string | undefined {
  const directory = zipDirectory(source);
  let named = 0;
  for (let next = directory.next(); ; next = directory.next()) {
    if (next.done) {
      if (!next.value || entries < named) return "it is cut off or damaged";
      return undefined;
    }
    const { name, crc, isEncrypted, method } = next.value;
    named++;
    const own = checksums.get(name);
    if (!own) continue;
    if (isEncrypted) return `its entry ${printable(name)} is encrypted`;
    if (method !== 0 && method !== 8) return `its entry ${printable(name)} is packed in a way that is not read`;
    if (!own.includes(crc)) return `its entry ${printable(name)} is damaged`;
  }
}
