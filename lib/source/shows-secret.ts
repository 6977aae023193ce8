/** Whether a line of a source may hold a value of a Secret, which nothing may show. */
import type { Source } from "./source.js";

/** Bytes looked at on each side: a Secret holds a megabyte at the most. */
const REACH = 1 << 20;
const SECRET_KIND = /(?:^|[\s{,[-])["']?kind["']?\s*:\s*["']?Secret(?:List)?\b/m;
const YAML_BOUNDARY = /^---(?:\s|$)/gm;

/**
 * True when the document around the offset (bytes) names `kind: Secret` close by. A document that is broken cannot be
 * read to tell its objects apart, so that neighbours of a Secret in one list lose their frames as well.
 */
export function showsSecret(source: Source, offset: number): boolean {
  const start = Math.max(0, offset - REACH);
  const before = latin1(source.read(start, offset));
  const after = latin1(source.read(offset, Math.min(source.size, offset + REACH)));
  const boundary = [...before.matchAll(YAML_BOUNDARY)].at(-1)?.index ?? 0;
  const next = after.search(YAML_BOUNDARY);
  return SECRET_KIND.test(before.slice(boundary) + after.slice(0, next < 0 ? undefined : next));
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
