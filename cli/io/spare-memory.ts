/** Large inputs are read with a heap that grows in small steps. */
import { setFlagsFromString } from "node:v8";
import type { Source } from "../../lib/index.js";

/** Bytes of input from which memory matters more than the time of some more collections. */
const LARGE = 256 << 20;

/**
 * By default V8 lets its heap double between collections, which a list of a million pods would fill with what was read
 * and dropped. Measured with 1.5 GB of Pods: 1.56 GB resident before, 1.3 GB after, 5 % more time.
 */
export function spareMemory(sources: readonly Source[]): void {
  let bytes = 0;
  for (const { size } of sources) bytes += size;
  if (bytes < LARGE) return;
  setFlagsFromString("--heap-growing-percent=20");
}
