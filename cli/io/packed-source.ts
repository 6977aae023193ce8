/** Bytes from a pipe or an archive as a Source: kept in memory, compressed once there are many. */
import type { Packer } from "../../lib/index.js";

const CHUNK = 1 << 20;
const FIRST = 64 << 10;
/** Bytes of memory that a source takes beside what it holds: an archive can have a million empty files. */
const SOURCE_BYTES = 2 << 10;
/** Held as they are; what comes after is compressed (YAML and JSON to about a fifteenth). */
const PLAIN = 64 << 20;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly isPacked: boolean;
}

/** What all sources of a run hold uncompressed. */
export interface PackBudget {
  plain: number;
  /** Bytes of memory that all sources of a run take. */
  kept: number;
}

/** Loaded once it is needed: a small run has nothing to pack. */
const zlib = () => process.getBuiltinModule("node:zlib");

export function createPacker(budget: PackBudget): Packer {
  const chunks: Chunk[] = [];
  let current = Buffer.alloc(0);
  let filled = 0;

  function close(): void {
    const isPacked = budget.plain > PLAIN;
    const whole = current.subarray(0, filled);
    const bytes = isPacked
      ? zlib().deflateRawSync(whole, { level: 1 })
      : filled === current.length
        ? current
        : Buffer.from(whole);
    budget.plain += isPacked ? 0 : filled;
    budget.kept += bytes.length;
    chunks.push({ bytes, isPacked });
    filled = 0;
  }

  return {
    add(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (filled === current.length) grow();
        const count = Math.min(bytes.length - at, current.length - filled);
        current.set(bytes.subarray(at, at + count), filled);
        filled += count;
        at += count;
      }
    },
    finish(name, more = {}) {
      const size = chunks.length * CHUNK + filled;
      if (filled > 0) close();
      current = Buffer.alloc(0);
      budget.kept += SOURCE_BYTES;
      return { ...more, name, size, read: (start, end) => readChunks(chunks, start, Math.min(end, size)) };
    },
  };

  function grow(): void {
    if (current.length < CHUNK) {
      const larger = Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(FIRST, current.length * 4)));
      larger.set(current);
      current = larger;
      return;
    }
    close();
    current = Buffer.allocUnsafeSlow(CHUNK);
  }
}

/** The chunk unpacked last: reading goes forward. */
let unpacked: { readonly chunk: Chunk; readonly bytes: Uint8Array } | undefined;

function bytesOf(chunk: Chunk): Uint8Array {
  if (!chunk.isPacked) return chunk.bytes;
  if (unpacked?.chunk !== chunk) unpacked = { chunk, bytes: zlib().inflateRawSync(chunk.bytes) };
  return unpacked.bytes;
}

function readChunks(chunks: readonly Chunk[], start: number, end: number): Uint8Array {
  if (end <= start) return new Uint8Array();
  const first = Math.floor(start / CHUNK);
  const last = Math.floor((end - 1) / CHUNK);
  if (first === last) return bytesOf(chunks[first]!).subarray(start - first * CHUNK, end - first * CHUNK);
  const out = Buffer.allocUnsafeSlow(end - start);
  for (let i = first; i <= last; i++) {
    const from = Math.max(start - i * CHUNK, 0);
    const part = bytesOf(chunks[i]!).subarray(from, Math.min(CHUNK, end - i * CHUNK));
    out.set(part, i * CHUNK + from - start);
  }
  return out;
}
