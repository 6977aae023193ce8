/** Deepest nesting of collections. */
export const MAX_DEPTH = 100;
