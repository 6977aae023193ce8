import { Gunzip, unzipSync } from "fflate";
import { extract } from "tar-stream";
import { isWantedFile } from "../../lib/readers/dump-layout.js";
import type { InputFile } from "./protocol.js";

export interface PackedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly files: readonly InputFile[];
  /** Why something was not read. */
  readonly problems: readonly string[];
}

/** Bytes that a page may hold of all that is dropped on it. */
const MOST_BYTES = 64 << 20;
const TOO_MUCH = `it expands to more than ${MOST_BYTES >> 20} MB; the command line reads larger ones`;
const PIECE = 64 << 10;

/** Dropped files as texts: archives (.tar, .tar.gz, .tgz, .zip) are opened, compressed files expanded. */
export async function unpack(packed: readonly PackedFile[]): Promise<Unpacked> {
  const files: InputFile[] = [];
  const problems: string[] = [];
  for (const file of packed) {
    try {
      for (const { name, bytes } of await contentsOf(file)) files.push({ name, text: decoded(bytes) });
    } catch (error) {
      problems.push(`${file.name}: ${error instanceof Error ? error.message : "cannot be read"}`);
    }
  }
  return { files, problems };
}

/** Objects, and what tools printed on a node. */
function isWanted(path: string): boolean {
  return isWantedFile(path) || /\.(?:txt|save|rules|nft)$/i.test(path);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function contentsOf({ name, bytes }: PackedFile): Promise<readonly PackedFile[]> {
  if (bytes.length > MOST_BYTES) throw new Error(TOO_MUCH);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return contentsOf({ name: name.replace(/\.gz$/i, "").replace(/\.tgz$/i, ".tar"), bytes: gunzip(bytes) });
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3) return unzip(name, bytes);
  if (decoded(bytes.subarray(257, 262)) === "ustar") return untar(name, bytes);
  if (bytes.subarray(0, 1024).includes(0)) throw new Error("it is neither text nor a tar, gzip or zip archive");
  return [{ name, bytes }];
}

function gunzip(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const expand = new Gunzip((piece) => {
    size += piece.length;
    if (size > MOST_BYTES) throw new Error(TOO_MUCH);
    pieces.push(piece);
  });
  for (let at = 0; at < bytes.length; at += PIECE)
    expand.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function unzip(name: string, bytes: Uint8Array): PackedFile[] {
  let size = 0;
  const entries = unzipSync(bytes, {
    filter({ name: path, originalSize }) {
      if (!isWanted(path)) return false;
      size += originalSize;
      if (size > MOST_BYTES) throw new Error(TOO_MUCH);
      return true;
    },
  });
  return Object.entries(entries).map(([path, content]) => ({ name: `${name}/${path}`, bytes: content }));
}

async function untar(name: string, bytes: Uint8Array): Promise<PackedFile[]> {
  const found: PackedFile[] = [];
  const tar = extract();
  tar.end(bytes);
  for await (const entry of tar) {
    const { type, name: path } = entry.header;
    const pieces: Uint8Array[] = [];
    for await (const piece of entry as AsyncIterable<Uint8Array>) pieces.push(piece);
    if (type === "file" && isWanted(path)) found.push({ name: `${name}/${path}`, bytes: joined(pieces) });
  }
  return found;
}
