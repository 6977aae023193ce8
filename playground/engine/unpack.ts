import { Gunzip } from "fflate";
import type { ArchiveTools, Packer } from "../../lib/archives/tools.js";
import { archiveKindOf, type Compression } from "../../lib/archives/kind.js";
import { readArchive } from "../../lib/archives/read-archive.js";
import { Buffer } from "../../lib/platform/bytes.js";
import { crc32 } from "../../lib/platform/hash.js";
import { sourceFromBytes, type Source } from "../../lib/source/source.js";
import type { InputFile } from "./protocol.js";

export interface PackedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly files: readonly InputFile[];
  /** What was not read, and why. */
  readonly problems: readonly string[];
}

/** Bytes that a page may hold of a file that is dropped on it. */
const MOST_BYTES = 64 << 20;
/** Of gzip: a checksum and the size. */
const TRAILER_BYTES = 8;
const REMEDY = "the command line reads larger ones";

/** Dropped files as texts: archives (.tar, .tar.gz, .tgz, .zip) are opened, files compressed with gzip expanded. */
export async function unpack(packed: readonly PackedFile[]): Promise<Unpacked> {
  const files: InputFile[] = [];
  const problems: string[] = [];
  for (const { name, bytes } of packed) {
    const source = sourceFromBytes(name, bytes);
    const kind = archiveKindOf(bytes);
    const problem = problemOf(bytes, kind !== undefined);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    else if (!kind) files.push(textOf(source));
    else {
      const total = { mostBytes: MOST_BYTES, remedy: REMEDY, bytes: 0 };
      const tools: ArchiveTools = { total, createPacker, kept: () => total.bytes, decompress };
      const { sources, diagnostics } = await readArchive(source, kind, tools, { everyFile: true });
      files.push(...sources.map(textOf));
      problems.push(...diagnostics.map(({ message }) => message));
    }
  }
  return { files, problems };
}

function problemOf(bytes: Uint8Array, isArchive: boolean): string | undefined {
  if (bytes.length > MOST_BYTES) return `it has more than ${MOST_BYTES >> 20} MB; ${REMEDY}`;
  if (isArchive || encodingOf(bytes) !== "utf-8" || !bytes.subarray(0, 1024).includes(0)) return undefined;
  return "it is neither text nor a tar, gzip or zip archive";
}

function textOf({ name, size, read }: Source): InputFile {
  const bytes = read(0, size);
  return { name, text: new TextDecoder(encodingOf(bytes)).decode(bytes) };
}

/** UTF-16, as PowerShell writes it, is known by its mark. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function createPacker(): Packer {
  const pieces: Uint8Array[] = [];
  return {
    add: (bytes) => void pieces.push(bytes.slice()),
    finish: (name, more) => ({ ...sourceFromBytes(name, Buffer.concat(pieces)), ...more }),
  };
}

async function* decompress(packed: Iterable<Uint8Array>, by: Compression): AsyncGenerator<Uint8Array> {
  if (by !== "gzip") throw new Error(`it is compressed with ${by}, which the command line reads`);
  const expander = new Gunzip();
  let pieces: Uint8Array[] = [];
  let checksum = 0;
  let end: Uint8Array = new Uint8Array();
  expander.ondata = (piece) => {
    pieces.push(piece);
    checksum = crc32(piece, checksum);
  };
  expander.onmember = () => void (checksum = 0);
  for (const piece of packed) {
    expander.push(piece);
    yield* pieces;
    pieces = [];
    end = Buffer.concat([end, piece.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
  }
  // The library takes a file that is cut off for a whole one.
  if (end.length < TRAILER_BYTES || Buffer.from(end).readUInt32LE(0) !== checksum)
    throw new Error("it is damaged or cut off");
}
