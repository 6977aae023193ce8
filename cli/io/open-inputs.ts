/** INPUT arguments to Sources: files, directories, archives, `-`. */
import { closeSync, existsSync, openSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import {
  adviceOnUnopened,
  findSourceTrees,
  isAboutDump,
  isArchiveName,
  isDocument,
  isPackedName,
  isWantedFile,
  markDumps,
  nameFound,
  nameInput,
  tellsOfSource,
  archiveKindOf,
  documentsLeftOut,
  noArchive,
  type ArchiveTools,
  DEFAULT_MOST_BYTES,
  type Diagnostic,
  type Source,
  TAR_HEAD,
  unpackedName,
} from "../../lib/index.js";
import { fileSource } from "./file-source.js";
import { createPacker, type PackBudget } from "./packed-source.js";
import { createProgress, NO_PROGRESS, type Progress } from "./progress.js";
import { spareMemory } from "./spare-memory.js";
import { reasonOf, walkDirectory } from "./walk-directory.js";
import { watchSources } from "./watched-source.js";

export interface InputPlace {
  readonly cwd: string;
  /** File descriptor of stdin. */
  readonly stdin: number;
  /** Where a progress line goes when reading takes long. */
  readonly warn?: (text: string) => void;
  readonly stderrIsTerminal?: boolean;
  readonly columns?: number;
}

export interface InputOptions {
  /** Whether a progress line may be shown; only ever on a terminal. */
  readonly progress?: boolean;
  /** INPUTs, of which it can be told how they are made. */
  readonly isInput?: boolean;
  /** Every file of a directory is meant, not only those that may hold objects: for node captures. */
  readonly everyFile?: boolean;
  /** Bytes that compressed files and archives may expand to, all together; 8 GB when left out. */
  readonly maxInputBytes?: number;
  /** Links below a directory that lead out of it are followed. */
  readonly followLinks?: boolean;
}

export interface OpenedInputs {
  /** In the order to read them: sorted by path, each file once, whatever the order of the arguments. */
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is being opened. */
interface Opening {
  /** By path. */
  readonly sources: Map<string, Source>;
  readonly diagnostics: Diagnostic[];
  readonly budget: PackBudget;
  readonly tools: ArchiveTools;
  readonly progress: Progress;
  readonly everyFile: boolean;
  readonly followLinks: boolean;
}

/** Opens what the arguments name. What is missing or unreadable becomes a diagnostic; nothing is thrown. */
export async function openInputs(
  inputs: readonly string[],
  place: InputPlace,
  options: InputOptions = {},
): Promise<OpenedInputs> {
  const isShown = options.progress !== false && place.stderrIsTerminal === true && place.warn !== undefined;
  const progress = isShown ? createProgress(place.warn!, place.columns ?? 80) : NO_PROGRESS;
  const budget: PackBudget = { plain: 0, kept: 0 };
  const opening: Opening = {
    sources: new Map(),
    diagnostics: [],
    budget,
    tools: {
      total: { mostBytes: options.maxInputBytes ?? DEFAULT_MOST_BYTES, remedy: "--max-input allows more", bytes: 0 },
      createPacker: () => createPacker(budget),
      kept: () => budget.kept,
      async *decompress(packed, by) {
        const { decompress } = await import("./decompress.js");
        yield* decompress(packed, by);
      },
    },
    progress,
    everyFile: options.everyFile === true,
    followLinks: options.followLinks === true,
  };
  for (const input of [...new Set(inputs)].sort()) {
    try {
      await openInput(input, place, opening);
    } catch (error) {
      const namesBeside = () => readdirSync(dirname(resolve(place.cwd, input)));
      report(opening, input, reasonOf(error), adviceOnUnopened(error, input, namesBeside, options));
    }
  }
  const sorted = [...opening.sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
  spareMemory(sorted, opening.everyFile);
  // What a collector wrote about itself is passed over unless it is named.
  const isMeant = (own: Source) => opening.everyFile || inputs.includes(own.name) || !isAboutDump(own);
  return { sources: watchSources(markDumps(sorted).filter(isMeant), progress), diagnostics: opening.diagnostics };
}

async function openInput(input: string, place: InputPlace, opening: Opening): Promise<void> {
  if (input === "-") {
    nameInput(place, place.stdin);
    return openContent("-", await openStream("<stdin>", place.stdin, opening), opening);
  }
  const path = pathOf(input, place.cwd);
  const stat = statSync(path);
  const source = stat.isFile() ? fileSource(input, path, stat.size) : undefined;
  nameInput(place, path, source);
  if (stat.isDirectory()) return openDirectory(input, path.toString(), place, opening);
  if (!opening.everyFile && tellsOfSource(input)) {
    opening.diagnostics.push(...findSourceTrees([input]).diagnostics);
    return;
  }
  const fd = openSync(path, "r");
  try {
    if (source) return await openContent(keyOf(path), source, opening);
    return await openContent(keyOf(path), await openStream(input, fd, opening), opening);
  } finally {
    closeSync(fd);
  }
}

/** Code that few runs need is loaded when one does. */
async function openStream(name: string, fd: number, { budget, progress }: Opening): Promise<Source> {
  const { readStream } = await import("./stream-source.js");
  return readStream(name, fd, budget, progress.tick);
}

async function openDirectory(name: string, path: string, place: InputPlace, opening: Opening): Promise<void> {
  const isWanted = (file: string) =>
    isWantedFile(unpackedName(file) ?? file) || isArchiveName(file) || tellsOfSource(file);
  const wanted = opening.everyFile ? () => true : isWanted;
  const walk = walkDirectory(name, path, { wanted, followLinks: opening.followLinks });
  const trees = opening.everyFile ? undefined : findSourceTrees(walk.files.map((file) => file.name));
  opening.diagnostics.push(...(trees?.diagnostics ?? []));
  const documents = opening.everyFile ? walk.files.filter((file) => isDocument(file.name)) : [];
  if (documents.length > 0) opening.diagnostics.push(documentsLeftOut(documents.map((file) => file.name)));
  for (const file of walk.files) {
    if (trees?.covers(file.name) || documents.includes(file)) continue;
    const source = fileSource(file.name, file.path, file.size);
    nameFound(place, file.path, isPackedName(file.name) ? undefined : source, opening.everyFile);
    if (!opening.everyFile && isArchiveName(file.name) && !archiveKindOf(headOf(source)))
      opening.diagnostics.push(noArchive(file.name));
    else if (isPackedName(file.name)) await openContent(keyOf(file.path), source, opening);
    else opening.sources.set(keyOf(file.path), source);
  }
  for (const failure of walk.failures) report(opening, failure.name, failure.reason);
  for (const link of walk.linksOut)
    opening.diagnostics.push({
      code: "link-not-followed",
      severity: "warning",
      message: `${link} is a link that leads out of ${name}; not followed`,
      at: { file: link },
      notes: ["--follow-links follows it; or name the file it leads to"],
    });
}

/** Names on disk that are no UTF-8 stay apart. */
function keyOf(path: string | Buffer): string {
  return typeof path === "string" ? path : `${path.toString("latin1")}\0bytes`;
}

/**
 * The path of an argument. The system hands over bytes, Node text: where that lost some, the one file of the directory
 * whose name looks the same is meant.
 */
function pathOf(input: string, cwd: string): string | Buffer {
  const path = isAbsolute(input) ? input : join(cwd, input);
  if (!input.includes("\ufffd") || existsSync(path)) return path;
  const directory = dirname(path);
  const named = readdirSync(directory, { encoding: "buffer" }).filter(
    (name) => name.toString("utf8") === basename(path),
  );
  return named.length === 1 ? Buffer.concat([Buffer.from(`${directory}/`), named[0]!]) : path;
}

/** A source as it is, or the entries of the archive it is. */
async function openContent(path: string, source: Source, opening: Opening): Promise<void> {
  const kind = archiveKindOf(headOf(source));
  if (!kind) return void opening.sources.set(path, source);
  const { everyFile, tools, sources, diagnostics } = opening;
  const { readArchive } = await import("../../lib/index.js");
  const read = await readArchive(source, kind, tools, { everyFile });
  for (const entry of read.sources) sources.set(`${path}\0${entry.name}`, entry);
  diagnostics.push(...read.diagnostics);
}

function headOf(source: Source): Uint8Array {
  return source.read(0, Math.min(source.size, TAR_HEAD));
}

function report({ diagnostics }: Opening, name: string, reason: string, notes: string[] = []): void {
  diagnostics.push({
    code: "input-not-found",
    severity: "error",
    message: `${name} cannot be read: ${reason}`,
    at: { file: name },
    ...(notes.length > 0 && { notes }),
  });
}
