/** Where a diagnostic points, in files, lines and columns. */
import type { Place } from "../source/origin.js";
import { positionOf } from "../source/position.js";
import type { Span } from "../source/source.js";
import type { Diagnostic } from "./diagnostic.js";

export interface ResolvedPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly span?: Span;
}

type At = NonNullable<Diagnostic["at"]>;

function isPlace(at: At): at is Place {
  return "origin" in at;
}

/** Undefined when the diagnostic is about no text. A place that was not located stands for its whole object. */
export function resolvePlace({ at }: Diagnostic): ResolvedPlace | undefined {
  if (at === undefined) return undefined;
  if (!isPlace(at) && !("source" in at)) return at;
  const span = isPlace(at) ? startOfObject(at) : at;
  return { file: span.source.name, ...positionOf(span.source, span.start), span };
}

function startOfObject({ origin }: Place): Span {
  return { source: origin.source, start: origin.start, end: Math.min(origin.start + 1, origin.end) };
}
