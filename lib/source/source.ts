/**
 * Where text came from, without opening files: the caller supplies the bytes.
 * Offsets are bytes from 0; lines and columns count from 1.
 */
import type { LeftOut } from "./line-numbers.js";

export interface Source {
  /** As the user named it; shown in messages (escape it before printing). */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The dump it is part of: what is broken in it is passed over with a warning, since nobody can mend it. */
  readonly dump?: DumpKind;
  /** The archive whose entry it is; the name begins with the archive's and "/". */
  readonly archive?: Archive;
  /** Of a kustomization: the files that it names as patches and that are left out, as they are no objects. */
  readonly patches?: readonly string[];
  /** Lines of the file that are not in the bytes. */
  readonly leftOut?: readonly LeftOut[];
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Uint8Array;
  /** Fills the target with the bytes from `start`, as far as there are any; gives how many. For sources not in memory. */
  readInto?(target: Uint8Array, start: number): number;
}

/** A file that holds others; "tar" under any compression but gzip. */
export interface Archive {
  readonly name: string;
  readonly format: "tar.gz" | "tar" | "zip";
}

/** What a tool collected from a cluster: `kubectl cluster-info dump`, `oc adm inspect`, Troubleshoot, sos; "host": from one node, for EKS, Rancher or AKS. */
export type DumpKind = "cluster-info-dump" | "inspect" | "troubleshoot" | "sos" | "sonobuoy" | "host";

/** A stretch of a source, in bytes. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A stretch of the object's own text, in bytes from its start. */
export interface LocalSpan {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A source over bytes in memory. */
export function sourceFromBytes(name: string, bytes: Uint8Array): Source {
  return { name, size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** A source over a string. */
export function sourceFromText(name: string, text: string): Source {
  return sourceFromBytes(name, new TextEncoder().encode(text));
}
