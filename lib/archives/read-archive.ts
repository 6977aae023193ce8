/** Archives as Sources: entries are read in memory, never unpacked to disk; links and ways out of the archive are ignored. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Buffer } from "../platform/bytes.js";
import { findDumps, tellsReport } from "../readers/dump-layout.js";
import { findSourceTrees } from "../readers/unrendered.js";
import type { Archive, Source } from "../source/source.js";
import { Entries, hasCaptureEnding } from "./entries.js";
import { createExpansionMeter, type ExpansionMeter } from "./expansion-meter.js";
import { archiveKindOf, TAR_HEAD, unpackedName, type ArchiveKind, type Compression } from "./kind.js";
import { readPacked, type Unopened } from "./packed-entries.js";
import type { ArchiveTools } from "./tools.js";

const PIECE = 1 << 20;
/** Pieces of a compressed file: small ones expand to little before a limit is looked at. */
const COMPRESSED_PIECE = 64 << 10;
const NAMES_SHOWN = 3;
const REFUSED_SHOWN = 20;

type Content = Pick<Entries, "sources" | "others" | "othersLeft" | "refused" | "nested" | "programFiles"> & {
  readonly archive?: Archive;
  readonly unopened?: readonly Unopened[];
};

const NOTHING = { sources: [], othersLeft: [], refused: [], nested: [], programFiles: [] };

/**
 * The wanted entries of an archive, or the one file that a compressed file holds; what is not read is told. `everyFile`:
 * charts and other programs' sources are none of the caller's business.
 */
export async function readArchive(
  source: Source,
  kind: ArchiveKind,
  tools: ArchiveTools,
  { everyFile = false } = {},
): Promise<{ readonly sources: readonly Source[]; readonly diagnostics: readonly Diagnostic[] }> {
  try {
    const content = await contentOf(source, kind, tools, everyFile);
    const { archive, refused, nested, programFiles } = content;
    const { sources, othersLeft } = withoutDumpsOthers(content);
    const mayBeCapture = everyFile ? nestedCaptures(content) : () => false;
    const names = [...programFiles, ...sources.map(({ name }) => name)];
    const trees = everyFile ? undefined : findSourceTrees(names, archive);
    const isRead = (name: string) => trees?.covers(name) !== true;
    const told = [
      ...refusedMessages(refused),
      ...nestedMessage(
        nested.filter((name) => isRead(name) && !mayBeCapture(name)),
        "warning",
      ),
      ...nestedMessage(
        nested.filter((name) => isRead(name) && mayBeCapture(name)),
        "error",
      ),
      ...(content.unopened ?? []).map(({ name, why }) => ({ message: `${name}: ${why}`, severity: "error" as const })),
      ...othersMessage(othersLeft),
    ];
    return {
      sources: sources.filter(({ name }) => isRead(name)),
      diagnostics: [
        ...(trees?.diagnostics ?? []),
        ...told.map((more): Diagnostic => ({
          ...{ code: "archive-entry-skipped", severity: "warning", at: { file: source.name } },
          ...more,
        })),
      ],
    };
  } catch (error) {
    const message = `${source.name} cannot be read: ${error instanceof Error ? error.message : "it is damaged"}`;
    const at = { file: source.name };
    return { sources: [], diagnostics: [{ code: "archive-unreadable", severity: "error", message, at }] };
  }
}

/** Dumps hold thousands of files that no tool wrote for svcrules; elsewhere each is read, as in a directory. */
function withoutDumpsOthers({ sources, others, othersLeft }: Content): Pick<Content, "sources" | "othersLeft"> {
  if (others.size === 0 && othersLeft.length === 0) return { sources, othersLeft };
  const dumpOf = findDumps(sources.map(({ name }) => name));
  return {
    sources: sources.filter(
      (source) => !others.has(source) || dumpOf(source.name) === undefined || tellsReport(source.name),
    ),
    othersLeft: othersLeft.filter((name) => dumpOf(name) === undefined),
  };
}

/** Whether a compressed file may be a node's capture, by its name: dumps have compressed logs and the like. */
function nestedCaptures({ sources }: Content): (name: string) => boolean {
  const dumpOf = findDumps(sources.map(({ name }) => name));
  return (name) => dumpOf(name) === undefined && hasCaptureEnding(unpackedName(name) ?? "");
}

