/** Archives told by their first bytes. */
import { Buffer } from "../platform/bytes.js";

export type Compression = "gzip" | "xz" | "zstd" | "bzip2";

export type ArchiveKind =
  | { readonly kind: "tar" }
  | { readonly kind: "zip" }
  | { readonly kind: "compressed"; readonly by: Compression };

/** Bytes that tell a tar archive. */
export const TAR_HEAD = 512;

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];

/** The name of what a compressed file holds: "dump.json" for dump.json.gz; undefined for other names. */
export function unpackedName(name: string): string | undefined {
  return /^(.+)\.(?:gz|xz|zst|bz2)$/i.exec(name)?.[1];
}

/** Whether a file may be compressed or an archive, by its name. */
export function isPackedName(name: string): boolean {
  return unpackedName(name) !== undefined || isArchiveName(name);
}

/** Whether a file may be an archive of several, by its name. */
export function isArchiveName(name: string): boolean {
  return /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|tgz|txz|zip)$/i.test(name);
}

/** The kind of archive that the first bytes tell, or undefined. */
export function archiveKindOf(head: Uint8Array): ArchiveKind | undefined {
  for (const [by, magic] of MAGIC) if (magic.every((byte, i) => head[i] === byte)) return { kind: "compressed", by };
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return { kind: "zip" };
  return Buffer.from(head.subarray(257, 262)).toString("latin1") === "ustar" ? { kind: "tar" } : undefined;
}
