/** Keys that a mapping names more than once, or that are none. */
import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from "js-yaml";
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
  const keysOf = new Map<Event, Set<string>>();
  for (const { mapping, key: event } of scalarKeys(events)) {
    const keys = keysOf.get(mapping) ?? new Set();
    keysOf.set(mapping, keys);
    const key = keyText(source, event);
    const { start, end } = event;
    if (keys.has(key) && key !== "<<") found.push({ key, start, end });
    keys.add(key);
  }
  return found;
}

/** The first key that is null, as of `~: a` and `null: a`: kubectl refuses it, no object has such. */
export function findNullKey({ source, events }: YAMLEvents): PlacedScalar | undefined {
  for (const { key } of scalarKeys(events)) {
    const isPlain =
      key.style === SCALAR_STYLE.PLAIN && key.tagStart < 0 && key.valueEnd - key.valueStart <= LONGEST_NULL;
    if (isPlain && resolvePlainScalar(getScalarValue(source, key)) === null) return key;
  }
  return undefined;
}

const LONGEST_NULL = "null".length;

/** The keys that are scalars, each with the event that begins its mapping. */
function* scalarKeys(events: readonly Event[]): Generator<{ readonly mapping: Event; readonly key: PlacedScalar }> {
  // Of each open collection: whether a key comes next; undefined for lists and documents.
  const open: ({ readonly mapping: Event; isKeyNext: boolean } | undefined)[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const around = open.at(-1);
    if (around) {
      if (around.isKeyNext && event.type === EVENT_ID.SCALAR)
        yield { mapping: around.mapping, key: event as PlacedScalar };
      around.isKeyNext = !around.isKeyNext;
    }
    if (event.type === EVENT_ID.MAPPING) open.push({ mapping: event, isKeyNext: true });
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT) open.push(undefined);
  }
}
