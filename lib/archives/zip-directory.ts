/** The directory at the end of a zip archive, which tells whether all of it is there. Source: PKWARE's APPNOTE 6.3.10, 4.3. */
import { Buffer } from "../platform/bytes.js";
import type { Source } from "../source/source.js";

export interface ZipDirectoryEntry {
  readonly name: string;
  /** Of the expanded bytes. */
  readonly crc: number;
  readonly isEncrypted: boolean;
  /** 0: stored, 8: deflated. */
  readonly method: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const BLOCK = 1 << 20;

/** The entries in order; returns whether all of the directory was there. */
export function* zipDirectory(source: Source): Generator<ZipDirectoryEntry, boolean> {
  const place = findDirectory(source);
  if (!place) return false;
  let block: Buffer = Buffer.alloc(0);
  let start = place.start;
  const bytesAt = (at: number, length: number) => {
    if (at < start || at + length > start + block.length) {
      start = at;
      block = bufferOf(source, at, Math.min(source.size, at + Math.max(length, BLOCK)));
    }
    return block.subarray(at - start, at - start + length);
  };
  let at = place.start;
  for (let left = place.count; left > 0; left--) {
    const head = bytesAt(at, ENTRY_BYTES);
    if (head.length < ENTRY_BYTES || head.readUInt32LE(0) !== ENTRY) return false;
    const flags = head.readUInt16LE(8);
    const method = head.readUInt16LE(10);
    const crc = head.readUInt32LE(16);
    const nameBytes = head.readUInt16LE(28);
    const rest = head.readUInt16LE(30) + head.readUInt16LE(32);
    const name = bytesAt(at + ENTRY_BYTES, nameBytes).toString((flags & 0x800) !== 0 ? "utf8" : "latin1");
    yield { name, crc, isEncrypted: (flags & 1) !== 0, method };
    at += ENTRY_BYTES + nameBytes + rest;
  }
  return true;
}

function findDirectory(source: Source): { readonly start: number; readonly count: number } | undefined {
  const from = Math.max(0, source.size - END_BYTES - LONGEST_COMMENT);
  const tail = bufferOf(source, from, source.size);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END) continue;
    return (
      largeDirectory(source, from + at) ?? { start: tail.readUInt32LE(at + 16), count: tail.readUInt16LE(at + 10) }
    );
  }
  return undefined;
}

/** Of an archive that is too large for the plain end record. `end`: where that stands. */
function largeDirectory(source: Source, end: number): { readonly start: number; readonly count: number } | undefined {
  const locator = bufferOf(source, Math.max(0, end - LOCATOR_BYTES), end);
  if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined;
  const at = Number(locator.readBigUInt64LE(8));
  const record = bufferOf(source, at, Math.min(source.size, at + ZIP64_END_BYTES));
  if (record.length < ZIP64_END_BYTES) return undefined;
  return { start: Number(record.readBigUInt64LE(48)), count: Number(record.readBigUInt64LE(32)) };
}

function bufferOf(source: Source, start: number, end: number): Buffer {
  const bytes = source.read(Math.min(start, source.size), Math.max(Math.min(start, source.size), end));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
