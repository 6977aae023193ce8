/** Archives as Sources: entries are read in memory, never unpacked to disk; links and ways out of the archive are ignored. */
import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { isWantedFile } from "../../lib/readers/dump-layout.js";
import type { Source } from "../../lib/source/source.js";
import { archiveKindOf, TAR_HEAD, type ArchiveKind, type Compression } from "./archive-kind.js";
import { createPacker, type PackBudget } from "./packed-source.js";

export interface ArchiveContent {
  readonly sources: readonly Source[];
  /** Entries whose path leads out of the archive. */
  readonly refused: readonly string[];
}

const PIECE = 1 << 20;
/** More unpacked bytes than this are taken for a trap. */
const MOST_BYTES = 64 * 2 ** 30;
const TRAP = "it holds more than 64 GB";

/** The wanted entries of an archive, or the one file a compressed file holds. Throws an Error that says what is wrong. */
export async function openArchive(source: Source, kind: ArchiveKind, budget: PackBudget): Promise<ArchiveContent> {
  const pieces = piecesOf(source);
  switch (kind.kind) {
    case "zip":
      throw new Error("zip archives are not read: unpack it, or make it a .tar.gz");
    case "tar":
      return readTar(source.name, Readable.from(pieces), budget);
    case "compressed":
      return readUnpacked(source.name, unpack(Readable.from(pieces), kind.by), budget);
  }
}

function* piecesOf(source: Source): Generator<Uint8Array> {
  for (let at = 0; at < source.size;) {
    const piece = source.read(at, Math.min(source.size, at + PIECE));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

async function* unpack(packed: Readable, by: Compression): AsyncGenerator<Buffer> {
  if (by === "gzip") {
    const unpacked = createGunzip();
    const fed = pipeline(packed, unpacked).catch(() => undefined);
    yield* unpacked as AsyncIterable<Buffer>;
    await fed;
    return;
  }
  const program = spawn(by, ["-dc"], { stdio: ["pipe", "pipe", "ignore"] });
  const failed = new Promise<string | undefined>((resolve) => {
    program.once("error", () => resolve(`the program ${by} is needed to read it, and is not there`));
    program.once("close", (code) => resolve(code === 0 ? undefined : `${by} says that it is damaged or cut off`));
  });
  // A program that stops early closes its input; how it ended says why.
  const fed = pipeline(packed, program.stdin).catch(() => undefined);
  try {
    yield* program.stdout as AsyncIterable<Buffer>;
    await fed;
    const reason = await failed;
    if (reason !== undefined) throw new Error(reason);
  } finally {
    program.kill();
  }
}

async function readUnpacked(name: string, pieces: AsyncGenerator<Buffer>, budget: PackBudget): Promise<ArchiveContent> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < TAR_HEAD) {
    const { value, done } = await pieces.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  if (archiveKindOf(head)?.kind === "tar") return readTar(name, Readable.from(prepend(head, pieces)), budget);
  const packer = createPacker(budget);
  for await (const piece of prepend(head, pieces)) {
    packer.add(piece);
    if (packer.size() > MOST_BYTES) throw new Error(TRAP);
  }
  return { sources: [packer.finish(name.replace(/\.(?:gz|xz|zst|bz2)$/i, ""))], refused: [] };
}

async function* prepend(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

async function readTar(name: string, bytes: Readable, budget: PackBudget): Promise<ArchiveContent> {
  const sources: Source[] = [];
  const refused: string[] = [];
  const entries = extract();
  const fed = pipeline(bytes, entries).catch(() => undefined);
  let total = 0;
  for await (const entry of entries) {
    const { header } = entry;
    const path = header.name.replace(/^(?:\.\/)+/, "");
    const isFile = header.type === "file" || header.type === "contiguous-file";
    if (isFile && isOutside(path)) refused.push(header.name);
    const isWanted = isFile && !isOutside(path) && isWantedFile(path);
    const packer = isWanted ? createPacker(budget) : undefined;
    for await (const piece of entry as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > MOST_BYTES) throw new Error(TRAP);
      packer?.add(piece);
    }
    if (packer) sources.push(packer.finish(`${name}/${path}`));
  }
  await fed;
  return { sources, refused };
}

/** Absolute paths and those with ".." lead out of the archive. */
function isOutside(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:/i.test(path) || path.split(/[\\/]/).includes("..");
}
