/** What a question is about, for readers that pass over what it cannot need. */
import type { Service } from "../kube/types.js";

/**
 * What a question is about: slices of which none of the names is a text are not read. Whether a cluster is large is told
 * by its endpoints, so that the first are read whatever they name; `skipped` tells who asks of which there may be more.
 */
export interface Focus {
  /** Of Services or namespaces, as they stand in the objects. Those of Services with one of `addresses` are added. */
  readonly names: string[];
  /** Cluster IPs of Services that the question is about, too. */
  readonly addresses?: ReadonlySet<string>;
  /** Address types of slices that were passed over; filled in while reading. */
  readonly skipped: Set<"IPv4" | "IPv6">;
}

export function focusOn(...names: readonly string[]): Focus {
  return { names: [...names], skipped: new Set() };
}

/** Adds a Service with one of the addresses, unless its slices may have been passed over already. */
export function widenFocus({ names, addresses, skipped }: Focus, { metadata, spec }: Service): void {
  if (skipped.size === 0 && addresses?.has(spec.clusterIP ?? "")) names.push(metadata.name);
}
