/** Of which node of a bundle a question about one node is answered. */
import type { BundledNode } from "./split-bundles.js";

/**
 * The node that is asked for, which a bundle need not hold; else the first of the cluster that one holds, else the first
 * captured. `nodeNames`: of the cluster, sorted.
 */
export function chooseBundledNode(
  bundled: readonly BundledNode[],
  asked: string | undefined,
  nodeNames: readonly string[],
): BundledNode | undefined {
  if (asked !== undefined) return bundled.find(({ node }) => node === asked);
  const known = nodeNames.flatMap((name) => bundled.find(({ node }) => node === name) ?? []);
  return known[0] ?? bundled[0];
}
