/** What a question is about, for readers that pass over what it cannot need. */
import type { Service } from "../kube/types.js";

/**
 * What a question is about: slices of other Services are not read. Whether a cluster is large is told
 * by its endpoints, so that the first are read whatever they are of; `skipped` tells who asks of which there may be more.
 */
export interface Focus {
  /** Of Services, in whatever namespace. Those of Services with one of `addresses` are added. */
  readonly names: string[];
  /** All of its Services are asked about, too. */
  readonly namespace?: string;
  /** Cluster IPs of Services that the question is about, too. */
  readonly addresses?: ReadonlySet<string>;
  /** Address types of slices that were passed over; filled in while reading. */
  readonly skipped: Set<"IPv4" | "IPv6">;
}

/** Endpoints of slices that are read, several times the number from which on a cluster is large: some may count for nothing. */
export const ENDPOINTS_READ = 4000;

export function focusOn(...names: readonly string[]): Focus {
  return { names: [...names], skipped: new Set() };
}

/** Adds a Service with one of the addresses, unless its slices may have been passed over already. */
export function widenFocus({ names, addresses, skipped }: Focus, { metadata, spec }: Service): void {
  const { clusterIP = "", clusterIPs = [] } = spec;
  if (skipped.size === 0 && [clusterIP, ...clusterIPs].some((ip) => addresses?.has(ip))) names.push(metadata.name);
}
