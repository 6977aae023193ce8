import type { Source } from "../source/source.js";
import { findDumps } from "./dump-layout.js";

/** The sources, with the kind of dump said of those that are a dump's: files named one by one may be parts of one, too. */
export function markDumps(sources: readonly Source[]): Source[] {
  const dumpOf = findDumps(sources.map(({ name }) => name));
  return sources.map((source) => {
    const dump = dumpOf(source.name);
    return dump ? { ...source, dump } : source;
  });
}
