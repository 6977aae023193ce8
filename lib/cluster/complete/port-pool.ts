/** Node ports, given out by the hash of a name. */
import { stableHash } from "../../util/stable-hash.js";

/** kube-apiserver's default range, the stretch that it gives out first and the one it leaves to people. */
const STRETCHES = [
  { first: 30_086, count: 2_682 },
  { first: 30_000, count: 86 },
] as const;

/** The port of a name: where its hash points, or the next free one; added to `taken`. Undefined when all are taken. */
export function allocateNodePort(key: string, taken: Set<number>): number | undefined {
  const hash = stableHash(key);
  for (const { first, count } of STRETCHES)
    for (let i = 0; i < count; i++) {
      const port = first + (((hash % count) + i) % count);
      if (taken.has(port)) continue;
      taken.add(port);
      return port;
    }
  return undefined;
}
