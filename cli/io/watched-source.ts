import type { Source } from "../../lib/index.js";
import type { Progress } from "./progress.js";

/** The sources, ticking as they are read for the first time; the progress line goes away with the last byte. */
export function watchSources(sources: readonly Source[], progress: Progress): Source[] {
  let left = 0;
  for (const { size } of sources) left += size;
  progress.expect(left);
  return sources.map((source) => {
    let seen = 0;
    const see = (until: number) => {
      if (until <= seen) return;
      left -= until - seen;
      progress.tick(until - seen);
      seen = until;
      if (left <= 0) progress.done();
    };
    return {
      ...source,
      read(start, end) {
        const bytes = source.read(start, end);
        see(start + bytes.length);
        return bytes;
      },
      ...(source.readInto && {
        readInto(target, start) {
          const count = source.readInto!(target, start);
          see(start + count);
          return count;
        },
      }),
    };
  });
}