/** An error: any of them may be a capture with much in front of it. */
function othersMessage(names: readonly string[]) {
  if (names.length === 0) return [];
  const message = `${namesInShort(names)}: too much that does not begin as rules do to be read from an archive`;
  return [{ message, severity: "error" as const, notes: ["unpack the archive, and name what holds rules"] }];
}

/** Those that tell of an entry which may be a capture: of them nothing is answered, and of the others all the same. */
export function partUnread(diagnostics: readonly Diagnostic[]): {
  readonly told: readonly Diagnostic[];
  readonly unread: readonly Diagnostic[];
} {
  const isUnread = ({ code, severity }: Diagnostic) => code === "archive-entry-skipped" && severity === "error";
  return { told: diagnostics.filter((own) => !isUnread(own)), unread: diagnostics.filter(isUnread) };
}

function refusedMessages(refused: readonly string[]) {
  const more = refused.length - REFUSED_SHOWN;
  const shown = refused.slice(0, REFUSED_SHOWN).map((entry) => `${entry}; passed over`);
  return [...shown, ...(more > 0 ? [`${more} more entries passed over`] : [])].map((message) => ({ message }));
}

function nestedMessage(nested: readonly string[], severity: "error" | "warning") {
  if (nested.length === 0) return [];
  const count = nested.length > 1 ? `${nested.length} files: ` : "";
  const message = `${count}${namesInShort(nested)}: archives inside an archive are not opened`;
  return [{ message, severity, notes: ["unpack the outer archive, and name what is in it"] }];
}

function namesInShort(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
  return `${names.slice(0, NAMES_SHOWN).join(", ")}${more}`;
}

async function contentOf(
  source: Source,
  kind: ArchiveKind,
  tools: ArchiveTools,
  anyCapture: boolean,
): Promise<Content> {
  let packedBytes = 0;
  const pieces = (size: number) => piecesOf(source, size, (bytes) => (packedBytes += bytes));
  const meter = createExpansionMeter(tools.total, () => packedBytes);
  const open = (format: Archive["format"]) => new Entries({ name: source.name, format }, tools, meter, anyCapture);
  if (kind.kind === "compressed")
    return readExpanded(source.name, kind.by, pieces(COMPRESSED_PIECE), { tools, meter, open });
  const entries = open(kind.kind);
  if (kind.kind === "zip")
    (await import("./zip.js")).readZip(source, pieces(COMPRESSED_PIECE), (path) => entries.open(path));
  else await (await import("./tar.js")).readTar(asynchronous(pieces(PIECE)), entries, meter.add);
  return withPacked(entries, tools);
}

/** With what is compressed in the archive. */
async function withPacked(entries: Entries, tools: ArchiveTools): Promise<Content> {
  const unopened = await readPacked(entries, tools);
  const { archive, sources, others, othersLeft, refused, nested, programFiles } = entries;
  return { archive, sources, others, othersLeft, refused, nested, programFiles, unopened };
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

async function* asynchronous(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

interface Reading {
  readonly tools: ArchiveTools;
  readonly meter: ExpansionMeter;
  readonly open: (format: Archive["format"]) => Entries;
}

async function readExpanded(
  name: string,
  by: Compression,
  packed: Iterable<Uint8Array>,
  { tools, meter, open }: Reading,
): Promise<Content> {
  const pieces = tools.decompress(packed, by)[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < TAR_HEAD) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const rest = { [Symbol.asyncIterator]: () => pieces };
  const kind = archiveKindOf(head);
  if (kind?.kind === "tar") {
    const entries = open(by === "gzip" ? "tar.gz" : "tar");
    await (await import("./tar.js")).readTar(prepend(head, rest), entries, meter.add);
    return withPacked(entries, tools);
  }
  const plainName = unpackedName(name) ?? name;
  const content = { ...NOTHING, others: new Set<Source>() };
  if (kind) return { ...content, nested: [plainName] };
  const packer = tools.createPacker();
  for await (const piece of prepend(head, rest)) {
    meter.add(piece.length);
    packer.add(piece);
    meter.kept(tools.kept());
  }
  return { ...content, sources: [packer.finish(plainName)] };
}

async function* prepend(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}
