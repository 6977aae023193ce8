/** What the threads that compare a fleet's nodes hand each other. */
import type { CaptureGroup, RequestOf } from "../../lib/index.js";
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
  /** Shared by all threads: the node that is next, and how many nodes other threads have taken. */
  readonly counters: Int32Array;
}

export interface ThreadResult {
  readonly index: number;
  readonly result: SentResult;
}

export type SendResult = (result: ThreadResult) => void;

export const NEXT = 0;
export const TAKEN = 1;
