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
  /** Of `SharedNodes`. */
  readonly memory: SharedArrayBuffer;
}

/** Sent to each thread once the first node is compared. */
export interface First {
  /** Whether a node whose captures say what another's do may need no comparison, so that threads hash captures at first. */
  readonly mayBeAlike: boolean;
  readonly known: readonly KnownComparison[];
}

export interface ThreadResult {
  readonly index: number;
  /** Undefined: handed back. */
  readonly result: SentResult | undefined;
}

export type SendResult = (result: ThreadResult) => void;
