/** Both sides of a comparison as a unified diff. */
import type { DiffSection } from "../diff/types.js";
import { textDiff } from "./text-diff.js";

/** One file of the diff for each chain or set, labelled with the service it belongs to. `node`: names the actual side. */
export function* renderDiffUnified(sections: Iterable<DiffSection>, node: string): Generator<string> {
  for (const { name, owner, expected, actual } of sections) {
    const label = owner === undefined ? name : `${name} (${owner})`;
    yield* textDiff([`expected: ${label}`, `${node || "node"}: ${label}`], expected, actual);
  }
}
