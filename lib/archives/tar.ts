/** Files of a tar archive. */
import { extract, type Extract } from "tar-stream";
import type { Entries } from "./entries.js";

/** Hands every entry over, in the archive's order. Throws an Error when the archive is damaged or cut off. */
export async function readTar(pieces: AsyncIterable<Uint8Array>, entries: Entries, count: (bytes: number) => void) {
  const tar = extract();
  const fed = feed(pieces, tar);
  for await (const entry of tar) {
    const { name } = entry.header;
    // Undefined for what the reader does not know, whatever its types say.
    const type = entry.header.type as string | null | undefined;
    const isFile = type === "file" || type === "contiguous-file";
    const take = isFile ? entries.open(name) : undefined;
    for await (const piece of entry as AsyncIterable<Uint8Array>)
      if (take) take(piece, false);
      else count(piece.length);
    if (take) take(new Uint8Array(), true);
    else if (!isFile)
      entries.passOver(name, type ? undefined : "is a sparse file, or of another kind that is not read");
  }
  await fed;
}

/** Trouble comes out where the entries are read. */
async function feed(pieces: AsyncIterable<Uint8Array>, tar: Extract): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (tar.destroyed) return;
      if (!tar.write(piece)) await drained(tar);
    }
    tar.end(undefined);
  } catch (error) {
    tar.destroy(error as Error);
  }
}

function drained(tar: Extract): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      tar.off("drain", end).off("close", end);
      done();
    };
    tar.on("drain", end).on("close", end);
  });
}
