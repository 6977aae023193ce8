/** Archives as Sources: entries are read in memory, never unpacked to disk; links and ways out of the archive are ignored. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { isWantedFile, tellsOfSource, type Archive, type Source } from "../../lib/index.js";
import { archiveKindOf, TAR_HEAD, unpackedName, type ArchiveKind, type Compression } from "./archive-kind.js";
import { decompress } from "./decompress.js";
import { createExpansionMeter, type ExpansionMeter, type ExpansionTotal } from "./expansion-meter.js";
import { createPacker, type PackBudget, type Packer } from "./packed-source.js";

export interface ArchiveContent {
  /** Undefined for one compressed file. */
  readonly archive?: Archive;
  readonly sources: readonly Source[];
  /** Entries that are not read though they are wanted, each with the reason. */
  readonly refused: readonly string[];
  /** Archives inside the archive: told, not opened. */
  readonly nested: readonly string[];
  /** Names of entries that are another program's source: told, not read. */
  readonly programFiles: readonly string[];
}

/** What the archives of a run share. */
export interface ArchiveBudget extends PackBudget {
  readonly expansion: ExpansionTotal;
}

const PIECE = 1 << 20;
/** Pieces of a compressed file: small ones expand to little before a limit is looked at. */
const COMPRESSED_PIECE = 64 << 10;
/** What people call the output of a node's tools. */
const CAPTURE = /(?:^|\/)[^/]*(?:ip6?tables|ipvsadm|ipset|nft|node)[^/]*\.(?:txt|save|rules|nft|out)$/i;
const NESTED = /\.(?:tar|tgz|txz|zip|tar\.(?:gz|xz|zst|bz2))$/i;

/** The wanted entries of an archive, or the one file a compressed file holds. Throws an Error that says what is wrong. */
export async function openArchive(source: Source, kind: ArchiveKind, budget: ArchiveBudget): Promise<ArchiveContent> {
  let packedBytes = 0;
  const pieces = (size: number) => piecesOf(source, size, (bytes) => (packedBytes += bytes));
  const meter = createExpansionMeter(budget.expansion, () => packedBytes);
  switch (kind.kind) {
    case "zip":
      return openZip(source, pieces(COMPRESSED_PIECE), budget, meter);
    case "tar":
      return readTar({ name: source.name, format: "tar" }, Readable.from(pieces(PIECE)), budget, meter);
    case "compressed":
      return readExpanded(source.name, kind.by, decompress(pieces(COMPRESSED_PIECE), kind.by), budget, meter);
  }
}

function* piecesOf(source: Source, size: number, tell: (bytes: number) => void): Generator<Uint8Array> {
  for (let at = 0; at < source.size;) {
    const piece = source.read(at, Math.min(source.size, at + size));
    if (piece.length === 0) return;
    tell(piece.length);
    yield piece;
    at += piece.length;
  }
}

async function readExpanded(
  name: string,
  by: Compression,
  pieces: AsyncGenerator<Uint8Array>,
  budget: ArchiveBudget,
  meter: ExpansionMeter,
): Promise<ArchiveContent> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < TAR_HEAD) {
    const { value, done } = await pieces.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const kind = archiveKindOf(head);
  const format = by === "gzip" ? "tar.gz" : "tar";
  if (kind?.kind === "tar") return readTar({ name, format }, Readable.from(prepend(head, pieces)), budget, meter);
  const plainName = unpackedName(name) ?? name;
  if (kind) return { sources: [], refused: [], nested: [plainName], programFiles: [] };
  const packer = createPacker(budget);
  for await (const piece of prepend(head, pieces)) {
    meter.add(piece.length);
    packer.add(piece);
    meter.kept(budget.kept);
  }
  return { sources: [packer.finish(plainName)], refused: [], nested: [], programFiles: [] };
}

async function* prepend(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** Sorts the entries of an archive into those that are read, refused and told. */
class Entries {
  readonly sources: Source[] = [];
  readonly refused: string[] = [];
  readonly nested: string[] = [];
  readonly programFiles: string[] = [];

  constructor(
    readonly archive: Archive,
    private readonly budget: ArchiveBudget,
    private readonly meter: ExpansionMeter,
  ) {}

  /** The path in the archive, and where its bytes go when it is wanted. */
  open(name: string): { readonly path: string; readonly packer: Packer | undefined } {
    this.meter.entry();
    const path = name.replace(/^(?:\.\/)+/, "");
    if (isOutside(path)) this.refuse(name, "leads out of the archive");
    else if (NESTED.test(path) || isWanted(unpackedName(path) ?? "")) this.nested.push(`${this.archive.name}/${path}`);
    else if (tellsOfSource(path)) this.programFiles.push(`${this.archive.name}/${path}`);
    else if (isWanted(path)) return { path, packer: createPacker(this.budget) };
    return { path, packer: undefined };
  }

  refuse(name: string, reason: string): void {
    this.refused.push(`entry ${JSON.stringify(name)} ${reason}`);
  }

  add(packer: Packer | undefined, bytes: Uint8Array): void {
    this.meter.add(bytes.length);
    packer?.add(bytes);
    this.meter.kept(this.budget.kept);
  }

  close(path: string, packer: Packer | undefined): void {
    if (!packer) return;
    this.sources.push(packer.finish(`${this.archive.name}/${path}`, { archive: this.archive }));
    this.meter.kept(this.budget.kept);
  }
}

async function readTar(
  archive: Archive,
  bytes: Readable,
  budget: ArchiveBudget,
  meter: ExpansionMeter,
): Promise<ArchiveContent> {
  const entries = new Entries(archive, budget, meter);
  const tar = extract();
  const fed = pipeline(bytes, tar).catch(() => undefined);
  for await (const entry of tar) {
    const { name: path } = entry.header;
    // Undefined for what the reader does not know, whatever its types say.
    const type = entry.header.type as string | null | undefined;
    const isFile = type === "file" || type === "contiguous-file";
    const opened = isFile ? entries.open(path) : undefined;
    for await (const piece of entry as AsyncIterable<Buffer>) entries.add(opened?.packer, piece);
    if (opened) entries.close(opened.path, opened.packer);
    else {
      meter.entry();
      if (!type && isWanted(path)) entries.refuse(path, "is a sparse file, or of another kind that is not read");
    }
  }
  await fed;
  return entries;
}

async function openZip(
  source: Source,
  pieces: Iterable<Uint8Array>,
  budget: ArchiveBudget,
  meter: ExpansionMeter,
): Promise<ArchiveContent> {
  const { readZip } = await import("./zip.js");
  const entries = new Entries({ name: source.name, format: "zip" }, budget, meter);
  readZip(source, pieces, {
    file(path) {
      const opened = entries.open(path);
      return (
        opened.packer &&
        ((bytes, isLast) => {
          entries.add(opened.packer, bytes);
          if (isLast) entries.close(opened.path, opened.packer);
        })
      );
    },
  });
  return entries;
}

function isWanted(path: string): boolean {
  return isWantedFile(path) || CAPTURE.test(path);
}

/** Absolute paths and those with ".." lead out of the archive. */
function isOutside(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:/i.test(path) || path.split(/[\\/]/).includes("..");
}
