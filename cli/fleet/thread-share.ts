/** What the threads that compare a fleet's nodes hand each other. */
import type { CaptureGroup, KnownComparison, RequestOf } from "../../lib/index.js";
import type { Terminal } from "../terminal.js";
import type { SentResult } from "./node-result.js";

/** What a thread gets. It reads the inputs again: that takes less than handing over what was made of them. */
export interface ThreadShare {
  readonly request: RequestOf<"diff">;
  readonly terminal: Pick<Terminal, "cwd" | "env" | "programName">;
  /** The inputs and the files with captures, as they were named. */
  readonly inputs: readonly string[];
  readonly files: readonly string[];
  /** The nodes with the names of their sources. */
  readonly groups: readonly (Omit<CaptureGroup, "sources"> & { readonly sources: readonly string[] })[];
  /** Shared by all threads: the node that is next, how many nodes other threads have taken, and whether `First` is sent. */
  readonly counters: Int32Array;
}

/** Sent to each thread once the first node is compared. */
export interface First {
  /**
   * The digest of the captures of the first node, where nothing was found there. A node whose captures have the same needs no
   * comparison, and a thread that meets no others never reads the dump.
   */
  readonly digest?: string | undefined;
  readonly known: readonly KnownComparison[];
}

export interface ThreadResult {
  readonly index: number;
  /** Undefined: the captures say what those of the first node do. */
  readonly result: SentResult | undefined;
}

export type SendResult = (result: ThreadResult) => void;

export const NEXT = 0;
export const TAKEN = 1;
export const FIRST_IS_TOLD = 2;
