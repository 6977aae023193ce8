/** Files that stand beside their place while they are written: taken away however a run ends, but for SIGKILL. */
import { rmSync } from "node:fs";

const temporaries = new Set<string>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let isWatching = false;

/** Remembers a file until it is forgotten or removed. */
export function keepTemporary(path: string): void {
  temporaries.add(path);
}

export function forgetTemporary(path: string): void {
  temporaries.delete(path);
}

export function removeTemporary(path: string): void {
  rmSync(path, { force: true });
  temporaries.delete(path);
}

/** From here on a signal takes the files away and then ends the run as it would have without us. Before the first file. */
export function watchSignals(): void {
  // Loaded here, as most runs write no file.
  if (isWatching || !process.getBuiltinModule("node:worker_threads").isMainThread) return;
  isWatching = true;
  for (const signal of SIGNALS)
    process.once(signal, () => {
      for (const path of temporaries) removeTemporary(path);
      process.kill(process.pid, signal);
    });
}
