/**
 * Anchors, aliases and merge keys for the fast parser, as js-yaml has them: an alias is the value itself, and what is merged
 * gives way to what the mapping names. What may be an error is declined: aliases of nothing, of what is still open, and
 * documents that aliases make too large.
 */
import { expandedSize, MOST_NODES } from "./expanded-size.js";
import { NOT_PLAIN } from "./not-plain.js";

interface Anchored {
  value: unknown;
  /** Within it an alias would make it contain itself. */
  isOpen: boolean;
}

/** What the anchors of a document stand for so far. */
export interface Anchors {
  readonly byName: Map<string, Anchored>;
  hasAliases: boolean;
  /** As js-yaml counts them: one for each mapping that is merged, and for each of its keys. */
  mergedKeys: number;
}

/** Of js-yaml (maxTotalMergeKeys, and what it calls an abnormal sequence). */
const MOST_MERGED_KEYS = 10_000;
const MOST_MERGED_MAPPINGS = 100;

export function noAnchors(): Anchors {
  return { byName: new Map(), hasAliases: false, mergedKeys: 0 };
}

/** The index after the name of an anchor or alias that begins at `at`. */
export function endOfName(text: string, at: number): number {
  let end = at;
  for (let c = text.charCodeAt(end); isOfName(c); c = text.charCodeAt(++end));
  return end;
}

function isOfName(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 45 || c === 95;
}

/** Begins the value of an anchor, which `closeAnchor` is given. The last one of a name is meant by aliases after it. */
export function openAnchor({ byName }: Anchors, name: string): Anchored {
  const anchored = { value: undefined, isOpen: true };
  byName.set(name, anchored);
  return anchored;
}

export function closeAnchor(anchored: Anchored, value: unknown): void {
  anchored.value = value;
  anchored.isOpen = false;
}

/** What an alias stands for. */
export function aliased(anchors: Anchors, name: string): unknown {
  const anchored = anchors.byName.get(name);
  if (!anchored || anchored.isOpen) return NOT_PLAIN;
  anchors.hasAliases = true;
  return anchored.value;
}

/** Whether aliases may have made the value too large, or too deep. */
export function isTooLarge({ hasAliases }: Anchors, value: unknown): boolean {
  return hasAliases && expandedSize(value) > MOST_NODES;
}

/**
 * Gives a mapping the fields of the value of its key `<<` that it has not; those may be named after it, and are added to
 * `overridable`. False when the whole grammar is to judge.
 */
export function merge(
  anchors: Anchors,
  into: Record<string, unknown>,
  value: unknown,
  overridable: Set<string>,
): boolean {
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (sources.length > MOST_MERGED_MAPPINGS) return false;
  for (const source of sources) {
    if (typeof source !== "object" || source === null || Array.isArray(source)) return false;
    const keys = Object.keys(source);
    anchors.mergedKeys += 1 + keys.length;
    if (anchors.mergedKeys > MOST_MERGED_KEYS) return false;
    for (const key of keys) {
      if (Object.hasOwn(into, key)) continue;
      into[key] = (source as Record<string, unknown>)[key];
      overridable.add(key);
    }
  }
  return true;
}
