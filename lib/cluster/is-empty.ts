import type { Cluster } from "./types.js";

/** Whether the cluster holds no object at all; a configuration that was inferred from captured rules stands nowhere. */
export function isEmpty({ facts: _facts, proxyConfigurations, ...lists }: Cluster): boolean {
  const isRead = proxyConfigurations.some(({ origin }) => origin !== undefined);
  return !isRead && Object.values(lists).every((list) => list.length === 0);
}
