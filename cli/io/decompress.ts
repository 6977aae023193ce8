/** Compressed bytes as expanded bytes, piece by piece, without another program. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import xz from "xz-decompress";
import type { Compression } from "../../lib/index.js";

const DAMAGED = "it is damaged or cut off";
/** Bytes that one piece of a zstd file may expand to: all of them are in memory at once. */
const MOST_OF_A_PIECE = 256 << 20;

/** The expanded bytes. Throws an Error that says what is wrong, or which program expands it. */
export async function* decompress(packed: Iterable<Uint8Array>, by: Compression): AsyncGenerator<Uint8Array> {
  switch (by) {
    case "gzip":
      return yield* gunzip(packed);
    case "zstd":
      return yield* unzstd(packed);
    case "xz":
      return yield* unxz(packed);
    case "bzip2":
      throw new Error("bzip2 is not read: bunzip2 FILE, or pipe `bzip2 -dc FILE` into -");
  }
}

async function* gunzip(packed: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const expanded = createGunzip();
  const fed = pipeline(Readable.from(packed), expanded).catch(() => undefined);
  yield* expanded as AsyncIterable<Buffer>;
  await fed;
}

async function* unzstd(packed: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let ended = false;
  let size = 0;
  const expander = new Decompress((piece, isLast) => {
    pieces.push(piece);
    size += piece.length;
    if (size > MOST_OF_A_PIECE) throw new Error("trap");
    ended = isLast === true;
  });
  const push = (piece: Uint8Array, isLast: boolean) => {
    pieces = [];
    size = 0;
    try {
      expander.push(piece, isLast);
    } catch {
      throw new Error(size > MOST_OF_A_PIECE ? "a small part of it expands to more than 256 MB" : DAMAGED);
    }
    return pieces;
  };
  for (const piece of packed) yield* push(piece, false);
  yield* push(new Uint8Array(), true);
  if (!ended) throw new Error(DAMAGED);
}

async function* unxz(packed: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const expanded = new xz.XzReadableStream(Readable.toWeb(Readable.from(packed)) as ReadableStream<Uint8Array>);
  const reader = expanded.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    throw new Error(DAMAGED);
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
