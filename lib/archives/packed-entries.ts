/** Captures that are compressed once more inside of an archive, as people pack what a script has left. */
import { Buffer } from "../platform/bytes.js";
import { findDumps } from "../readers/dump-layout.js";
import type { Entries, PackedEntry } from "./entries.js";
import { archiveKindOf, TAR_HEAD, unpackedName, type ArchiveKind } from "./kind.js";
import type { ArchiveTools } from "./tools.js";

/** A capture that cannot be expanded. */
export interface Unopened {
  readonly name: string;
  readonly why: string;
}

/** Adds them to the sources of an archive that is read; those of dumps, and what is an archive itself, are nested as before. */
export async function readPacked(entries: Entries, tools: ArchiveTools): Promise<readonly Unopened[]> {
  const { packed, sources, nested } = entries;
  const unopened: Unopened[] = [];
  if (packed.length === 0) return unopened;
  const names = new Set(sources.map((source) => source.name));
  const dumpOf = findDumps([...names]);
  for (let entry = packed.shift(); entry; entry = packed.shift()) {
    const name = entries.nameOf(entry.path);
    const plain = unpackedName(name)!;
    try {
      // One of two with the same name would be lost.
      const isOpen = !names.has(plain) && dumpOf(name) === undefined;
      if (isOpen && (await readOne(entry, entries, tools))) names.add(plain);
      else nested.push(name);
    } catch (error) {
      unopened.push({ name, why: error instanceof Error ? error.message : "it is damaged" });
    }
  }
  return unopened;
}

/** False for what cannot be a capture. */
async function readOne({ path, pieces }: PackedEntry, entries: Entries, tools: ArchiveTools): Promise<boolean> {
  const kind = archiveKindOf(startOf(pieces));
  if (kind && kind.kind !== "compressed") return false;
  let head: Uint8Array = new Uint8Array();
  let take: ReturnType<Entries["openPacked"]>;
  for await (const piece of expanded(pieces, kind, tools)) {
    head = take ? piece : Buffer.concat([head, piece]);
    if (!take && head.length < HEAD) continue;
    take ??= openExpanded(path, head, entries);
    if (!take) return false;
    take(head, false);
  }
  if (!take) {
    take = openExpanded(path, head, entries);
    take?.(head, false);
  }
  take?.(new Uint8Array(), true);
  return take !== undefined;
}

/** Of what is looked at to tell a capture. */
const HEAD = 4096;

function openExpanded(path: string, head: Uint8Array, entries: Entries) {
  return archiveKindOf(head.subarray(0, TAR_HEAD)) ? undefined : entries.openPacked(path, head);
}

function startOf(pieces: readonly Uint8Array[]): Uint8Array {
  let head: Uint8Array = new Uint8Array();
  for (const piece of pieces) {
    if (head.length >= TAR_HEAD) break;
    head = Buffer.concat([head, piece]);
  }
  return head;
}

/** What is named as if it were compressed may be plain. */
async function* expanded(
  pieces: readonly Uint8Array[],
  kind: Extract<ArchiveKind, { kind: "compressed" }> | undefined,
  tools: ArchiveTools,
): AsyncGenerator<Uint8Array> {
  if (kind) yield* tools.decompress(pieces, kind.by);
  else yield* pieces;
}
