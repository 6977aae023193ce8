/** Keys that a mapping names more than once. */
import { EVENT_ID, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { PlacedScalar, YAMLEvents } from "./dialect/parse-events.js";
import { resolvePlainScalar } from "./plain-scalar.js";

/** A key in UTF-16 units of the text. */
export interface KeyPlace {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The key as it is in the object: `yes:` is "true". */
export function keyText(source: string, event: ScalarEvent): string {
  const value = getScalarValue(source, event);
  return event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 ? String(resolvePlainScalar(value)) : value;
}

/** Every repetition of a key within its mapping, in order; merge keys may be repeated. */
export function findDuplicateKeys({ source, events }: YAMLEvents): KeyPlace[] {
  const found: KeyPlace[] = [];
  // Of each open collection: the keys so far and whether a key comes next; undefined for lists and documents.
  const open: ({ readonly keys: Set<string>; isKeyNext: boolean } | undefined)[] = [];
  for (const event of events) {
    const mapping = open.at(-1);
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    if (mapping) {
      if (mapping.isKeyNext && event.type === EVENT_ID.SCALAR) {
        const key = keyText(source, event);
        const { start, end } = event as PlacedScalar;
        if (mapping.keys.has(key) && key !== "<<") found.push({ key, start, end });
        mapping.keys.add(key);
      }
      mapping.isKeyNext = !mapping.isKeyNext;
    }
    if (event.type === EVENT_ID.MAPPING) open.push({ keys: new Set(), isKeyNext: true });
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT) open.push(undefined);
  }
  return found;
}
