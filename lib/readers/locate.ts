/** Where a field of an object is written: its text is read again with a parser that keeps places. */
import type { Place } from "../source/origin.js";
import type { Source, Span } from "../source/source.js";
import { locateInJSON } from "./json/locate.js";
import { locateInYAML } from "./yaml/locate.js";

/**
 * The span of a field's key or value. A mapping or list stands for its key (or its first word inside a list); a field
 * that is not written stands for the nearest thing around it that is.
 */
export function locate({ origin, path, of }: Place, read = readRange): Span {
  const { source, start, end, syntax } = origin;
  const whole = { source, start, end: Math.min(start + 1, end) };
  const steps = [...origin.path, ...path];
  const wanted = of ?? "value";
  const bytes = read(source, start, end);
  const found = syntax === "json" ? locateInJSON(bytes, steps, wanted) : locateInYAML(bytes, steps, wanted);
  return found ? { source, start: start + found.start, end: start + found.end } : whole;
}

function readRange(source: Source, start: number, end: number): Uint8Array {
  return source.read(start, end);
}

/** A reader for places of which many are in one document: it keeps the bytes read last. */
export function keepLastRange(): typeof readRange {
  let last: { readonly source: Source; readonly start: number; readonly end: number; readonly bytes: Uint8Array };
  return (source, start, end) => {
    if (last?.source !== source || last.start !== start || last.end !== end)
      last = { source, start, end, bytes: readRange(source, start, end) };
    return last.bytes;
  };
}
