/** Starts another thread of the program, whatever form the program has. */
import { existsSync } from "node:fs";
import { getAsset, isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { ThreadShare } from "./thread-share.js";

/** Name of the thread's code in the single executable (scripts/build-binary.mjs). */
const ASSET = "thread.js";

/** Beside the built program. */
const FILE = fileURLToPath(new URL("./diff-worker.js", import.meta.url));

/** Whether there is code for a thread: not in the sources. */
export function canStartThread(): boolean {
  return isSea() || existsSync(FILE);
}

export function startThread(share: ThreadShare): Worker {
  const options = { workerData: share };
  return isSea() ? new Worker(getAsset(ASSET, "utf8"), { ...options, eval: true }) : new Worker(FILE, options);
}
