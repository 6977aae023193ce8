/** Where a field of an object is written: its text is read again with a parser that keeps places. */
import type { Place } from "../source/origin.js";
import type { Span } from "../source/source.js";
import { locateInJSON } from "./json/locate.js";
import { locateInYAML } from "./yaml/locate.js";

/**
 * The span of a field's key or value. A mapping or list stands for its key (or its first word inside a list); a field
 * that is not written stands for the nearest thing around it that is.
 */
export function locate({ origin, path, of }: Place): Span {
  const { source, start, end, syntax } = origin;
  const whole = { source, start, end: Math.min(start + 1, end) };
  const steps = [...origin.path, ...path];
  const wanted = of ?? "value";
  const bytes = source.read(start, end);
  const found = syntax === "json" ? locateInJSON(bytes, steps, wanted) : locateInYAML(bytes, steps, wanted);
  return found ? { source, start: start + found.start, end: start + found.end } : whole;
}
