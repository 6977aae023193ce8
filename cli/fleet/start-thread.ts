/** Starts another thread of the program, whatever form the program has. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import type { ThreadShare } from "./thread-share.js";

/** Name of the thread's code in the single executable (scripts/build-binary.mjs). */
const ASSET = "thread.js";

/** Beside the built program. */
const FILE = fileURLToPath(new URL("./diff-worker.js", import.meta.url));

/**
 * Room for a thread's newest objects, in MB; the 48 of Node are soon all used by a thread that reads captures. Measured at
 * 10,000 Services x 15: 20 to 40 MB less for each thread, and no more time; with 4 MB a tenth more.
 */
const YOUNG_MB = 16;

// Loaded by those who have many nodes: it takes Node a few milliseconds.
const sea = () => process.getBuiltinModule("node:sea");

/** Whether there is code for a thread: not in the sources. */
export function canStartThread(): boolean {
  return sea().isSea() || existsSync(FILE);
}

export function startThread(share: ThreadShare): Worker {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const { isSea, getAsset } = sea();
  const options = { workerData: share, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } };
  return isSea() ? new Worker(getAsset(ASSET, "utf8"), { ...options, eval: true }) : new Worker(FILE, options);
}
