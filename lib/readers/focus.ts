/** What a question is about, for readers that pass over what it cannot need. */

/**
 * What a question is about: slices of which none of the names is a text are not read. Whether a cluster is large is told
 * by its endpoints, so that the first are read whatever they name; `skipped` tells who asks of which there may be more.
 */
export interface Focus {
  /** Of Services or namespaces, as they stand in the objects. */
  readonly names: readonly string[];
  /** Address types of slices that were passed over; filled in while reading. */
  readonly skipped: Set<"IPv4" | "IPv6">;
}

export function focusOn(...names: readonly string[]): Focus {
  return { names, skipped: new Set() };
}
