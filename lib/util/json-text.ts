/** JSON for people's eyes as well as for programs. */

/** What JSON.stringify leaves as it is and a terminal or an editor acts on: C1 controls, separators, bidirectional marks. */
const DECEIVING = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * As JSON.stringify, with deceiving characters as \uXXXX: the value read back is the same. They stand only in strings,
 * where such an escape is allowed.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    DECEIVING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
