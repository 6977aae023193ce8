import type { Source } from "../../lib/source/source.js";
import type { Progress } from "./progress.js";

/** The sources, ticking as they are read for the first time; the progress line goes away with the last byte. */
export function watchSources(sources: readonly Source[], progress: Progress): Source[] {
  let left = 0;
  for (const { size } of sources) left += size;
  progress.expect(left);
  return sources.map((source) => {
    let seen = 0;
    return {
      ...source,
      read(start, end) {
        const bytes = source.read(start, end);
        const until = start + bytes.length;
        if (until > seen) {
          left -= until - seen;
          progress.tick(until - seen);
          seen = until;
          if (left <= 0) progress.done();
        }
        return bytes;
      },
    };
  });
}
