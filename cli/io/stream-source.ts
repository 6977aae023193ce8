/** Standard input and pipes as a Source. */
import { readSync } from "node:fs";
import { checkKept, type Source } from "../../lib/index.js";
import { createPacker, type PackBudget } from "./packed-source.js";

const CHUNK = 1 << 20;
const RETRY_MILLISECONDS = 5;

/** Reads a descriptor to its end. Throws an Error when it cannot be read or is too large to keep. */
export function readStream(name: string, fd: number, budget: PackBudget, tick: (bytes: number) => void): Source {
  const packer = createPacker(budget);
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  for (;;) {
    let count: number;
    try {
      count = readSync(fd, chunk, 0, CHUNK, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") break;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MILLISECONDS);
      continue;
    }
    if (count === 0) break;
    packer.add(chunk.subarray(0, count));
    checkKept(budget.kept);
    tick(count);
  }
  return packer.finish(name);
}
