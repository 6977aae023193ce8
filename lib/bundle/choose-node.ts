/** Of which node of a bundle a question about one node is answered. */
import type { BundledNode } from "./split-bundles.js";

/**
 * The node that is asked for, which a bundle need not hold; else the first of the cluster that one holds, else the first
 * captured. `nodes`: of the cluster, by name.
 */
export function chooseBundledNode(
  bundled: readonly BundledNode[],
  asked: string | undefined,
  { nodes }: { readonly nodes: readonly { readonly metadata: { readonly name: string } }[] },
): BundledNode | undefined {
  if (asked !== undefined) return bundled.find(({ node }) => node === asked);
  const known = nodes.flatMap(({ metadata }) => bundled.find(({ node }) => node === metadata.name) ?? []);
  return known[0] ?? bundled[0];
}
