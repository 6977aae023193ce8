/** How many values a document holds when every alias is written out. */

/** A document of the API server's largest request, 3 MB, has fewer. */
export const MOST_NODES = 1_000_000;

/** The number of values in the tree, counted without walking shared parts twice; Infinity for one that contains itself. */
export function expandedSize(value: unknown): number {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const size = (node: unknown): number => {
    if (typeof node !== "object" || node === null) return 1;
    const known = sizes.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) return Infinity;
    open.add(node);
    let sum = 1;
    for (const inner of Array.isArray(node) ? node : Object.values(node)) sum += size(inner);
    open.delete(node);
    sizes.set(node, sum);
    return sum;
  };
  return size(value);
}
